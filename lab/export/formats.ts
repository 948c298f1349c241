import { metricsCsv, pushesCsv } from '../../reports/csv/tables.ts';
import { renderGraph } from '../../reports/graph/graph.ts';
import { renderHar } from '../../reports/har/har.ts';
import type { HarLoad } from '../../reports/har/load.ts';
import { keyLogText } from '../../reports/key-log.ts';
import { renderMarkdown } from '../../reports/markdown/summary.ts';
import { renderNetLog } from '../../reports/netlog/netlog.ts';
import { renderPcapng } from '../../reports/pcapng/capture.ts';
import { renderQlog } from '../../reports/qlog/qlog.ts';
import type { WireCapture } from '../emulator/wire-capture.ts';
import { InputError } from '../errors.ts';
import { StoredTrial } from '../run/read-evidence.ts';
import type { Results, TrialResult } from '../run/results.ts';
import { connectionsBySession, http2Messages, tlsEnds } from './http2-headers.ts';

/** A file to be written. The name is that of the file alone. */
export interface ExportedFile {
  readonly name: string;
  readonly content: string | Buffer;
}

export interface ExportSource {
  readonly folder: string;
  readonly results: Results;
  /** Those asked for. */
  readonly trials: readonly TrialResult[];
  /** Hears of a trial whose evidence cannot be read, which is then left out; absent: nothing is left out. */
  readonly onUnreadable?: ((error: InputError) => void) | undefined;
}

interface Format {
  /** The whole run, whichever trials are chosen. */
  readonly ofRun?: boolean;
  readonly files: (source: ExportSource) => Promise<readonly ExportedFile[]>;
}

export const FORMATS = {
  har: { files: harFiles },
  pcapng: { files: pcapngFiles },
  keylog: { files: keyLogFiles },
  netlog: { files: netLogFiles },
  qlog: { files: qlogFiles },
  graph: { files: graphFiles },
  csv: {
    ofRun: true,
    files: ({ results }) =>
      Promise.resolve([
        { name: 'metrics.csv', content: metricsCsv(results) },
        { name: 'pushes.csv', content: pushesCsv(results) },
      ]),
  },
  markdown: {
    ofRun: true,
    files: ({ results }) => Promise.resolve([{ name: 'summary.md', content: renderMarkdown(results) }]),
  },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

export function formatNamed(name: FormatName): Format {
  return FORMATS[name];
}

/** One file with a page per trial; of a journey, each of its pages. */
async function harFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  const { results, trials } = source;
  const loads = await ofEachTrial(source, async (stored, trial) => {
    const pages = await stored.pages();
    const emulator = await stored.emulator();
    // A connection of an earlier page carries later ones as well.
    const sessions = new Map(pages.flatMap(({ browser }) => [...connectionsBySession(browser, emulator)]));
    const messages = http2Messages(await stored.trace(), sessions);
    return pages.map(({ waterfall, browser }, index): HarLoad => ({
      trial,
      pageNumber: pages.length === 1 ? undefined : index + 1,
      waterfall,
      requests: browser.requests,
      messages,
      tlsEnds: tlsEnds(browser, sessions, waterfall.timeOriginMonotonicMs),
    }));
  });
  const name = trials.length === 1 ? trials[0]!.id : results.scenario.name;
  return [
    { name: `${name}.har`, content: JSON.stringify(renderHar(results, loads.flat()), undefined, 1) + '\n' },
  ];
}

function pcapngFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  return fileOfEachTrial(source, async (stored, trial) => {
    const { scenario, network } = source.results;
    const comment =
      `${scenario.name}, ${trial.strategy}, trial ${trial.id}: an emulated path of ${network.baseRttMs} ms RTT, ` +
      `${network.downlink.bandwidthBps} bit/s down, ${network.uplink.bandwidthBps} bit/s up`;
    return { extension: 'pcapng', content: renderPcapng(await packetsOf(stored, trial), comment) };
  });
}

function keyLogFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  return fileOfEachTrial(source, async (stored, trial) => ({
    extension: 'keylog',
    content: keyLogText(await packetsOf(stored, trial)),
  }));
}

function netLogFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  return fileOfEachTrial(source, async (stored, trial) => {
    const { timeOriginMonotonicMs, timeOriginEpochMs } = await stored.waterfall();
    const { name, version } = source.results.browser;
    const epochOffsetMs = (timeOriginEpochMs ?? Date.parse(trial.startedAt)) - timeOriginMonotonicMs;
    return {
      extension: 'netlog.json',
      content: renderNetLog(await stored.trace(), { browser: name, version, epochOffsetMs }),
    };
  });
}

function qlogFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  return fileOfEachTrial(source, async (stored, trial) => {
    const capture = await packetsOf(stored, trial);
    const sessions = connectionsBySession(await stored.browser(), await stored.emulator());
    const qlog = renderQlog({
      title: `${source.results.scenario.name}, ${trial.strategy}, trial ${trial.id}`,
      capture,
      waterfall: await stored.waterfall(),
      messages: http2Messages(await stored.trace(), sessions),
    });
    return { extension: 'qlog', content: JSON.stringify(qlog) };
  });
}

/** Of one load without anything sent ahead, which alone tells what leads to what. */
async function graphFiles(source: ExportSource): Promise<readonly ExportedFile[]> {
  const { results } = source;
  const plain = new Set(results.strategies.filter(({ how }) => how === 'none').map(({ name }) => name));
  const trial = source.trials.find(({ strategy }) => plain.has(strategy));
  if (trial === undefined) {
    throw new InputError('a graph is recorded from a load without anything sent ahead, and there is none', {
      nextStep: 'run the scenario with --strategies no-push',
    });
  }
  const recorded = {
    scenario: results.scenario.name,
    trial: trial.id,
    browser: `${results.browser.name} ${results.browser.version}`,
  };
  const [pages] = await ofEachTrial({ ...source, trials: [trial] }, (stored) => stored.pages());
  const loads = pages!.map(({ waterfall, browser }) => ({ waterfall, requests: browser.requests }));
  return [{ name: 'graph.json', content: JSON.stringify(renderGraph(loads, recorded), undefined, 1) + '\n' }];
}

async function fileOfEachTrial(
  source: ExportSource,
  make: (
    stored: StoredTrial,
    trial: TrialResult,
  ) => Promise<{ readonly extension: string; readonly content: string | Buffer }>,
): Promise<readonly ExportedFile[]> {
  return ofEachTrial(source, async (stored, trial) => {
    const { extension, content } = await make(stored, trial);
    return { name: `${trial.id}.${extension}`, content };
  });
}

/**
 * One after the other: a capture may be large.
 * @throws {InputError} the first one where no trial can be read, or none may be left out
 */
async function ofEachTrial<T>(
  { folder, trials, onUnreadable }: ExportSource,
  make: (stored: StoredTrial, trial: TrialResult) => Promise<T>,
): Promise<readonly T[]> {
  const made: T[] = [];
  const unreadable: InputError[] = [];
  for (const trial of trials) {
    try {
      made.push(await make(new StoredTrial(folder, trial.id), trial));
    } catch (error) {
      if (onUnreadable === undefined || !(error instanceof InputError)) throw error;
      unreadable.push(error);
    }
  }
  if (made.length === 0 && unreadable.length > 0) throw unreadable[0]!;
  for (const error of unreadable) onUnreadable?.(error);
  return made;
}

async function packetsOf(stored: StoredTrial, trial: TrialResult): Promise<WireCapture> {
  const packets = await stored.packets();
  if (packets !== undefined) return packets;
  throw new InputError(`the packets of trial ${trial.id} were not kept`, {
    nextStep: 'run the scenario again with --packets all, or choose another trial with --trial',
  });
}
