import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { makeFolders } from '../make-folders.ts';
import { EnvironmentError } from '../errors.ts';
import type { FilmRecord, Results } from './results.ts';
import { stampOf } from './run-folders.ts';
import { PACKETS_FILE, packetDocument, STREAMS_FILE, streamsOf } from './stored-capture.ts';
import type { TrialEvidence } from './trial.ts';
import { writeWhole } from './write-whole.ts';

const compress = promisify(gzip);

/**
 * `<out>/<scenario>/<time>/` with `results.json`, `report.html` and `trials/<id>/`. Every file appears whole or not at
 * all, see `writeWhole`.
 */
export class ResultFolder {
  readonly path: string;

  /** One that exists. */
  constructor(folder: string) {
    this.path = folder;
  }

  /**
   * Before half an hour of loads: can results go there? Leaves nothing behind.
   * @throws {EnvironmentError} where the nearest folder that exists is none, or takes no new one
   */
  static async check(out: string, scenario: string): Promise<void> {
    const parent = path.join(out, scenario);
    let nearest = parent;
    while (!existsSync(nearest)) nearest = path.dirname(nearest);
    try {
      if (!(await stat(nearest)).isDirectory()) throw new Error(`${nearest} is not a folder`);
      await tryFolder(nearest);
    } catch (error) {
      throw cannotWrite(parent, error);
    }
  }

  /** @throws {EnvironmentError} where it cannot be made */
  static async create(out: string, scenario: string, startedAt: Date): Promise<ResultFolder> {
    const stamp = stampOf(startedAt);
    const parent = path.join(out, scenario);
    try {
      await makeFolders(parent);
      for (let attempt = 1; ; attempt++) {
        const folder = path.join(parent, attempt === 1 ? stamp : `${stamp}-${attempt}`);
        try {
          await mkdir(folder);
          return new ResultFolder(folder);
        } catch (error) {
          // Two runs in one second.
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
    } catch (error) {
      throw cannotWrite(parent, error);
    }
  }

  async writeResults(results: Results): Promise<void> {
    await this.#write('results.json', JSON.stringify(results, undefined, 1) + '\n');
  }

  /** Returns its path. */
  async writeReport(html: string): Promise<string> {
    return this.#write('report.html', html);
  }

  /** The waterfall, and of a journey each page's, readable as it is, and what it was made from, compressed. */
  async writeEvidence(trial: string, evidence: TrialEvidence): Promise<void> {
    const folder = path.join('trials', trial);
    try {
      await mkdir(path.join(this.path, folder), { recursive: true });
    } catch (error) {
      throw cannotWrite(this.path, error, ROOM_STEP);
    }
    await this.#write(path.join(folder, 'waterfall.json'), JSON.stringify(evidence.waterfall));
    for (const [index, { waterfall, browser }] of evidence.pages.entries()) {
      if (evidence.pages.length === 1) break;
      const number = index + 1;
      await this.#write(path.join(folder, `waterfall-${number}.json`), JSON.stringify(waterfall));
      const content = await compress(JSON.stringify(browser));
      await this.#write(path.join(folder, `browser-${number}.json.gz`), content);
    }
    for (const [name, value] of [
      ['browser', evidence.browser],
      ['emulator', evidence.emulator],
      ['trace', { traceEvents: evidence.rawTrace }],
    ] as const) {
      await this.#write(path.join(folder, `${name}.json.gz`), await compress(JSON.stringify(value)));
    }
    const { wire } = evidence;
    if (wire === undefined) return;
    // Encrypted bytes do not become fewer by compression.
    await this.#write(path.join(folder, STREAMS_FILE), streamsOf(wire));
    await this.#write(path.join(folder, PACKETS_FILE), await compress(JSON.stringify(packetDocument(wire))));
  }

  /** Its frames, where the record says they are. */
  async writeFilm({ frames }: FilmRecord, film: NonNullable<TrialEvidence['film']>): Promise<void> {
    for (const [index, { file }] of frames.entries()) {
      try {
        await mkdir(path.join(this.path, path.dirname(file)), { recursive: true });
      } catch (error) {
        throw cannotWrite(this.path, error, ROOM_STEP);
      }
      await this.#write(file, film[index]!.jpeg);
    }
  }

  async #write(name: string, content: string | Buffer): Promise<string> {
    const file = path.join(this.path, name);
    try {
      await writeWhole(file, content);
      return file;
    } catch (error) {
      throw cannotWrite(this.path, error, ROOM_STEP);
    }
  }
}

/** Makes a folder in it and takes it away again: what a file system lets root do, only trying tells. */
async function tryFolder(folder: string): Promise<void> {
  try {
    await rmdir(await mkdtemp(path.join(folder, '.lab-')));
  } catch (error) {
    throw new Error(`no folder can be made in ${folder} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

const ROOM_STEP = 'is the disk full, or the folder not yours to write to?';

function cannotWrite(
  folder: string,
  error: unknown,
  nextStep = 'choose another folder with --out',
): EnvironmentError {
  return new EnvironmentError(`cannot write results below ${folder}: ${(error as Error).message}`, {
    nextStep,
    cause: error,
  });
}
