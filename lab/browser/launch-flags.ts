import { InputError } from '../errors.ts';

/** A name the page may use, and the loopback address and port that stand for it. */
export interface LabHost {
  readonly hostname: string;
  /** In the page's URLs; 443 where it is left out. */
  readonly urlPort?: number;
  /** 127.0.0.1 where it is left out. */
  readonly address?: string;
  readonly port: number;
}

export interface LaunchFlagOptions {
  /** Base64 of the SHA-256 of the SubjectPublicKeyInfo of the server's certificates. */
  readonly spkiSha256Base64: string;
  /** Everything the browser can reach. */
  readonly hosts: readonly LabHost[];
}

/**
 * Command-line switches that shut the browser in the lab.
 *
 * The certificate is trusted by its key. `--ignore-certificate-errors` would do for a page to load, but leaves an error
 * in the connection's state, and Chromium then stores nothing in its HTTP cache, fetches early-hinted files twice and
 * refuses pushes for a second authority: it would measure another browser.
 *
 * @throws {InputError} for a host name or port that cannot be written into a resolver rule.
 */
export function launchFlags(options: LaunchFlagOptions): string[] {
  return [
    `--ignore-certificate-errors-spki-list=${options.spkiSha256Base64}`,
    `--host-resolver-rules=${hostResolverRules(options.hosts)}`,
    // Proxy settings of the environment would lead around the resolver rules.
    '--no-proxy-server',
    '--disable-quic',
    // WebRTC opens UDP sockets by itself, without the resolver.
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-domain-reliability',
    '--disable-client-side-phishing-detection',
    '--no-pings',
    '--lang=en-US',
  ];
}

/**
 * The first matching rule wins. A pattern with a port matches that port only, so the lab's names lead nowhere on other
 * ports; `*` also catches IP literals and `localhost`, which go through the same resolver.
 */
export function hostResolverRules(hosts: readonly LabHost[]): string {
  const maps = hosts.map(({ hostname, urlPort = 443, address = '127.0.0.1', port }) => {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(hostname)) {
      throw new InputError(`"${hostname}" is not a host name in lower case`, {
        nextStep: 'use letters, digits, dots and hyphens, e.g. clean-blog.test',
      });
    }
    for (const value of [urlPort, port]) {
      if (!Number.isInteger(value) || value < 1 || value > 65_535) {
        throw new InputError(`port ${value} of ${hostname} is not between 1 and 65535`);
      }
    }
    return `MAP ${hostname}:${urlPort} ${address}:${port}`;
  });
  return [...maps, 'MAP * ~NOTFOUND'].join(', ');
}
