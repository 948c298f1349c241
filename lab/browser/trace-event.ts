import { asNumber, asRecord, asString, type Untyped } from './untyped.ts';

/** One event of Chromium's Trace Event Format, as `Tracing.dataCollected` brings it. Stored raw as evidence. */
export interface TraceEvent {
  readonly name: string;
  /** Comma-separated categories. */
  readonly cat: string;
  /** Phase: `b`/`e`/`n` begin, end, instant of a NetLog source; `R` mark; `X` complete; `I` instant; `M` metadata. */
  readonly ph: string;
  /** Microseconds on CLOCK_MONOTONIC. */
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  /** Hexadecimal; of a NetLog event the source id. */
  readonly id?: string;
  /** In place of `id` in newer Chromiums. */
  readonly id2?: { readonly local?: string };
  readonly args: Untyped;
}

/** Keeps events as they are, and of them only what is one. */
export function readTraceEvents(values: readonly unknown[]): TraceEvent[] {
  return values.filter(isTraceEvent);
}

export function traceTimeMs(event: TraceEvent): number {
  return event.ts / 1000;
}

export function hasCategory(event: TraceEvent, category: string): boolean {
  return event.cat.split(',').includes(category);
}

function isTraceEvent(value: unknown): value is TraceEvent {
  const event = asRecord(value);
  return (
    asString(event['name']) !== undefined &&
    asString(event['cat']) !== undefined &&
    asString(event['ph']) !== undefined &&
    asNumber(event['ts']) !== undefined &&
    typeof event['args'] === 'object' &&
    event['args'] !== null
  );
}
