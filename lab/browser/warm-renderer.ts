import type { Page } from 'playwright';
import { nextPaint } from './page-metrics.ts';

const LINE =
  'The quick brown fox jumps over the lazy dog 0123456789 <b>bold</b> <i>italic</i> <code>code</code>';
const HEADINGS = '<h1>Heading</h1><h2>Heading</h2><h3>Heading</h3>';
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** No resolver knows it. */
const UNKNOWN = 'https://nowhere.invalid/';
/**
 * Text without a style and in every generic family, over more than the window; a gradient, for an area of one colour is
 * not rasterised; a style sheet, a script and an image; and the way into the network service.
 */
const DOCUMENT = `<!doctype html>
<style>
  * { margin: 0 }
  html { background: linear-gradient(135deg, #fff, #ddd) }
  .sans { font-family: sans-serif }
  .serif { font-family: serif }
  .monospace { font-family: monospace }
  .flex { display: flex }
  .grid { display: grid }
</style>
<link rel="stylesheet" href="/warm.css">
<script src="/warm.js"></script>
${HEADINGS}
<img src="/warm.png" width="300" height="200">
<div class="flex"><span>a</span><span>b</span></div><div class="grid"><p>a</p><p>b</p></div>
${`<p>${LINE}</p>`.repeat(12)}
<div class="sans">${HEADINGS}${`<p>${LINE}</p>`.repeat(40)}</div>
<div class="serif">${HEADINGS}${`<p>${LINE}</p>`.repeat(6)}</div>
<div class="monospace">${`<p>${LINE}</p>`.repeat(6)}</div>`;

const FILES: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  '/': { type: 'text/html; charset=utf-8', body: Buffer.from(DOCUMENT) },
  '/warm.css': { type: 'text/css', body: Buffer.from('h3 { color: green }\n'.repeat(200)) },
  '/warm.js': { type: 'text/javascript', body: Buffer.from('0;\n'.repeat(1000)) },
  '/warm.png': { type: 'image/png', body: Buffer.from(PIXEL, 'base64') },
};

/** Some 5 MB, several times what V8's young generation begins with. */
const DISCARDED_OBJECTS = 100_000;

const NOTHING = { type: 'text/plain', body: Buffer.alloc(0) };

/**
 * Not the one a site is served on: another origin, with connections and files of its own, but the same site, and
 * therefore the same process.
 */
const WARM_PORT = '8443';

/**
 * Lets the page's renderer do everything once before what is measured: take over a document, load what it names, find
 * fonts, lay out, rasterise the window. A new process pays for each of these with its first use of code and memory, most
 * where memory is slow to come by; it would be charged to the network. The browser answers itself (CDP Fetch), nothing
 * leaves it, the HTTP cache holds no more than before, and the page is blank again at the end.
 *
 * @param url of the page that is measured; it loads into the same process
 */
export async function warmRenderer(page: Page, url: string): Promise<void> {
  const start = new URL('/', url);
  start.port = WARM_PORT;
  const cdp = await page.context().newCDPSession(page);
  cdp.on('Fetch.requestPaused', ({ requestId, request }) => {
    const { type, body } = FILES[new URL(request.url).pathname] ?? NOTHING;
    const answer = {
      requestId,
      responseCode: 200,
      responseHeaders: [{ name: 'content-type', value: type }],
      body: body.toString('base64'),
    };
    // The browser may go meanwhile: whoever waits for the page hears of it.
    cdp.send('Fetch.fulfillRequest', answer).catch(() => undefined);
  });
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: `${start.origin}/*` }] });
  await page.goto(start.href);
  await page.evaluate((unknown) => fetch(unknown).then(undefined, () => undefined), UNKNOWN);
  await nextPaint(page);
  await cdp.send('Fetch.disable');
  await page.goto('about:blank');
  await cdp.send('Page.resetNavigationHistory');
  // A first touch of a memory page takes 2 to 16 µs, by the machine. A load has 490 of them on the renderer's main thread,
  // and 335 where what the warm page held is free again and the scripts' young generation has been through once.
  await cdp.send('HeapProfiler.collectGarbage');
  await page.evaluate(discard, DISCARDED_OBJECTS);
  await cdp.detach();
  await nextPaint(page);
}

/** Runs in the page: uses nothing of this module. */
function discard(objects: number): number {
  let last: number[] = [];
  for (let index = 0; index < objects; index++) last = [index, last.length, index / 2];
  return last.length;
}
