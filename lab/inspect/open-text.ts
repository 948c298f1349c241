import { constants as fsConstants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { constants as zlibConstants, createGunzip } from 'node:zlib';
import { fileProblem } from '../input/text-file.ts';
import { InputError } from '../errors.ts';

/** Of the file, and at least of the text, at a time. */
const CHUNK_BYTES = 1 << 18;

/** The text of a file, piece by piece: however large it is, one piece is in memory. */
export interface TextSource {
  /** Can be read once. */
  readonly chunks: AsyncIterable<string>;
  /** What was wrong with the compression, known once all chunks are read. */
  damage(): string | undefined;
}

/**
 * Opens a UTF-8 file, compressed by gzip or not: its first bytes tell.
 * @throws {InputError} where it does not exist, is no regular file, is empty, or holds something other than text
 */
export async function openText(file: string): Promise<TextSource> {
  let handle: FileHandle | undefined;
  try {
    // Non-blocking, so that a named pipe is refused below instead of waiting for a writer.
    handle = await open(file, fsConstants.O_RDONLY | fsConstants.O_NONBLOCK);
    const stats = await handle.stat();
    if (stats.isDirectory())
      throw new InputError(`${file} is a folder, not a file`, { nextStep: FOLDER_STEP });
    if (!stats.isFile()) throw new InputError(`${file} is not a regular file`, { nextStep: READABLE });
    if (stats.size === 0) throw new InputError(`${file} is empty`, { nextStep: READABLE });
    const head = Buffer.alloc(Math.min(HEAD_BYTES, stats.size));
    await handle.read(head, 0, head.length, 0);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    if (!isGzip) refuseBinary(file, head);
    const source = read(handle, isGzip);
    handle = undefined;
    return source;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileProblem(file, error), { nextStep: READABLE, cause: error });
  } finally {
    await handle?.close();
  }
}

/** What the lab can read, for the next step of an error. */
export const READABLE =
  'readable: a NetLog (chrome://net-export or --log-net-log), a Chrome trace with the netlog category, a HAR; plain or gzip';
const FOLDER_STEP =
  'name a file; `lab report` reads a result folder, whose trials/<id>/trace.json.gz are readable';
const HEAD_BYTES = 4096;

function read(handle: FileHandle, isGzip: boolean): TextSource {
  let damage: string | undefined;
  const file = handle.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES });
  // A file that ends in the middle is no error here: the JSON in it will say so.
  const gunzip = () => createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: zlibConstants.Z_SYNC_FLUSH });
  const bytes: Readable = isGzip ? file.pipe(gunzip()) : file;
  // A pipe does not hand on the errors of its source.
  if (isGzip) file.on('error', (error) => bytes.destroy(error));
  async function* chunks(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of bytes) {
        const text = decoder.decode(chunk as Buffer, { stream: true });
        if (text !== '') yield text;
      }
    } catch (error) {
      if (!isGzip) throw error;
      damage = `its gzip data is damaged (${(error as Error).message})`;
    } finally {
      bytes.destroy();
      file.destroy();
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  }
  return { chunks: chunks(), damage: () => damage };
}

/** Names what people have lying around; anything with a NUL in it is no text either. */
function refuseBinary(file: string, head: Buffer): void {
  const known = MAGIC.find(([bytes]) => head.subarray(0, bytes.length).equals(Buffer.from(bytes)));
  if (known === undefined && !head.includes(0)) return;
  throw new InputError(`${file} is ${known?.[1] ?? 'a binary file'}, not JSON`, {
    nextStep: known?.[2] ?? READABLE,
  });
}

const MAGIC: readonly (readonly [bytes: readonly number[], what: string, nextStep?: string])[] = [
  [[0x50, 0x4b, 3, 4], 'a zip archive', 'unpack it and name the file in it'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd-compressed', 'unpack it with `zstd -d` first'],
  [[0xfd, 0x37, 0x7a, 0x58], 'xz-compressed', 'unpack it with `xz -d` first'],
  [[0x0a, 0x0d, 0x0d, 0x0a], 'a pcapng capture', 'a packet capture is encrypted; record a NetLog instead'],
  [[0xff, 0xfe], 'UTF-16', 'convert it to UTF-8'],
  [[0xfe, 0xff], 'UTF-16', 'convert it to UTF-8'],
];
