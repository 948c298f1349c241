/** Where a client finds the server, and how it is to trust it. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  /** Path of the page. */
  readonly entry: string;
  /** The site's other hosts, all on this port of an address of theirs or of 127.0.0.1. */
  readonly origins: readonly { readonly hostname: string; readonly address: string }[];
  readonly certificateFile: string;
  readonly spkiSha256Base64: string;
  readonly protocol: 'h2' | 'h1';
}

/** With other hosts it has no port: their URLs in the markup have none, and a client is told where 443 leads. */
export function pageUrl({ hostname, port, entry, origins }: Endpoint): string {
  return `https://${hostname}${origins.length === 0 ? `:${port}` : ''}${entry}`;
}

/** Ready to be pasted into a shell. */
export function clientCommands(endpoint: Endpoint): Record<string, string> {
  const { hostname, port, entry, certificateFile, spkiSha256Base64, protocol } = endpoint;
  const url = quote(pageUrl(endpoint));
  const { curl, chromium } = ways(endpoint);
  return {
    curl: `curl --cacert ${quote(certificateFile)} ${curl} ${url}`,
    chromium:
      `chromium --user-data-dir="$(mktemp -d)" --ignore-certificate-errors-spki-list=${spkiSha256Base64} ` +
      `--host-resolver-rules=${quote(chromium)} ${url}`,
    // nghttp resolves names as the system does: the name goes into the request instead. It speaks HTTP/2 only.
    ...(protocol === 'h2' && {
      nghttp: `nghttp -ans -H ${quote(`:authority: ${hostname}:${port}`)} ${quote(`https://127.0.0.1:${port}${entry}`)}`,
    }),
  };
}

/** How curl and Chromium are told where the hosts are. */
function ways({ hostname, port, origins }: Endpoint): { curl: string; chromium: string } {
  if (origins.length === 0) {
    return {
      curl: `--resolve ${quote(`${hostname}:${port}:127.0.0.1`)}`,
      chromium: `MAP ${hostname} 127.0.0.1`,
    };
  }
  const hosts = [{ hostname, address: '127.0.0.1' }, ...origins];
  return {
    curl: hosts
      .map((host) => `--connect-to ${quote(`${host.hostname}:443:${host.address}:${port}`)}`)
      .join(' '),
    chromium: hosts.map((host) => `MAP ${host.hostname}:443 ${host.address}:${port}`).join(', '),
  };
}

/** As POSIX shells quote; left alone where there is nothing to quote. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
