import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { readTraceEvents, type TraceEvent } from '../browser/trace-event.ts';
import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { WireCapture } from '../emulator/wire-capture.ts';
import { InputError } from '../errors.ts';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { readWaterfall } from './read-results.ts';
import { PACKETS_FILE, readCapture, STREAMS_FILE } from './stored-capture.ts';

const decompress = promisify(gunzip);

/** What is kept of one trial, read when it is asked for. Every method throws an InputError that names the file. */
export class StoredTrial {
  readonly folder: string;

  constructor(runFolder: string, trial: string) {
    this.folder = path.join(runFolder, 'trials', trial);
  }

  waterfall(): Promise<Waterfall> {
    return this.#read('waterfall.json', readWaterfall);
  }

  /** Of a journey: of the page the answer is about. */
  browser(): Promise<BrowserEvidence> {
    return this.#browser('browser.json.gz');
  }

  /** Every page in order; a journey has several. */
  async pages(): Promise<readonly { readonly waterfall: Waterfall; readonly browser: BrowserEvidence }[]> {
    const pages: { waterfall: Waterfall; browser: BrowserEvidence }[] = [];
    for (let number = 1; existsSync(path.join(this.folder, `waterfall-${number}.json`)); number++) {
      const waterfall = await this.#read(`waterfall-${number}.json`, readWaterfall);
      pages.push({ waterfall, browser: await this.#browser(`browser-${number}.json.gz`) });
    }
    return pages.length > 0 ? pages : [{ waterfall: await this.waterfall(), browser: await this.browser() }];
  }

  emulator(): Promise<EmulatorEvidence> {
    return this.#read(
      'emulator.json.gz',
      async (file) => emulatorShape.parse(await readGzip(file)) as unknown as EmulatorEvidence,
    );
  }

  /** What Chromium traced, NetLog events among them. */
  trace(): Promise<readonly TraceEvent[]> {
    return this.#read('trace.json.gz', async (file) =>
      readTraceEvents(traceShape.parse(await readGzip(file)).traceEvents),
    );
  }

  /** Undefined where the packets were not kept. */
  async packets(): Promise<WireCapture | undefined> {
    if (!existsSync(path.join(this.folder, PACKETS_FILE))) return undefined;
    return this.#read(PACKETS_FILE, async (file) =>
      readCapture(await readGzip(file), await readFile(path.join(this.folder, STREAMS_FILE))),
    );
  }

  #browser(name: string): Promise<BrowserEvidence> {
    return this.#read(
      name,
      async (file) => browserShape.parse(await readGzip(file)) as unknown as BrowserEvidence,
    );
  }

  async #read<T>(name: string, read: (file: string) => Promise<T>): Promise<T> {
    const file = path.join(this.folder, name);
    try {
      return await read(file);
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      throw new InputError(`${file} cannot be read: ${reason}`, {
        nextStep: 'choose another trial with --trial; results.json lists them',
        cause: error,
      });
    }
  }
}

async function readGzip(file: string): Promise<unknown> {
  return JSON.parse((await decompress(await readFile(file))).toString('utf8'));
}

const list = z.array(z.looseObject({}));
/** Whether the parts are there that exports go through. */
const browserShape = z.looseObject({ http2: list, requests: list });
const emulatorShape = z.looseObject({
  connections: z.array(z.looseObject({ id: z.number(), clientPort: z.number() })),
});
const traceShape = z.object({ traceEvents: z.array(z.unknown()) });
