import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import tarFs from 'tar-fs';
import { FONTS_CONF, FONTS_FOLDER, FONT_FAMILY_FOLDER, fontsConf } from './fonts.ts';

/** Of an unpacked browser. */
export const EXECUTABLE = 'chromium';

/** Files of the npm packages that carry Chromium. */
export interface Archives {
  readonly chromium: string;
  readonly swiftshader: string;
  /** NSS libraries and Open Sans; only the fonts are taken. */
  readonly fonts: string;
}

/** @param folder of the package @param fonts the archive to take them from, where it is another package's */
export function archivesIn(folder: string, fonts = path.join(folder, 'bin', 'aws.tar.br')): Archives {
  return {
    chromium: path.join(folder, 'bin', 'chromium.br'),
    swiftshader: path.join(folder, 'bin', 'swiftshader.tar.br'),
    fonts,
  };
}

/** Executable, software renderer and fonts into an empty folder; returns what is remembered of it. */
export async function unpackBrowser(archives: Archives, folder: string): Promise<Record<string, string>> {
  const sha256 = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(
    createReadStream(archives.chromium, { highWaterMark: 1 << 20 }),
    createBrotliDecompress({ chunkSize: 1 << 20 }),
    hashing,
    createWriteStream(path.join(folder, EXECUTABLE), { mode: 0o755 }),
  );
  await untar(archives.swiftshader, folder);
  await unpackFonts(archives.fonts, folder);
  return { sha256: sha256.digest('hex') };
}

/** The fonts and the configuration that names them. */
export async function unpackFonts(archive: string, folder: string): Promise<Record<string, string>> {
  const fontsFolder = path.join(folder, FONTS_FOLDER);
  await mkdir(fontsFolder);
  await untar(archive, fontsFolder, { strip: 1, only: FONT_FAMILY_FOLDER });
  await writeFile(path.join(folder, FONTS_CONF), fontsConf());
  return {};
}

/** Unpacks a brotli-compressed tar: without its `strip` outer folders, and then only what is below `only`. */
async function untar(
  archive: string,
  folder: string,
  { strip = 0, only }: { strip?: number; only?: string } = {},
): Promise<void> {
  const options: tarFs.ExtractOptions & { chown: boolean } = {
    strip,
    // Who unpacks owns the files, also where that is root.
    chown: false,
    // What was unpacked must stay readable, and removable by its owner, whatever the archive says.
    dmode: 0o755,
    fmode: 0o644,
    ignore: (name) => only !== undefined && !isBelow(path.relative(folder, name), only),
  };
  await pipeline(createReadStream(archive), createBrotliDecompress(), tarFs.extract(folder, options));
}

function isBelow(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}${path.sep}`);
}
