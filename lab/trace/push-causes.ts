import type { StreamEvidence } from './streams.ts';
import type { PushCause, PushLife, ResourceTimeline } from './waterfall.ts';
import { keyOf } from './contention.ts';

/** The browser's own words for a refusal (Chromium, spdy_session.cc), and ours. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/duplicate pushed stream/i, 'it was promised a second time'],
  [/certificate does not match|unauthorized|invalid pushed url/i, 'the certificate does not cover its host'],
  [/unsupported status code/i, 'its status is not one a push may have'],
  [/cross-origin|different origin/i, 'it is of another origin'],
];

/** Adds why each push ended as it did, where more is known than its outcome, and when the page was given it. */
export function explainPushes(
  pushes: readonly PushLife[],
  resources: readonly ResourceTimeline[],
  streams: readonly StreamEvidence[],
): PushLife[] {
  const byUrl = new Map<string, ResourceTimeline[]>();
  for (const row of resources) {
    const rows = byUrl.get(row.url);
    if (rows === undefined) byUrl.set(row.url, [row]);
    else rows.push(row);
  }
  const varies = new Map(
    streams.map(({ connection, streamId, browser }) => [keyOf(connection, streamId), browser.vary]),
  );
  return pushes.map((push) => {
    const rows = byUrl.get(push.url) ?? [];
    const own = rows.find(
      (row) => row.connection === push.connection && row.streamId === push.promisedStreamId,
    );
    const told = own?.pageReceived;
    const used =
      push.outcome !== 'adopted' || told === undefined ? undefined : Math.max(told, push.adopted ?? told);
    const cause = causeOf(push, rows, varies.get(keyOf(push.connection, push.promisedStreamId)));
    return { ...push, ...(used !== undefined && { used }), ...(cause !== undefined && { cause }) };
  });
}

function causeOf(
  push: PushLife,
  rows: readonly ResourceTimeline[],
  vary: string | undefined,
): PushCause | undefined {
  switch (push.outcome) {
    case 'unclaimed':
      return unclaimed(push, rows);
    case 'mismatch':
      return {
        kind: 'vary',
        text:
          vary === undefined
            ? 'its response was not the one the request wanted'
            : `its response varies by ${vary}, in which promise and request differ`,
      };
    case 'refused': {
      const known = REFUSALS.find(([words]) => words.test(push.resetReason ?? ''));
      return { kind: 'refused', text: known?.[1] ?? push.resetReason ?? 'the browser gave no reason' };
    }
    case 'cancelled-by-client':
      return push.adopted === undefined
        ? undefined
        : { kind: 'page-left', text: 'the page had taken it up and went away, or no longer wanted it' };
    case 'adopted':
    case 'cancelled-by-server':
    case 'not-received':
      return undefined;
  }
}

function unclaimed(push: PushLife, rows: readonly ResourceTimeline[]): PushCause {
  if (rows.some((row) => row.deliveredBy === 'cache')) {
    return { kind: 'already-cached', text: 'the page had it in its cache' };
  }
  const request = rows.find((row) => row.deliveredBy !== 'push' && row.requestStart !== undefined);
  if (request === undefined) {
    return {
      kind: 'left-over',
      text: 'nobody asked for it; the next page on this connection still may',
    };
  }
  const laterMs = request.requestStart! - (push.promiseReceived ?? push.promised);
  return laterMs < 0
    ? {
        kind: 'asked-before',
        text: `the page had asked for it ${(-laterMs).toFixed(0)} ms before the promise was there`,
      }
    : {
        kind: 'asked-apart',
        text: `the page asked for it by itself ${laterMs.toFixed(0)} ms after the promise: other connection, method or credentials`,
      };
}
