import { traceTimeMs, type TraceEvent } from './trace-event.ts';
import { asRecord, asString, type Untyped } from './untyped.ts';

/** One event of Chromium's NetLog, whichever envelope it came in: the parameters are the same in all of them. */
export interface NetLogEvent {
  /** e.g. `HTTP2_SESSION_RECV_DATA` */
  readonly name: string;
  /** Numbers the sources of a browser process. */
  readonly sourceId: number;
  /** `sourceId` is the trace's own, and not the number by which other events refer to the source (`id2`, after 109). */
  readonly renumbered?: boolean;
  /** e.g. `HTTP2_SESSION`; in a trace, missing on the end event of a source. */
  readonly sourceType?: string | undefined;
  readonly phase: 'begin' | 'end' | 'none';
  readonly timeMonotonicMs: number;
  readonly params: Untyped;
}

/** @param event of the category `netlog` */
export function netLogEventOfTrace(event: TraceEvent): NetLogEvent {
  return {
    name: event.name,
    sourceId: Number(event.id ?? event.id2?.local),
    renumbered: event.id === undefined,
    sourceType: asString(event.args['source_type']),
    phase: event.ph === 'b' ? 'begin' : event.ph === 'e' ? 'end' : 'none',
    timeMonotonicMs: traceTimeMs(event),
    params: asRecord(event.args['params']),
  };
}
