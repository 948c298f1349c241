/** Where a client finds the server, and how it is to trust it. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  /** Path of the page. */
  readonly entry: string;
  readonly certificateFile: string;
  readonly spkiSha256Base64: string;
  readonly protocol: 'h2' | 'h1';
}

export function pageUrl({ hostname, port, entry }: Endpoint): string {
  return `https://${hostname}:${port}${entry}`;
}

/** Ready to be pasted into a shell. */
export function clientCommands(endpoint: Endpoint): Record<string, string> {
  const { hostname, port, entry, certificateFile, spkiSha256Base64, protocol } = endpoint;
  const url = quote(pageUrl(endpoint));
  return {
    curl: `curl --cacert ${quote(certificateFile)} --resolve ${quote(`${hostname}:${port}:127.0.0.1`)} ${url}`,
    chromium:
      `chromium --user-data-dir="$(mktemp -d)" --ignore-certificate-errors-spki-list=${spkiSha256Base64} ` +
      `--host-resolver-rules=${quote(`MAP ${hostname} 127.0.0.1`)} ${url}`,
    // nghttp resolves names as the system does: the name goes into the request instead. It speaks HTTP/2 only.
    ...(protocol === 'h2' && {
      nghttp: `nghttp -ans -H ${quote(`:authority: ${hostname}:${port}`)} ${quote(`https://127.0.0.1:${port}${entry}`)}`,
    }),
  };
}

/** As POSIX shells quote; left alone where there is nothing to quote. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
