import { describe, expect, it } from 'vitest';
import { forwardedLinkFields, linkMeanings } from '../../../server/link/link-meaning.ts';

const request = { scheme: 'https', authority: 'site.test', path: '/blog/post.html?page=2' };

function meaning(field: string) {
  const meanings = linkMeanings(field, request);
  expect(meanings).toHaveLength(1);
  return meanings[0]!;
}

describe('linkMeanings', () => {
  it('pushes and forwards rel=preload', () => {
    expect(meaning('</a.css>; rel=preload; as=style')).toEqual({
      scheme: 'https',
      authority: 'site.test',
      path: '/a.css',
      push: true,
      forward: true,
      reason: 'preload',
    });
  });

  it.each<[string, { push: boolean; forward: boolean; reason: string }]>([
    ['</a>; rel=preload; nopush', { push: false, forward: true, reason: 'nopush' }],
    ['</a>; rel=preload; NoPush', { push: false, forward: true, reason: 'nopush' }],
    ['</a>; rel=preload; x-http2-push-only', { push: true, forward: false, reason: 'preload' }],
    ['</a>; rel=preload; x-http2-push-only; nopush', { push: false, forward: false, reason: 'nopush' }],
    ['</a>; rel=prefetch', { push: false, forward: true, reason: 'not-preload' }],
    ['</a>; rel=modulepreload', { push: false, forward: true, reason: 'not-preload' }],
    ['</a>; rel=next; rel=preload', { push: false, forward: true, reason: 'not-preload' }],
    ['</a>', { push: false, forward: true, reason: 'not-preload' }],
    ['</a>; rel=preload; anchor="/other"', { push: false, forward: true, reason: 'anchored' }],
    ['</a>; rel=preload; anchor=""', { push: true, forward: true, reason: 'preload' }],
    ['<https://cdn.test/a>; rel=preload', { push: false, forward: true, reason: 'other-authority' }],
    ['<http://site.test/a>; rel=preload', { push: false, forward: true, reason: 'other-authority' }],
    ['<https://site.test:8443/a>; rel=preload', { push: false, forward: true, reason: 'other-authority' }],
    ['<//site.test.evil/a>; rel=preload', { push: false, forward: true, reason: 'other-authority' }],
    [
      '<https://cdn.test/a>; rel=preload; x-http2-push-only',
      { push: false, forward: false, reason: 'other-authority' },
    ],
    ['<data:text/css,x>; rel=preload', { push: false, forward: true, reason: 'bad-target' }],
    ['<https://[>; rel=preload', { push: false, forward: true, reason: 'bad-target' }],
  ])('%s', (field, expected) => {
    expect(meaning(field)).toMatchObject(expected);
  });

  // RFC 3986 §5.2, against https://site.test/blog/post.html?page=2
  it.each([
    ['/a.css', '/a.css'],
    ['a.css', '/blog/a.css'],
    ['./a.css', '/blog/a.css'],
    ['../a.css', '/a.css'],
    ['../../../a.css', '/a.css'],
    ['?page=3', '/blog/post.html?page=3'],
    ['', '/blog/post.html?page=2'],
    ['//site.test/a.css', '/a.css'],
    ['//SITE.test:443/a.css', '/a.css'],
    ['https://site.test/a.css?v=1', '/a.css?v=1'],
    ['HTTPS://Site.Test', '/'],
    ['/a.css#part', '/a.css'],
    ['/ü b.css', '/%C3%BC%20b.css'],
    ['/a%20b.css', '/a%20b.css'],
  ])('resolves <%s> to %s', (target, path) => {
    expect(meaning(`<${target}>; rel=preload`)).toMatchObject({ path, push: true, authority: 'site.test' });
  });

  it('keeps to the port of the request', () => {
    const local = { scheme: 'https', authority: 'localhost:8443', path: '/' };
    expect(
      linkMeanings('<//localhost:8443/a>; rel=preload, <//localhost/b>; rel=preload', local),
    ).toMatchObject([
      { path: '/a', push: true },
      { path: '/b', push: false, reason: 'other-authority' },
    ]);
  });

  it('does not take the path of the request for an authority', () => {
    const odd = { ...request, path: '//cdn.test/page' };
    const fields = '<a>; rel=preload, <//cdn.test/b>; rel=preload';
    expect(linkMeanings(fields, odd)).toMatchObject([
      { authority: 'site.test', path: '//cdn.test/a', push: true },
      { authority: 'cdn.test', path: '/b', push: false },
    ]);
  });

  it('goes through many fields in order and passes over what is no link-value', () => {
    const paths = linkMeanings(['</a>; rel=preload, junk', '</b>; rel=preload'], request).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(['/a', '/b']);
  });

  it.each([
    { scheme: 'https', authority: 'site.test', path: '*' },
    { scheme: 'https', authority: '', path: '/x.test/' },
    { scheme: 'https', authority: 'user@x.test', path: '/' },
  ])('refuses every target of a request without a URL: %o', (odd) => {
    const fields = '</a>; rel=preload, <https://x.test/>; rel=preload';
    expect(linkMeanings(fields, odd).map(({ reason }) => reason)).toEqual(['bad-target', 'other-authority']);
  });
});

describe('forwardedLinkFields', () => {
  it('takes out what is for the server alone and keeps the rest as written', () => {
    expect(
      forwardedLinkFields([
        '</a>;REL=preload ,</b>; rel=preload; x-http2-push-only, junk , </c>; title="x, y"',
        '</d>; rel=preload; x-http2-push-only',
        '</e>;rel=preload;as=style ,  </f>',
      ]),
    ).toEqual(['</a>;REL=preload, junk, </c>; title="x, y"', '</e>;rel=preload;as=style ,  </f>']);
  });
});
