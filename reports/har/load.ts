import type { TrialResult } from '../../lab/run/results.ts';
import type { RequestRecord } from '../../lab/trace/browser-evidence.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import type { Http2Messages } from '../http2-messages.ts';

/** One page load, as a HAR needs it. */
export interface HarLoad {
  readonly trial: TrialResult;
  /** Of a journey: which of its pages, from 1. */
  readonly pageNumber?: number | undefined;
  readonly waterfall: Waterfall;
  /** CDP's view of the requests: initiators, priorities, caches. */
  readonly requests: readonly RequestRecord[];
  /** By `messageKey`. */
  readonly messages: ReadonlyMap<string, Http2Messages>;
  /** Connection → end of its TLS handshake at the browser, ms since the load's timeOrigin. */
  readonly tlsEnds: ReadonlyMap<number, number>;
}

/** What entries refer to their page by. */
export function pageId({ trial, pageNumber }: HarLoad): string {
  return pageNumber === undefined ? trial.id : `${trial.id}.page-${pageNumber}`;
}

/** Unix time of navigationStart, ms. Results without it know when the trial began, which is a little earlier. */
export function startOf(trial: TrialResult, { timeOriginEpochMs }: Waterfall): number {
  return timeOriginEpochMs ?? Date.parse(trial.startedAt);
}

export function dateTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
