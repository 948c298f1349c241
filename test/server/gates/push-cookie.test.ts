import { describe, expect, it } from 'vitest';
import { readPushCookie, setCookieField, wasPushed, withPushed } from '../../../server/gates/push-cookie.ts';

const nothing = readPushCookie(undefined);
const style = { path: '/a.css', etag: '"1"' };
const script = { path: '/app.js?v=1' };
const many = (count: number) => Array.from({ length: count }, (_, at) => ({ path: `/${at}.css` }));

/** As the browser sends it back. */
const cookieOf = (entries: { path: string; etag?: string }[]) =>
  setCookieField(withPushed(nothing, entries), { path: '/' }).split(';', 1)[0]!;

describe('push cookie', () => {
  it('remembers what was pushed', () => {
    const read = readPushCookie(cookieOf([style, script]));
    expect(wasPushed(read, style)).toBe(true);
    expect(wasPushed(read, script)).toBe(true);
    expect(wasPushed(read, { path: '/b.css' })).toBe(false);
  });

  it('tells a changed resource by its ETag', () => {
    const read = readPushCookie(cookieOf([style]));
    expect(wasPushed(read, { path: '/a.css', etag: '"2"' })).toBe(false);
    expect(wasPushed(read, { path: '/a.css' })).toBe(false);
  });

  it('adds to what the cookie said, each once', () => {
    const read = withPushed(readPushCookie(cookieOf([style, script])), [style, { path: '/b.css' }]);
    expect(read.size).toBe(3);
    expect([...read]).toEqual([...withPushed(nothing, [script, style, { path: '/b.css' }])]);
  });

  it('is found among other cookies and in crumbs', () => {
    expect(readPushCookie(`a=b; ${cookieOf([style])}; c=d`).size).toBe(1);
    expect(readPushCookie(['a=b', cookieOf([style])]).size).toBe(1);
  });

  it('says where it holds and for how long', () => {
    const set = withPushed(nothing, [style]);
    expect(setCookieField(set, { path: '/' })).toMatch(
      /^lab-pushed=[\w-]{8}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(setCookieField(set, { path: '/blog', maxAgeSeconds: 60 })).toContain('; Path=/blog; Max-Age=60;');
    expect(setCookieField(nothing, { path: '/' })).toMatch(/^lab-pushed=; /);
  });

  it('stays within 4096 bytes and drops the oldest', () => {
    const entries = many(1000);
    const field = setCookieField(withPushed(nothing, entries), { path: '/' });
    // 11 of name and 40 of attributes leave 4045, 505 hashes of 8
    expect(field).toHaveLength(11 + 40 + 505 * 8);
    const read = readPushCookie(field.split(';', 1)[0]);
    expect(entries.filter((entry) => wasPushed(read, entry))).toEqual(entries.slice(-505));
    expect(setCookieField(withPushed(nothing, entries), { path: '/'.repeat(5000) })).toMatch(
      /^lab-pushed=; /,
    );
  });

  it.each([
    ['another name', 'xlab-pushed=AAAAAAAA'],
    ['no value', 'lab-pushed'],
    ['a hash cut off', 'lab-pushed=AAAAAAAAAAA'],
    ['another alphabet', 'lab-pushed=AAAA+AAA'],
    ['a value in quotes', 'lab-pushed="AAAAAA"'],
    ['more than 4 kB', `lab-pushed=${'A'.repeat(4104)}`],
    ['no field', undefined],
    ['an empty field', ''],
  ])('is empty for %s', (_, header) => {
    expect(readPushCookie(header).size).toBe(0);
  });
});
