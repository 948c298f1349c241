import { describe, expect, it } from 'vitest';
import {
  buildCacheDigest,
  cacheDigestField,
  cacheState,
  digestContains,
  readCacheDigestField,
} from '../../../server/digest/cache-digest.ts';

const example = (path: string) => ({ url: `https://example.com/${path}` });
const site = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, at) => ({ url: `https://site.test/${prefix}${at}.css` }));
const style = 'https://example.com/style.css';

describe('cacheDigestField', () => {
  // The values that the draft authors' own service worker (h2o/cache-digest.js) makes of the same URLs.
  it.each([
    [[example('style.css')], 7, 'AfdA'],
    [[example('style.css'), example('jquery.js')], 7, 'CdZQ4A'],
    [[example('style.css'), example('jquery.js')], 4, 'CRaA'],
    [[example('style.css'), example('jquery.js'), example('shortcut.css')], 7, 'EeUM-QA'],
    [[], 7, 'AcA'],
    [Array.from({ length: 11 }, (_, at) => example(`${at}.css`)), 10, 'GrlkI97K89TqxYuSE8O3MLA'],
  ])('codes %j with log2 P = %i as %s', (responses, log2P, value) => {
    expect(cacheDigestField([buildCacheDigest(responses, { log2P })])).toBe(value);
  });

  it("gives the draft's example", () => {
    const digest = buildCacheDigest([example('style.css')], { log2P: 7, complete: true });
    expect(cacheDigestField([digest])).toBe('AfdA; complete');
  });

  it('names every flag', () => {
    const flags = { reset: true, complete: true, validators: true, stale: true };
    const digest = buildCacheDigest([], { log2P: 7, ...flags });
    expect(cacheDigestField([digest, buildCacheDigest([], { log2P: 7 })])).toBe(
      'AcA; reset; complete; validators; stale, AcA',
    );
  });

  it('takes log2 P + 1.6 bits an entry', () => {
    const field = cacheDigestField([buildCacheDigest(site(1024), { log2P: 7 })]);
    const bytes = Buffer.from(field, 'base64url').length;
    // 7 of remainder, the 1 that ends the quotient, and 1/(e - 1) = 0.58 zeros on average: 1024 × 8.58 / 8 = 1098
    expect(bytes).toBeGreaterThan(1098 * 0.98);
    expect(bytes).toBeLessThan(1098 * 1.02);
    // and never more than log2 P + 2 an entry and the 10 bits of N and P: the quotients add up to N at most
    expect(bytes).toBeLessThanOrEqual(Math.ceil((1024 * 9 + 10) / 8));
  });
});

describe('readCacheDigestField', () => {
  it.each([1, 2, 3, 100, 1000])('reads back %i responses', (count) => {
    const digest = buildCacheDigest(site(count), { log2P: 8, stale: true });
    const [read] = readCacheDigestField(cacheDigestField([digest]));
    expect(read).toEqual(digest);
    expect(site(count).every(({ url }) => digestContains(read!, url))).toBe(true);
  });

  it('takes flags in any case and passes over unknown ones', () => {
    expect(readCacheDigestField('AcA ; COMPLETE;Validators; shiny')).toMatchObject([
      { complete: true, validators: true, stale: false, reset: false },
    ]);
  });

  it('reads one digest of many fields and of a list', () => {
    expect(readCacheDigestField(['AcA', 'AfdA, CRaA'])).toHaveLength(3);
  });

  it('forgets on reset what came before, and holds what comes with it and after', () => {
    const held = readCacheDigestField('AfdA');
    expect(readCacheDigestField('CRaA', held)).toHaveLength(2);
    expect(readCacheDigestField('CRaA, AcA; reset, AfdA', held).map(({ hashes }) => hashes.size)).toEqual([
      0, 1,
    ]);
    expect(readCacheDigestField('; reset', held)).toEqual([]);
  });

  it.each([
    ['no field', undefined],
    ['an empty field', ''],
    ['only separators', ' , ;;, ;'],
    ['another alphabet', 'A+/A'],
    ['padding', 'AfdA===='],
    ['not ASCII', 'Ünïcode'],
    ['a length no bytes have', 'AAAAA'],
    ['too short for N and P', 'AA'],
    // 11111 11111 and so on: hashes of 62 bits
    ['N and P beyond what is kept', '____'],
    // 00000 00111 1 and 5 bits, where a remainder has 7
    ['a cut off remainder', Buffer.from([0b00000001, 0b11100000]).toString('base64url')],
    // N = P = 1: the only hash there is is 0, and this says 0, then 1
    ['a hash beyond N × P', Buffer.from([0, 0b00110000]).toString('base64url')],
    ['more than 64 kB', 'AfdA,'.repeat(13_108)],
  ])('knows nothing from %s', (_, field) => {
    expect(readCacheDigestField(field)).toEqual([]);
  });

  it('keeps the good digests beside a bad one', () => {
    expect(readCacheDigestField('???, AfdA, A; complete')).toHaveLength(1);
  });

  it('holds 16 digests at most', () => {
    expect(readCacheDigestField('AcA,'.repeat(16_000))).toHaveLength(16);
  });

  it('survives 64 kB of each byte', () => {
    for (let byte = 0; byte < 256; byte++) {
      const field = Buffer.alloc(48_000, byte).toString('base64url');
      expect(() => readCacheDigestField(field)).not.toThrow();
    }
  });
});

