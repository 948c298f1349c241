/** Markers of ITU-T T.81 table B.1, without their leading 0xFF. */
const MARKER = { tem: 0x01, rst0: 0xd0, rst7: 0xd7, soi: 0xd8, eoi: 0xd9, sof2: 0xc2, sos: 0xda } as const;

/**
 * Where the `scan`-th scan of a progressive JPEG (Huffman-coded, SOF2) ends: the bytes a browser needs to show the whole
 * image for a first time. undefined: not a progressive JPEG, or cut off before that, or malformed.
 */
export function firstScanEndBytes(jpeg: Buffer, scan = 1): number | undefined {
  if (jpeg.length < 2 || jpeg[0] !== 0xff || jpeg[1] !== MARKER.soi) return undefined;
  let isProgressive = false;
  let scans = 0;
  let at = 2;
  for (;;) {
    if (jpeg[at] !== 0xff) return undefined;
    // Any number of fill bytes may precede a marker (§B.1.1.2).
    while (jpeg[at + 1] === 0xff) at++;
    const marker = jpeg[at + 1];
    if (marker === undefined || marker === MARKER.eoi) return undefined;
    at += 2;
    if (hasNoParameters(marker)) continue;
    if (at + 2 > jpeg.length) return undefined;
    const segmentBytes = jpeg.readUInt16BE(at);
    // The length counts itself.
    if (segmentBytes < 2) return undefined;
    at += segmentBytes;
    if (isStartOfFrame(marker)) {
      if (marker !== MARKER.sof2) return undefined;
      isProgressive = true;
    }
    if (marker !== MARKER.sos) continue;
    if (!isProgressive) return undefined;
    const end = endOfEntropyCoded(jpeg, at);
    if (end === undefined) return undefined;
    if (++scans === scan) return end;
    at = end;
  }
}

/** The next marker that is neither a stuffed zero nor a restart (§B.1.1.5). */
function endOfEntropyCoded(jpeg: Buffer, start: number): number | undefined {
  for (let at = jpeg.indexOf(0xff, start); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1];
    if (next === undefined) return undefined;
    if (next !== 0 && next !== 0xff && !(next >= MARKER.rst0 && next <= MARKER.rst7)) return at;
  }
  return undefined;
}

function hasNoParameters(marker: number): boolean {
  return marker === MARKER.tem || (marker >= MARKER.rst0 && marker <= MARKER.soi);
}

/** SOF0 to SOF15 share a row of the table with DHT, JPG and DAC. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
