import { Http2Translator } from '../browser/from-netlog.ts';
import { netLogEventOfTrace, type NetLogEvent } from '../browser/netlog-event.ts';
import { readTraceEvents } from '../browser/trace-event.ts';
import { InputError } from '../errors.ts';
import { HAR_NOTES, HarCollector } from './har-file.ts';
import type { InspectedPush, Inspection } from './inspection.ts';
import { jsonItems, type ItemPlace, type JsonItem, type Reading } from './json-items.ts';
import { NetLogFile } from './netlog-file.ts';
import { openText, READABLE } from './open-text.ts';
import { SessionCollector } from './session-collector.ts';

/**
 * Reads a NetLog, a trace with NetLog's category or a HAR, of any size in bounded memory: what is kept is a record per
 * stream. Its content says which it is.
 *
 * @throws {InputError} where it is none of these, or says nothing of HTTP/2
 */
export async function inspectFile(file: string): Promise<Inspection> {
  const source = await openText(file);
  const reading: Reading = { truncated: false, damaged: 0 };
  const reader = new FileReader(file);
  for await (const item of jsonItems(source.chunks, reading)) reader.note(item);
  const damage = source.damage();
  return reader.result({ ...reading, truncated: reading.truncated || damage !== undefined }, damage);
}

const KINDS: Readonly<Record<ItemPlace, Inspection['kind']>> = {
  constants: 'netlog',
  events: 'netlog',
  traceEvents: 'trace',
  '[]': 'trace',
  entries: 'har',
  log: 'har',
};

class FileReader {
  readonly #file: string;
  readonly #translator = new Http2Translator();
  readonly #sessions = new SessionCollector();
  readonly #har = new HarCollector();
  #netLog: NetLogFile | undefined;
  #kind: Inspection['kind'] | undefined;
  #firstMs: number | undefined;
  #events = 0;
  /** Of the kind of the file, but nothing can be read out of them. */
  #unusable = 0;

  constructor(file: string) {
    this.#file = file;
  }

  note({ of, value }: JsonItem): void {
    this.#kind ??= KINDS[of];
    switch (of) {
      case 'constants':
        this.#netLog ??= new NetLogFile(value);
        break;
      case 'events': {
        if (this.#netLog === undefined) {
          throw new InputError(
            `${this.#file} has events, but no constants before them to read their numbers by`,
            {
              nextStep: 'name the file as the browser wrote it',
            },
          );
        }
        const event = this.#netLog.read(value);
        if (event === undefined) this.#unusable += 1;
        else this.#noteNetLog(event);
        break;
      }
      case 'traceEvents':
      case '[]': {
        const [event] = readTraceEvents([value]);
        if (event?.cat === 'netlog') this.#noteNetLog(netLogEventOfTrace(event));
        break;
      }
      case 'entries':
        if (this.#har.note(value)) this.#events += 1;
        else this.#unusable += 1;
        break;
      case 'log':
        break;
    }
  }

  #noteNetLog(event: NetLogEvent): void {
    this.#events += 1;
    this.#firstMs = Math.min(this.#firstMs ?? Infinity, event.timeMonotonicMs);
    for (const translated of this.#translator.translate(event)) this.#sessions.note(translated);
  }

  result(reading: Reading, damage: string | undefined): Inspection {
    const kind = this.#kind;
    // A NetLog of a browser that did nothing is a NetLog.
    const isIdle = kind === 'netlog' && this.#netLog?.knowsHttp2 === true && this.#unusable === 0;
    if (kind === undefined || (this.#events === 0 && !isIdle)) {
      throw new InputError(`${this.#file} ${this.#whyNothing(reading)}`, { nextStep: READABLE });
    }
    const notes = [
      ...(damage === undefined ? [] : [damage]),
      ...(reading.truncated ? ['the file ends before its document does: what came after is not known'] : []),
      ...(reading.damaged > 0
        ? [
            `${reading.damaged} damaged ${reading.damaged === 1 ? 'piece was' : 'pieces were'} left out${reading.problem === undefined ? '' : ` (${reading.problem})`}`,
          ]
        : []),
      ...(kind === 'har' ? HAR_NOTES : []),
    ];
    const head = { schemaVersion: 1, file: this.#file, kind, truncated: reading.truncated, notes } as const;
    if (kind === 'har') {
      const { startedAt, ...entries } = this.#har.result();
      return { ...head, startedAt, sessions: [], ...entries };
    }
    const originMs = this.#firstMs ?? 0;
    const offsetMs = this.#netLog?.tickOffsetMs;
    const startedAt =
      offsetMs === undefined || this.#firstMs === undefined ? null : isoTime(offsetMs + originMs);
    const read = this.#sessions.result(originMs, reading.truncated);
    const undecided = read.pushes.filter((push) => push.undecided);
    if (undecided.length > 0) notes.push(undecidedNote(undecided));
    return { ...head, startedAt, ...read };
  }

  #whyNothing(reading: Reading): string {
    if (this.#kind === 'trace') {
      return 'is JSON without any event of the trace category "netlog", so it says nothing of HTTP/2';
    }
    if (this.#unusable > 0 && this.#kind === 'har')
      return `is a HAR without a usable entry: none of its ${this.#unusable} has a request`;
    if (this.#unusable > 0 && this.#netLog?.knowsHttp2 === true)
      return `is a NetLog without a usable event: none of its ${this.#unusable} has a type its constants name, a source and a time`;
    if (this.#kind === 'netlog')
      return 'is not a NetLog that can be read: its constants do not name HTTP/2 events';
    if (this.#kind === 'har' || reading.beginsAsHar) return 'is a HAR without entries';
    if (reading.problem !== undefined) return `is not JSON: ${reading.problem}`;
    return reading.truncated ? 'is not whole JSON, and nothing in it is of use' : 'is JSON of another kind';
  }
}

/** Their bytes count as wasted, as far as the file goes. */
function undecidedNote(pushes: readonly InspectedPush[]): string {
  const bytes = pushes.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  const those = pushes.length === 1 ? '1 push was' : `${pushes.length} pushes were`;
  return `${those} neither taken nor dropped where the file ends: ${bytes} B are told as wasted that may have been used later`;
}

function isoTime(unixMs: number): string | null {
  const time = new Date(unixMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
