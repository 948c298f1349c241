import { describe, expect, it } from 'vitest';
import { negotiate } from '../../server/site/negotiate.ts';
import { etagFor, findResource, type SiteResource } from '../../server/site/site.ts';

const compressed: SiteResource = {
  path: '/a.css',
  contentType: 'text/css; charset=utf-8',
  body: Buffer.from('identity body'),
  encodings: { br: Buffer.from('br'), gzip: Buffer.from('gzip') },
  etag: '"tag"',
  cacheControl: 'max-age=600',
  headers: { 'x-extra': '1' },
};
const bare: SiteResource = {
  path: '/a.css',
  contentType: 'text/css',
  body: Buffer.from('identity body'),
  encodings: {},
  cacheControl: 'max-age=600',
  headers: {},
};

describe('negotiate', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['BR;q=1.0', 'br'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['zstd', 'identity'],
    ['br;q=nonsense', 'identity'],
    ['br;q=7', 'identity'],
    ['*;q=0', 'identity'],
    [',;q=1,,', 'identity'],
  ])('Accept-Encoding %s → %s', (acceptEncoding, coding) => {
    const response = negotiate(compressed, { 'accept-encoding': acceptEncoding });
    expect(response.coding).toBe(coding);
    expect(response.headers['content-encoding']).toBe(coding === 'identity' ? undefined : coding);
    expect(response.body.toString()).toBe(coding === 'identity' ? 'identity body' : coding);
    expect(response.headers['content-length']).toBe(String(response.body.length));
  });

  it('gives each coding its own validator, and caches told what it depends on', () => {
    const response = negotiate(compressed, { 'accept-encoding': 'br' });
    expect(response.headers).toEqual({
      'content-type': 'text/css; charset=utf-8',
      'content-encoding': 'br',
      'content-length': '2',
      'x-extra': '1',
      'cache-control': 'max-age=600',
      etag: '"tag-br"',
      vary: 'accept-encoding',
    });
    expect(etagFor(compressed, 'identity')).toBe('"tag"');
  });

  it.each(['"tag-br"', 'W/"tag-br"', '"other", "tag-br"', '"with, comma","tag-br"', '*', ' * '])(
    'answers 304 to If-None-Match %s',
    (ifNoneMatch) => {
      const response = negotiate(compressed, { 'accept-encoding': 'br', 'if-none-match': ifNoneMatch });
      expect(response.status).toBe(304);
      expect(response.body).toHaveLength(0);
      expect(response.headers).toEqual({
        'cache-control': 'max-age=600',
        etag: '"tag-br"',
        vary: 'accept-encoding',
      });
    },
  );

  it.each(['"tag"', 'tag-br', '', '"TAG-BR"'])('answers 200 to If-None-Match %s', (ifNoneMatch) => {
    expect(negotiate(compressed, { 'accept-encoding': 'br', 'if-none-match': ifNoneMatch }).status).toBe(200);
  });

  it('keeps the length of what a HEAD request does not get', () => {
    const response = negotiate(compressed, { ':method': 'HEAD' });
    expect(response.headers['content-length']).toBe('13');
    expect(response.body).toHaveLength(0);
  });

  it('sends nothing beyond type, length and caching for a bare resource', () => {
    const response = negotiate(bare, { 'accept-encoding': 'br, gzip', 'if-none-match': '*' });
    expect(response.status).toBe(200);
    expect(response.headers).toEqual({
      'content-type': 'text/css',
      'content-length': '13',
      'cache-control': 'max-age=600',
    });
  });

  it('adds to a given Vary instead of replacing it', () => {
    const vary = (given: string) =>
      negotiate({ ...compressed, headers: { vary: given } }, {}).headers['vary'];
    expect(vary('cookie')).toBe('cookie, accept-encoding');
    expect(vary('Accept-Encoding')).toBe('Accept-Encoding');
    expect(vary('*')).toBe('*');
  });
});

describe('findResource', () => {
  it('ignores the query and never climbs', () => {
    const resources = new Map([['/a.css', bare]]);
    expect(findResource({ resources }, '/a.css?v=1')).toBe(bare);
    expect(findResource({ resources }, '/a.css#x')).toBe(bare);
    expect(findResource({ resources }, '/../a.css')).toBeUndefined();
    expect(findResource({ resources }, '')).toBeUndefined();
  });
});
