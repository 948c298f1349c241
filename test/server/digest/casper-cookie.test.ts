import { describe, expect, it } from 'vitest';
import {
  casperContains,
  casperKey,
  casperSetCookieField,
  readCasperCookie,
  withCasperPaths,
} from '../../../server/digest/casper-cookie.ts';

const nothing = readCasperCookie(undefined);
const ATTRIBUTES = '; Path=/; Expires=Tue, 01 Jan 2030 00:00:00 GMT; Secure';

/** As the browser sends it back. */
const cookieOf = (paths: string[]) =>
  casperSetCookieField(withCasperPaths(nothing, paths))!.split(';', 1)[0]!;

describe('CASPER cookie', () => {
  it('keys a path as H2O does', () => {
    // t/00unit/lib/http2/casper.c: SHA-1 of /index.html begins with 14 fe 45 59; 0x5945fe14 & 0x1fff
    expect(casperKey('/index.html')).toBe(0x5945fe14 & 0x1fff);
  });

  // What H2O's golombset (deps/golombset of 2.2.5) makes of the keys of these paths.
  it.each([
    [['/index.html'], 'AAAAAAAAAAAAAAAAAAAAqA'],
    [['/a.css'], 'AAAAVA'],
    [['/index.html', '/index.php'], 'AAAAAAAAAAAAAAAAAAAqA_g'],
    [['/', '/a.css', '/b.css', '/app.js?v=1', '/logo.png'], 'AAAAVAAbQZQOYAAAAAAACyA'],
  ])('codes %j as H2O does', (paths, value) => {
    expect(casperSetCookieField(withCasperPaths(nothing, paths))).toBe(`h2o_casper=${value}${ATTRIBUTES}`);
  });

  it('reads back what it wrote', () => {
    const paths = Array.from({ length: 100 }, (_, at) => `/${at}.css`);
    const cookie = cookieOf(paths);
    const read = readCasperCookie(cookie);
    expect(read).toEqual(withCasperPaths(nothing, paths));
    expect(paths.every((path) => casperContains(read, path))).toBe(true);
    // 8192 keys / 100 paths: 82 apart, quotients by 64 of 0.85 on average; 100 × (6 + 1 + 0.85) / 6 = 131 characters
    expect(cookie.length).toBeLessThan('h2o_casper='.length + 131 * 1.1);
  });

  it('takes 1 in 82 other paths for cached when it remembers 100', () => {
    const read = withCasperPaths(
      nothing,
      Array.from({ length: 100 }, (_, at) => `/${at}.css`),
    );
    const found = Array.from({ length: 20_000 }, (_, at) => `/x${at}`).filter((path) =>
      casperContains(read, path),
    );
    // 20,000 × 100 / 8192 = 244, standard deviation 16: within five
    expect(Math.abs(found.length - 244)).toBeLessThan(80);
  });

  it('is found alone, among others and in crumbs, and several add up', () => {
    const both = withCasperPaths(nothing, ['/a', '/b']);
    expect(readCasperCookie(`x=1; ${cookieOf(['/a', '/b'])};y=2`)).toEqual(both);
    expect(readCasperCookie(['x=1', cookieOf(['/a']), cookieOf(['/b'])])).toEqual(both);
  });

  it('reads the usual base64 alphabet too', () => {
    expect(readCasperCookie('h2o_casper=AAAAAAAAAAAAAAAAAAAqA/g').size).toBe(2);
  });

  it('sets no cookie while there is nothing to remember', () => {
    expect(casperSetCookieField(nothing)).toBeUndefined();
  });

  it.each([
    ['', 'no cookie'],
    ['h2o_casper', 'no value'],
    ['h2o_casper=', 'an empty value'],
    ['xh2o_casper=AAAAVA', 'another name'],
    ['h2o_casper=!!!!', 'not base64'],
    ['h2o_casper=AAAAA', 'a length no bytes have'],
    ['h2o_casper=_w', 'a remainder cut off'],
    [`h2o_casper=${'A'.repeat(40)}_w`, 'a key beyond the capacity'],
    [`h2o_casper=${'A'.repeat(70_000)}`, 'more than 64 kB'],
  ])('takes %j for empty: %s', (header) => {
    expect(readCasperCookie(header).size).toBe(0);
  });
});
