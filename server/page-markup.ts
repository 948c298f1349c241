import zlib from 'node:zlib';
import { preloadDestination } from './link-header.ts';
import { findResource, type ContentCoding, type Site, type SiteResource } from './site/site.ts';

/** The page asks for this after its load event; answered with 204 and the pushes of `during-interactive`. */
export const BEACON_PATH = '/.well-known/push-lab/interactive';

const BEACON_SCRIPT = `<script>addEventListener('load',()=>setTimeout(()=>fetch('${BEACON_PATH}')))</script>`;

/** What a strategy adds to the HTML. */
export interface PageAdditions {
  /** Paths of `<link rel=preload>` elements, the first things in the head. */
  readonly preloadTags: readonly string[];
  /** A script that fetches BEACON_PATH after the load event. */
  readonly beacon: boolean;
}

/** The page with additions, compressed again as it was; each combination is made once, for it takes milliseconds. */
export class PageMarkup {
  readonly #site: Site;
  readonly #made = new Map<string, SiteResource>();

  constructor(site: Site) {
    this.#site = site;
  }

  with(page: SiteResource, additions: PageAdditions): SiteResource {
    if (additions.preloadTags.length === 0 && !additions.beacon) return page;
    const key = JSON.stringify([page.path, additions.preloadTags, additions.beacon]);
    const made = this.#made.get(key) ?? this.#make(page, additions);
    this.#made.set(key, made);
    return made;
  }

  #make(page: SiteResource, { preloadTags, beacon }: PageAdditions): SiteResource {
    const tags = preloadTags.map((path) =>
      preloadTag(path, findResource(this.#site, path)?.contentType ?? ''),
    );
    // One byte, one character: whatever the page's charset, nothing else changes.
    const html = page.body.toString('latin1');
    const withTags = insert(html, /<head(?:\s[^>]*)?>/i, tags.join(''), 'behind');
    const body = Buffer.from(
      beacon ? insert(withTags, /<\/body\s*>/i, BEACON_SCRIPT, 'before') : withTags,
      'latin1',
    );
    const { br, gzip } = page.encodings;
    return {
      ...page,
      body,
      encodings: {
        ...(br !== undefined && { br: zlib.brotliCompressSync(body) }),
        ...(gzip !== undefined && {
          gzip: zlib.gzipSync(body, { level: zlib.constants.Z_BEST_COMPRESSION }),
        }),
      },
    };
  }
}

/**
 * How many bytes of an HTML body, as sent, bring the browser to the end of its head: all of it where it has no `</head>`.
 * A compressed body is tried by halving, for the coding decides what a prefix yields.
 */
export function headEndBytes(body: Buffer, coding: ContentCoding): number {
  const needed = headEnd(decodePrefix(body, coding));
  if (needed === undefined) return body.length;
  if (coding === 'identity') return needed;
  let [low, high] = [1, body.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decodePrefix(body.subarray(0, middle), coding).length >= needed) high = middle;
    else low = middle + 1;
  }
  return low;
}

function headEnd(html: Buffer): number | undefined {
  const match = /<\/head\s*>/i.exec(html.toString('latin1'));
  return match === null ? undefined : match.index + match[0].length;
}

function decodePrefix(prefix: Buffer, coding: ContentCoding): Buffer {
  try {
    if (coding === 'br') {
      return zlib.brotliDecompressSync(prefix, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
    }
    return coding === 'gzip' ? zlib.gunzipSync(prefix, { finishFlush: zlib.constants.Z_SYNC_FLUSH }) : prefix;
  } catch {
    // Too short for the coding's own header.
    return Buffer.alloc(0);
  }
}

function preloadTag(path: string, contentType: string): string {
  const destination = preloadDestination(contentType) ?? 'fetch';
  const cors = destination === 'font' || destination === 'fetch' ? ' crossorigin' : '';
  const href = path.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<link rel="preload" href="${href}" as="${destination}"${cors}>`;
}

/** At the first match; where there is none, at the end of the document. */
function insert(html: string, place: RegExp, text: string, side: 'before' | 'behind'): string {
  const match = place.exec(html);
  if (match === null) return html + text;
  const at = match.index + (side === 'behind' ? match[0].length : 0);
  return html.slice(0, at) + text + html.slice(at);
}