describe('digestContains', () => {
  it('has false positives at about 1/P, and no more', () => {
    const digest = buildCacheDigest(site(1024), { log2P: 7 });
    const probes = site(50_000, 'other/');
    const found = probes.filter(({ url }) => digestContains(digest, url)).length;
    // 50,000 / 128 = 391, standard deviation √391 = 20: within five
    expect(found).toBeGreaterThan(391 - 100);
    expect(found).toBeLessThan(391 + 100);
  });

  it('agrees with H2O on the hashes', () => {
    // t/00unit/lib/http2/cache_digests.c: "AeLA" is this one URL, its hash 0x0b
    const [digest] = readCacheDigestField('AeLA');
    expect([...digest!.hashes]).toEqual([0x0b]);
    expect(digestContains(digest!, 'https://127.0.0.1.xip.io:8081/cache-digests.cgi/hello.js')).toBe(true);
    expect(digestContains(digest!, 'https://127.0.0.1.xip.io:8081/notfound.js')).toBe(false);
    // and the SHA-256 begin with 0xbaf9e86f without, 0xa53eb398 with the ETag
    const etag = '"deadbeef"';
    const urlOnly = buildCacheDigest([{ url: style, etag }], { log2P: 31 });
    expect([...urlOnly.hashes]).toEqual([0xbaf9e86f >>> 1]);
    const withEtag = buildCacheDigest([{ url: style, etag }], { log2P: 31, validators: true });
    expect([...withEtag.hashes]).toEqual([0xa53eb398 >>> 1]);
  });
});

describe('cacheState', () => {
  const etag = '"1"';
  const digest = (flags: object) => buildCacheDigest([{ url: style, etag }], { log2P: 20, ...flags });

  it.each([
    ['fresh', 'fresh', [digest({})], etag],
    ['fresh whatever the ETag, without validators', 'fresh', [digest({})], '"2"'],
    ['fresh by ETag', 'fresh', [digest({ validators: true })], etag],
    ['changed since', 'unknown', [digest({ validators: true })], '"2"'],
    ['changed since, and that was all', 'not-cached', [digest({ validators: true, complete: true })], '"2"'],
    ['stale', 'stale', [digest({ stale: true, validators: true })], etag],
    ['fresh before stale', 'fresh', [digest({ stale: true }), digest({})], etag],
    ['no digest', 'unknown', [], etag],
    [
      'a complete digest of stale ones',
      'unknown',
      [digest({ validators: true, complete: true, stale: true })],
      '"2"',
    ],
  ] as const)('%s: %s', (_, state, digests, current) => {
    expect(cacheState(digests, style, current)).toBe(state);
  });
});
