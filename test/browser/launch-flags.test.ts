import { expect, test } from 'vitest';
import { hostResolverRules, launchFlags } from '../../lab/browser/launch-flags.ts';
import { browserEnvironment } from '../../lab/browser/launch.ts';

const HOSTS = [{ hostname: 'clean-blog.test', port: 40001 }];

test('maps the lab host on its port only, and everything else to nowhere, last', () => {
  expect(hostResolverRules(HOSTS)).toBe('MAP clean-blog.test:443 127.0.0.1:40001, MAP * ~NOTFOUND');
  expect(hostResolverRules([...HOSTS, { hostname: 'cdn.clean-blog.test', urlPort: 8443, port: 40002 }])).toBe(
    'MAP clean-blog.test:443 127.0.0.1:40001, MAP cdn.clean-blog.test:8443 127.0.0.1:40002, MAP * ~NOTFOUND',
  );
  expect(hostResolverRules([])).toBe('MAP * ~NOTFOUND');
});

test.each(['a.test, MAP * 10.0.0.1', '*.test', 'A.test', 'a test', '', '-a.test'])(
  'refuses "%s" as a host name',
  (hostname) => {
    expect(() => hostResolverRules([{ hostname, port: 1 }])).toThrow(/is not a host name/);
  },
);

test('refuses a port that is none', () => {
  expect(() => hostResolverRules([{ hostname: 'a.test', port: 0 }])).toThrow(/port 0 of a.test/);
});

test('trusts the key and does not ignore certificate errors', () => {
  const flags = launchFlags({ spkiSha256Base64: 'c3BraQ==', hosts: HOSTS });
  expect(flags).toContain('--ignore-certificate-errors-spki-list=c3BraQ==');
  expect(flags).not.toContain('--ignore-certificate-errors');
  expect(flags).toContain('--no-proxy-server');
  // Chromium takes the last of several, and Playwright passes one of its own.
  expect(flags.filter((flag) => /^--(disable|enable)-features/.test(flag))).toEqual([]);
});

test("keeps the machine's proxies, fonts, locale and time zone out of the browser", () => {
  const installed = {
    name: 'chromium-106',
    executablePath: '/cache/chromium',
    sha256: '',
    env: { FONTCONFIG_FILE: '/cache/fonts.conf' },
    acceptsPush: true,
    usesEarlyHints: true,
    ours: true,
    fresh: false,
  };
  const env = { PATH: '/bin', HTTPS_PROXY: 'http://proxy:1', TZ: 'Asia/Tokyo', LANG: 'ja_JP.UTF-8' };
  expect(browserEnvironment(installed, env)).toEqual({
    PATH: '/bin',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    FONTCONFIG_FILE: '/cache/fonts.conf',
  });
});
