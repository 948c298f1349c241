import { overlapMs, union, type Interval } from './intervals.ts';
import type { Contention, Waterfall } from './waterfall.ts';

/**
 * What pushed and hinted bytes cost others: time the bottleneck served them while somebody waited. A response waits from
 * when the server had it (the request was there and the origin had thought; a push: its promise) until its last byte had
 * left the bottleneck. Waiting for something else at the same time (a window, a round trip) is no excuse, so this bounds
 * the delay from above. Undefined where the emulator did not record the bottleneck.
 *
 * Example: style.css waits from 100 to 200 ms, main.js (blocks too) from 150 to 300 ms: somebody waits from 100 to
 * 300 ms. The bottleneck serves an unclaimed push from 80 to 130 ms and from 290 to 310 ms: `wastedMs` is 30 + 10 = 40.
 *
 * @param thinkMs what the origin takes for the document
 */
export function contention(
  waterfall: Pick<Waterfall, 'resources' | 'pushes' | 'hints' | 'lanes'>,
  thinkMs: number,
): Contention | undefined {
  const { resources, pushes, hints, lanes } = waterfall;
  const uses = lanes.bottleneck;
  if (uses === undefined || uses.length === 0) return undefined;
  const promised = new Map(
    pushes.map((push) => [keyOf(push.connection, push.promisedStreamId), push.promised]),
  );
  const waits = (pick: (row: (typeof resources)[number]) => boolean): Interval[] =>
    union(
      resources.filter(pick).flatMap((row): Interval[] => {
        const isDocument = row.type === 'document';
        const asked = row.requestReceived ?? promised.get(keyOf(row.connection, row.streamId));
        if (asked === undefined || row.passEnd === undefined) return [];
        return [[asked + (isDocument ? thinkMs : 0), row.passEnd]];
      }),
    );
  const document = resources.find(({ type }) => type === 'document');
  const documentWaits = waits((row) => row === document);
  const blockingWaits = waits((row) => row === document || row.renderBlocking);
  const served = (keys: ReadonlySet<string>): Interval[] =>
    uses
      .filter(([, , connection, streamId]) => keys.has(keyOf(connection, streamId)))
      .map(([startMs, endMs]) => [startMs, endMs]);
  const blocking = new Set(
    resources.filter((row) => row.renderBlocking).map((row) => keyOf(row.connection, row.streamId)),
  );
  const pushed = pushes.map((push) => keyOf(push.connection, push.promisedStreamId));
  const wasted = [
    ...pushes
      .filter(({ outcome }) => outcome !== 'adopted')
      .map((push) => keyOf(push.connection, push.promisedStreamId)),
    ...hints.filter(({ used }) => !used).map((hint) => keyOf(hint.connection, hint.streamId)),
  ];
  return {
    wastedMs: overlapMs(served(new Set(wasted)), blockingWaits),
    pushedBeforeDocumentMs: overlapMs(served(new Set(pushed)), documentWaits),
    pushedBeforeBlockingMs: overlapMs(
      served(new Set(pushed.filter((key) => !blocking.has(key)))),
      blockingWaits,
    ),
  };
}

export function keyOf(connection: number | undefined, streamId: number | undefined): string {
  return `${connection}/${streamId}`;
}
