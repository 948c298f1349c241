import { expect, it } from 'vitest';
import { clientCommands, pageUrl, type Endpoint } from '../../lab/serve/client-commands.ts';

const endpoint: Endpoint = {
  hostname: 'blog.test',
  port: 8443,
  entry: '/',
  origins: [],
  certificateFile: '/tmp/cert.pem',
  spkiSha256Base64: 'c3BraQ==',
  protocol: 'h2',
};
const withHosts: Endpoint = {
  ...endpoint,
  origins: [
    { hostname: 'static.blog.test', address: '127.0.0.2' },
    { hostname: 'img.blog.test', address: '127.0.0.1' },
  ],
};

it('one host: its port stands in the URL', () => {
  expect(pageUrl(endpoint)).toBe('https://blog.test:8443/');
  const { curl, chromium } = clientCommands(endpoint);
  expect(curl).toBe('curl --cacert /tmp/cert.pem --resolve blog.test:8443:127.0.0.1 https://blog.test:8443/');
  expect(chromium).toContain("--host-resolver-rules='MAP blog.test 127.0.0.1' https://blog.test:8443/");
});

it('several hosts: the markup names them without a port, so clients are told where 443 leads', () => {
  expect(pageUrl(withHosts)).toBe('https://blog.test/');
  const { curl, chromium, nghttp } = clientCommands(withHosts);
  expect(curl).toBe(
    'curl --cacert /tmp/cert.pem --connect-to blog.test:443:127.0.0.1:8443 --connect-to static.blog.test:443:127.0.0.2:8443 --connect-to img.blog.test:443:127.0.0.1:8443 https://blog.test/',
  );
  expect(chromium).toContain(
    "--host-resolver-rules='MAP blog.test:443 127.0.0.1:8443, MAP static.blog.test:443 127.0.0.2:8443, MAP img.blog.test:443 127.0.0.1:8443' https://blog.test/",
  );
  expect(nghttp).toContain('https://127.0.0.1:8443/');
});
