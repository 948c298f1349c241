import type { TraceEvent } from '../../lab/browser/trace-event.ts';
import { NET_ERRORS } from './net-errors.ts';

const PHASES = { PHASE_NONE: 0, PHASE_BEGIN: 1, PHASE_END: 2 } as const;
const PHASE_OF: Readonly<Record<string, number>> = { n: 0, b: 1, e: 2 };

interface Client {
  readonly browser: string;
  readonly version: string;
  /** What CLOCK_MONOTONIC ms lack to be Unix time. */
  readonly epochOffsetMs: number;
}

/**
 * The NetLog events of a trace as a file that NetLog itself would have written: names become numbers, and the constants
 * say which. Numbers of source types are Chromium's where an event refers to them, any free one otherwise; numbers of
 * event types change with every Chromium and are given here in order of appearance. Times are whole ms, as NetLog's.
 */
export function renderNetLog(trace: readonly TraceEvent[], client: Client): string {
  const events = trace.filter(({ cat, ph }) => cat === 'netlog' && PHASE_OF[ph] !== undefined);
  const sources = sourcesOf(events);
  const sourceTypes = numberSourceTypes(events, sources);
  const eventTypes = new Map<string, number>();
  for (const { name } of events) if (!eventTypes.has(name)) eventTypes.set(name, eventTypes.size);
  const constants = {
    logFormatVersion: 1,
    logCaptureMode: 'Default',
    clientInfo: {
      name: client.browser,
      version: client.version,
      cl: '',
      official: 'unofficial',
      command_line: '',
    },
    timeTickOffset: String(Math.round(client.epochOffsetMs)),
    logEventTypes: Object.fromEntries(eventTypes),
    logEventPhase: PHASES,
    logSourceType: Object.fromEntries(sourceTypes),
    netError: NET_ERRORS,
    addressFamily: {
      ADDRESS_FAMILY_UNSPECIFIED: 0,
      ADDRESS_FAMILY_IPV4: 1,
      ADDRESS_FAMILY_IPV6: 2,
    },
    loadFlag: { NORMAL: 0 },
    loadState: { IDLE: 0 },
    certStatusFlag: {},
    quicError: {},
    quicRstStreamError: {},
  };
  const lines = events.map((event) => {
    const { type, firstMs } = sources.get(Number(event.id))!;
    const params = event.args['params'];
    return JSON.stringify({
      params,
      phase: PHASE_OF[event.ph],
      source: { id: Number(event.id), start_time: ticks(firstMs), type: sourceTypes.get(type) },
      time: ticks(event.ts / 1000),
      type: eventTypes.get(event.name),
    });
  });
  return `{"constants":${JSON.stringify(constants)},\n"events":[\n${lines.join(',\n')}]}\n`;
}

interface Source {
  readonly type: string;
  readonly firstMs: number;
}

/** An end event does not repeat the type of its source. */
function sourcesOf(events: readonly TraceEvent[]): ReadonlyMap<number, Source> {
  const sources = new Map<number, Source>();
  for (const { id, ts, args } of events) {
    const known = sources.get(Number(id));
    const type = args['source_type'];
    if (known === undefined || (known.type === 'NONE' && typeof type === 'string')) {
      sources.set(Number(id), {
        type: typeof type === 'string' ? type : 'NONE',
        firstMs: known?.firstMs ?? ts / 1000,
      });
    }
  }
  return sources;
}

function numberSourceTypes(
  events: readonly TraceEvent[],
  sources: ReadonlyMap<number, Source>,
): ReadonlyMap<string, number> {
  const numbers = new Map([['NONE', 0]]);
  const taken = new Set([0]);
  for (const { args } of events) {
    const params = args['params'] as { source_dependency?: { id?: unknown; type?: unknown } } | undefined;
    const { id, type } = params?.source_dependency ?? {};
    if (typeof id !== 'number' || typeof type !== 'number') continue;
    taken.add(type);
    const name = sources.get(id)?.type;
    if (name !== undefined && !numbers.has(name)) numbers.set(name, type);
  }
  let next = 1;
  for (const { type } of sources.values()) {
    if (numbers.has(type)) continue;
    while (taken.has(next)) next++;
    taken.add(next);
    numbers.set(type, next);
  }
  return numbers;
}

function ticks(ms: number): string {
  return String(Math.floor(ms));
}
