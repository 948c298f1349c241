import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readTraceEvents } from '../../../lab/browser/trace-event.ts';
import { packageRoot } from '../../../lab/package-root.ts';
import { renderNetLog } from '../../../reports/netlog/netlog.ts';

interface NetLog {
  readonly constants: Readonly<Record<string, unknown>> & {
    readonly logEventTypes: Readonly<Record<string, number>>;
    readonly logSourceType: Readonly<Record<string, number>>;
    readonly logEventPhase: Readonly<Record<string, number>>;
  };
  readonly events: readonly {
    readonly type: number;
    readonly phase: number;
    readonly time: string;
    readonly source: { readonly id: number; readonly type: number };
    readonly params?: Readonly<Record<string, unknown>>;
  }[];
}

const trace = readTraceEvents(
  JSON.parse(
    readFileSync(path.join(packageRoot, 'test/data/browser/every-kind-of-push.trace.json'), 'utf8'),
  ) as unknown[],
);
const client = { browser: 'chromium-106', version: '106.0.5249.0', epochOffsetMs: 1_700_000_000_000.4 };
const { constants, events } = JSON.parse(renderNetLog(trace, client)) as NetLog;

// catapult's netlog_viewer loads a file if `areValidConstants` (main.js) holds, and leaves out events that do not pass
// `loadLogDump` (log_util.js).
it('has the constants without which the viewer loads nothing', () => {
  for (const name of [
    'logEventTypes',
    'clientInfo',
    'logEventPhase',
    'logSourceType',
    'loadFlag',
    'netError',
    'addressFamily',
  ]) {
    expect(typeof constants[name], name).toBe('object');
  }
  expect(constants).toMatchObject({ logFormatVersion: 1, timeTickOffset: '1700000000000' });
});

it('has no event that the viewer leaves out', () => {
  const numbersOf = (name: 'logEventTypes' | 'logSourceType' | 'logEventPhase') =>
    new Set(Object.values(constants[name]));
  const [types, sources, phases] = [
    numbersOf('logEventTypes'),
    numbersOf('logSourceType'),
    numbersOf('logEventPhase'),
  ];
  expect(phases).toEqual(new Set([0, 1, 2]));
  for (const { type, phase, time, source } of events) {
    expect(types).toContain(type);
    expect(sources).toContain(source.type);
    expect(phases).toContain(phase);
    expect(typeof time).toBe('string');
  }
});

it('keeps every event, by number and in order', () => {
  const netlog = trace.filter(({ cat }) => cat === 'netlog');
  expect(events).toHaveLength(netlog.length);
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, number]) => [number, name]));
  expect(events.map(({ type }) => names.get(type))).toEqual(netlog.map(({ name }) => name));
  expect(events.every(({ time }) => /^\d+$/.test(time))).toBe(true);
});

it('numbers source types as the events refer to them', () => {
  // HTTP2_SESSION_INITIALIZED of the recording depends on { id: 11, type: 7 }, which is a socket.
  expect(constants.logSourceType).toMatchObject({ NONE: 0, SOCKET: 7, HTTP2_SESSION: 8 });
  const numbers = Object.values(constants.logSourceType);
  expect(new Set(numbers).size).toBe(numbers.length);
  const promise = events.find(
    ({ type }) => type === constants.logEventTypes['HTTP2_SESSION_RECV_PUSH_PROMISE'],
  )!;
  expect(promise).toMatchObject({ phase: 0, source: { id: 12, type: 8 }, params: { promised_stream_id: 2 } });
  // An end event has the type of its source, too.
  const end = events.find(({ phase }) => phase === 2)!;
  expect(end.source.type).toBe(7);
});
