import jpeg from 'jpeg-js';
import type { FilmFrame } from './film-strip.ts';

/** A frame as the page carries it, once, however often it is shown. */
export interface FilmImage {
  readonly id: string;
  /** A data: URI. */
  readonly href: string;
  /** Of the stored frame: proportions and the room it wants. */
  readonly width: number;
  readonly height: number;
}

export interface FilmImages {
  readonly all: readonly FilmImage[];
  /** Undefined where the frame's bytes are missing or no JPEG. */
  of(frame: FilmFrame): FilmImage | undefined;
}

/**
 * The images of these frames. Equal ones are one image; where all of them together are larger than the page should
 * carry, they are made smaller, all alike.
 *
 * @param bytes file → JPEG
 */
export function filmImages(
  frames: readonly FilmFrame[],
  bytes: ReadonlyMap<string, Uint8Array>,
  budgetBytes = BUDGET_BYTES,
): FilmImages {
  const distinct = new Map<string, Uint8Array>();
  for (const { file, sha256 } of frames) {
    const data = bytes.get(file);
    if (data !== undefined && jpegSize(data) !== undefined) distinct.set(sha256, data);
  }
  const images = new Map<string, FilmImage>();
  for (const [sha256, { data, width, height }] of fitted(distinct, budgetBytes)) {
    images.set(sha256, {
      id: `frame-${images.size + 1}`,
      href: `data:image/jpeg;base64,${Buffer.from(data).toString('base64')}`,
      width,
      height,
    });
  }
  return { all: [...images.values()], of: ({ sha256 }) => images.get(sha256) };
}

interface Fitted {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function fitted(originals: ReadonlyMap<string, Uint8Array>, budgetBytes: number): Map<string, Fitted> {
  for (let factor = 1; ; factor++) {
    const images = new Map<string, Fitted>();
    for (const [key, data] of originals) {
      const size = jpegSize(data)!;
      const smaller = factor === 1 ? data : shrink(data, factor);
      if (smaller !== undefined) images.set(key, { data: smaller, ...size });
    }
    const total = [...images.values()].reduce((sum, { data }) => sum + (data.length * 4) / 3, 0);
    if (total <= budgetBytes || factor === SMALLEST) return images;
  }
}

/** Width and height from the frame header (ITU-T T.81, B.2.2); undefined where the bytes are no JPEG. */
export function jpegSize(data: Uint8Array): { width: number; height: number } | undefined {
  if (data[0] !== 0xff || data[1] !== 0xd8) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 2; at + 9 <= data.length && data[at] === 0xff;) {
    const marker = data[at + 1]!;
    // SOF0…SOF15, without DHT, JPG and DAC, which stand among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return width > 0 && height > 0 ? { width, height } : undefined;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Each pixel the mean of `factor` × `factor`. Undefined where the file cannot be decoded. */
function shrink(data: Uint8Array, factor: number): Uint8Array | undefined {
  let large: { width: number; height: number; data: Uint8Array };
  try {
    large = jpeg.decode(data, { useTArray: true, maxResolutionInMP: 4, maxMemoryUsageInMB: 128 });
  } catch {
    return undefined;
  }
  const width = Math.max(1, Math.floor(large.width / factor));
  const height = Math.max(1, Math.floor(large.height / factor));
  const small = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let row = y * factor; row < (y + 1) * factor; row++) {
          for (let column = x * factor; column < (x + 1) * factor; column++) {
            sum += large.data[(row * large.width + column) * 4 + channel] ?? 255;
          }
        }
        small[(y * width + x) * 4 + channel] = Math.round(sum / factor ** 2);
      }
    }
  }
  return jpeg.encode({ data: small, width, height }, QUALITY).data;
}

// Base64 text, of a report that should stay below 5 MB with everything else in it.
const BUDGET_BYTES = 1_400_000;
const SMALLEST = 4;
const QUALITY = 60;
