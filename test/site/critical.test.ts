import { describe, expect, it } from 'vitest';
import { findReferences } from '../../server/site/critical.ts';
import type { SiteResource } from '../../server/site/site.ts';

describe('findReferences', () => {
  it('lists what blocks the first paint, in document order, with the reason', () => {
    const page = read({
      '/': `<head><link rel=stylesheet href=css/a.css><script src=/app.js></script><script defer src=late.js></script>
            <style>@import "inline.css";</style></head><body><link rel=stylesheet href=body.css><img src=i.png>
            <script src=end.js></script>`,
      '/css/a.css': '@import "b.css"; p { background: url(../img/bg.png) }',
      '/css/b.css': '@font-face { src: url(f.woff2) }',
      ...files(
        '/app.js',
        '/late.js',
        '/end.js',
        '/inline.css',
        '/body.css',
        '/i.png',
        '/img/bg.png',
        '/css/f.woff2',
      ),
    });
    expect(page.critical).toEqual([
      { path: '/css/a.css', reason: '<link rel=stylesheet> in /' },
      { path: '/css/b.css', reason: '@import in /css/a.css' },
      { path: '/app.js', reason: '<script> in /' },
      { path: '/inline.css', reason: '@import in <style> in /' },
    ]);
    expect(page.used).toEqual([
      { path: '/css/a.css', reason: '<link rel=stylesheet> in /' },
      { path: '/css/b.css', reason: '@import in /css/a.css' },
      { path: '/css/f.woff2', reason: '@font-face in /css/b.css' },
      { path: '/img/bg.png', reason: 'url() in /css/a.css' },
      { path: '/app.js', reason: '<script> in /' },
      { path: '/late.js', reason: '<script defer> in /' },
      { path: '/inline.css', reason: '@import in <style> in /' },
      { path: '/body.css', reason: '<link rel=stylesheet> in /' },
      { path: '/i.png', reason: '<img src> in /' },
      { path: '/end.js', reason: '<script> in /' },
    ]);
    expect(page.missing).toEqual([]);
  });

  it('ends where style sheets import each other', () => {
    const page = read({
      '/': '<link rel=stylesheet href=a.css>',
      '/a.css': '@import "b.css";',
      '/b.css': '@import "a.css"; @import "b.css";',
    });
    expect(page.critical.map(({ path }) => path)).toEqual(['/a.css', '/b.css']);
  });

  it('does not wait for print sheets nor for what they import, unless they are linked otherwise too', () => {
    const page = read({
      '/': '<link rel=stylesheet media=print href=print.css><link rel=stylesheet href=a.css>',
      '/print.css': '@import "shared.css"; @import "only-print.css";',
      '/a.css': '@import "shared.css"; @import "p.css" print;',
      ...files('/shared.css', '/only-print.css', '/p.css'),
    });
    expect(page.critical.map(({ path }) => path)).toEqual(['/a.css', '/shared.css']);
    expect(page.used.map(({ path }) => path)).toContain('/only-print.css');
  });

  it('keeps other authorities, schemes and missing files apart', () => {
    const page = read({
      '/': `<link rel=stylesheet href="https://fonts.test/css?family=A"><script src=//cdn.test/x.js></script>
            <img src="data:image/png;base64,AA"><img src="http://site.test/plain.png"><img src=gone.png><img src="#top">
            <img src="https://site.test/here.png"><img src="http://[bad"><img src="">`,
      ...files('/here.png'),
    });
    expect(page.externals.map(({ url }) => url)).toEqual([
      'https://fonts.test/css?family=A',
      'https://cdn.test/x.js',
      'http://site.test/plain.png',
    ]);
    expect(page.missing).toEqual([{ path: '/gone.png', reason: '<img src> in /' }]);
    expect(page.used.map(({ path }) => path)).toEqual(['/here.png']);
    expect(page.critical).toEqual([]);
  });

  it('keeps the query, as the browser will ask with it, and follows base and encoded names', () => {
    const page = read({
      '/': '<base href="/sub/"><link rel=stylesheet href="a.css?v=3#x"><img src="ü b.png"><img src="../../../up.png">',
      ...files('/sub/a.css', '/sub/%C3%BC%20b.png', '/up.png'),
    });
    expect(page.critical).toEqual([{ path: '/sub/a.css?v=3', reason: '<link rel=stylesheet> in /' }]);
    expect(page.used.map(({ path }) => path)).toEqual(['/sub/a.css?v=3', '/sub/%C3%BC%20b.png', '/up.png']);
  });

  it('passes over a style sheet nested beyond reason', () => {
    const page = read({ '/': '<link rel=stylesheet href=a.css>', '/a.css': `p{a:${'('.repeat(200_000)}` });
    expect(page.critical.map(({ path }) => path)).toEqual(['/a.css']);
  });

  it('finds nothing in an empty or absent page', () => {
    expect(read({ '/': '' }).used).toEqual([]);
    expect(
      findReferences({ entry: '/', hostname: 'site.test', origins: [], resources: new Map() }).used,
    ).toEqual([]);
  });
});

function files(...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, '']));
}

function read(contents: Record<string, string>) {
  const resources = new Map<string, SiteResource>(
    Object.entries(contents).map(([path, text]) => [
      path,
      { path, contentType: 'text/plain', body: Buffer.from(text), encodings: {}, headers: {} },
    ]),
  );
  return findReferences({ entry: '/', hostname: 'site.test', origins: [], resources });
}
