import type { Page } from 'playwright';
import { nextPaint } from './page-metrics.ts';

const LINE =
  'The quick brown fox jumps over the lazy dog 0123456789 <b>bold</b> <i>italic</i> <code>code</code>';
const HEADINGS = '<h1>Heading</h1><h2>Heading</h2><h3>Heading</h3>';
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/**
 * Text without a style and in every generic family, over more than the window; a gradient, for an area of one colour is
 * not rasterised; a style sheet, a script, an image and a fetch, by `data:` and through the browser process by `blob:`;
 * and a name that no resolver knows, for the way into the network service.
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
<link rel="stylesheet" href="data:text/css,h2{color:red}">
<script src="data:text/javascript,0"></script>
${HEADINGS}
<img src="data:image/png;base64,${PIXEL}" width="300" height="200">
<div class="flex"><span>a</span><span>b</span></div><div class="grid"><p>a</p><p>b</p></div>
${`<p>${LINE}</p>`.repeat(12)}
<div class="sans">${HEADINGS}${`<p>${LINE}</p>`.repeat(40)}</div>
<div class="serif">${HEADINGS}${`<p>${LINE}</p>`.repeat(6)}</div>
<div class="monospace">${`<p>${LINE}</p>`.repeat(6)}</div>
<script>
  const blob = (type, text) => URL.createObjectURL(new Blob([text], { type }));
  const loaded = (name, attributes) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.onload = element.onerror = resolve;
    document.head.append(element);
  });
  warm = Promise.allSettled([
    loaded('link', { rel: 'stylesheet', href: blob('text/css', 'h1 { color: blue }') }),
    loaded('script', { src: blob('text/javascript', '0') }),
    loaded('img', { src: blob('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>') }),
    fetch(blob('text/plain', '')),
    fetch('https://nowhere.invalid/'),
  ]);
</script>`;

/**
 * Lets the page's renderer do everything once before what is measured: find fonts, lay out, rasterise the window, run a
 * script, load a file. A page loads into the process of the blank one before it, and a new process pays for each of
 * these with its first use of code and memory, most where memory is slow to come by; it would be charged to the
 * network. Nothing leaves the browser, no cache holds more than before, and the window is blank again at the end.
 */
export async function warmRenderer(page: Page): Promise<void> {
  await page.setContent(DOCUMENT);
  await page.evaluate('warm');
  await nextPaint(page);
  await page.setContent('');
  await nextPaint(page);
}
