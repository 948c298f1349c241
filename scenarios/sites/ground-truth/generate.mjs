/**
 * Writes the ten files of the ground-truth page below ./root, the same bytes every time:
 *
 *   index.html  8192 B   head: a.css, b.css, app.js (parser-blocking); body: a heading, six times a paragraph and an image
 *   a.css      10240 B
 *   b.css      30720 B
 *   app.js     61440 B
 *   i0..i5.png 40960 B each
 *
 * 356,352 B in all. The page exists so that its loads can be compared with loads of the very same bytes over a real
 * network path; sizes and order matter, looks do not. Filler is pseudo-random text, so that no layer can shrink it much.
 *
 * Usage: node generate.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HTML_BYTES = 8192;
const IMAGE_BYTES = 40_960;
const IMAGE_COUNT = 6;

/** All files by name. */
export function generateFiles() {
  const files = new Map([
    ['index.html', makeHtml()],
    ['a.css', padWithComment('body{color:#222}h1{color:#036}\n', 10_240, 1)],
    ['b.css', padWithComment('p{margin:1em;word-break:break-all}\n', 30_720, 2)],
    ['app.js', padWithComment('document.documentElement.dataset.js="1";\n', 61_440, 3)],
  ]);
  for (let index = 0; index < IMAGE_COUNT; index++) files.set(`i${index}.png`, makePng(IMAGE_BYTES, 10 + index));
  return files;
}

/** `length` letters from a linear congruential generator (the constants of Numerical Recipes). */
function filler(length, seed) {
  const letters = Buffer.alloc(length);
  let state = seed >>> 0;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    letters[index] = 'a'.charCodeAt(0) + ((state >>> 24) % 26);
  }
  return letters;
}

/** CSS or JavaScript, brought to its size with one long comment. */
function padWithComment(code, size, seed) {
  const open = '/*';
  const close = '*/\n';
  const comment = filler(size - code.length - open.length - close.length, seed);
  return Buffer.concat([Buffer.from(code + open), comment, Buffer.from(close)]);
}

function makeHtml() {
  const start =
    '<!doctype html><html><head><meta charset="utf-8"><title>gt</title>' +
    '<link rel="stylesheet" href="/a.css"><link rel="stylesheet" href="/b.css"><script src="/app.js"></script>' +
    '</head><body><h1>ground truth</h1>\n';
  const end = '</body></html>\n';
  const image = (index) => `<img src="/i${index}.png" width="64" height="64" alt="">\n`;

  const markupPerSection = image(0).length + '<p></p>\n'.length;
  const textLength = HTML_BYTES - start.length - end.length - IMAGE_COUNT * markupPerSection;
  const textPerSection = Math.floor(textLength / IMAGE_COUNT);
  let html = start;
  for (let index = 0; index < IMAGE_COUNT; index++) {
    const isLast = index === IMAGE_COUNT - 1;
    const length = isLast ? textLength - index * textPerSection : textPerSection;
    // Rare letters become spaces: words, so that lines can break.
    const words = filler(length, 100 + index).toString('latin1').replace(/[jqxz]/g, ' ');
    html += `<p>${words}</p>\n${image(index)}`;
  }
  return Buffer.from(html + end);
}

/** A grey 64 × 64 PNG, brought to its size with a private ancillary chunk ahead of the pixels. */
function makePng(size, seed) {
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  // Width 64, height 64, 8 bits, greyscale, then compression, filter and interlace methods 0.
  const header = pngChunk('IHDR', Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 0, 0, 0, 0]));
  const pixels = pngChunk('IDAT', GREY_PIXELS);
  const end = pngChunk('IEND', Buffer.alloc(0));
  const fixed = signature.length + header.length + pixels.length + end.length;
  const chunkOverhead = 12;
  const padding = pngChunk('paDd', filler(size - fixed - chunkOverhead, seed));
  return Buffer.concat([signature, header, padding, pixels, end]);
}

/**
 * 64 rows of a filter byte 0 and 64 pixels of 128, deflated at level 9. Kept as it came out once: another version of
 * zlib may choose other bytes for the same pixels.
 */
const GREY_PIXELS = Buffer.from('78daedcc411100000c0220a31bdd10fbed2000e951040281402010080402814020107c0f06df6d0079', 'hex');

/** Length, type, data, CRC (PNG specification §5.3). */
function pngChunk(type, data) {
  const typeAndData = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typeAndData));
  return Buffer.concat([length, typeAndData, checksum]);
}

/** CRC-32 of PNG (§5.5), bit by bit: the files are small. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = path.join(import.meta.dirname, 'root');
  mkdirSync(root, { recursive: true });
  for (const [name, bytes] of generateFiles()) writeFileSync(path.join(root, name), bytes);
}
