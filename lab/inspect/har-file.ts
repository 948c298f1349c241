import { asNumber, asRecord, asString } from '../browser/untyped.ts';
import { wastedBytes } from '../trace/push-fate.ts';
import { pushOutcomeSchema } from '../trace/push-outcome.ts';
import type { InspectedPush, InspectedRequest } from './inspection.ts';

/** What nobody should read out of a HAR. */
export const HAR_NOTES: readonly string[] = [
  'a HAR lists what pages used: pushes that were never used, refused or reset, and their bytes, are not in it',
  'only entries marked `_was_pushed` are known as pushed, and few tools write the mark; without it an adopted push looks like a request',
];

/** Gathers the entries of a HAR 1.2. */
export class HarCollector {
  readonly #entries: { started: number; pushed: boolean; entry: Readonly<Record<string, unknown>> }[] = [];

  /** False: it has no request, and says nothing. */
  note(value: unknown): boolean {
    const entry = asRecord(value);
    const started = Date.parse(asString(entry['startedDateTime']) ?? '');
    if (entry['request'] === undefined) return false;
    const life = asRecord(entry['_push']);
    const pushed =
      life['outcome'] !== undefined ||
      entry['_was_pushed'] === 1 ||
      entry['_was_pushed'] === true ||
      entry['_was_pushed'] === '1';
    // Bodies are not kept.
    const { request, response, time, pageref, _http2_stream_id: streamId } = entry;
    const { status, bodySize, content } = asRecord(response);
    this.#entries.push({
      started,
      pushed,
      entry: {
        url: asRecord(request)['url'],
        status,
        bodySize,
        size: asRecord(content)['size'],
        time,
        pageref,
        streamId,
        life,
      },
    });
    return true;
  }

  result(): { pushes: InspectedPush[]; requests: InspectedRequest[]; startedAt: string | null } {
    const entries = this.#entries.sort((a, b) => a.started - b.started);
    const origin = entries.find(({ started }) => Number.isFinite(started))?.started;
    const requested = new Set(entries.filter(({ pushed }) => !pushed).map(({ entry }) => pageAndUrl(entry)));
    const pushes: InspectedPush[] = [];
    const requests: InspectedRequest[] = [];
    for (const { started, pushed, entry } of entries) {
      const url = asString(entry['url']) ?? '';
      const startedMs = origin === undefined || !Number.isFinite(started) ? null : started - origin;
      const timeMs = asNumber(entry['time']);
      // 0 and less mean that nothing, or nobody knows what, crossed the network.
      const bodySize = asNumber(entry['bodySize']) ?? -1;
      const receivedBytes = Math.max(
        0,
        Math.round(bodySize >= 0 ? bodySize : (asNumber(entry['size']) ?? 0)),
      );
      const streamId = asNumber(Number(entry['streamId'] ?? NaN)) ?? null;
      const common = {
        url,
        session: null,
        status: asNumber(entry['status']) ?? null,
        receivedBytes,
        responseStartMs: null,
        responseEndMs: startedMs === null || timeMs === undefined ? null : startedMs + timeMs,
      };
      if (!pushed) {
        requests.push({ ...common, streamId, startedMs });
        continue;
      }
      // `lab export` writes the life of every promise, used or not; elsewhere the mark alone means used.
      const life = asRecord(entry['life']);
      const outcome = pushOutcomeSchema.safeParse(life['outcome']).data ?? 'adopted';
      pushes.push({
        ...common,
        promisedStreamId: streamId,
        associatedStreamId: asNumber(life['associatedStreamId']) ?? null,
        outcome,
        wastedBytes: wastedBytes(outcome, receivedBytes),
        undecided: false,
        duplicate: requested.has(pageAndUrl(entry)),
        reason: asString(life['resetReason']) ?? null,
        promisedMs: null,
        adoptedMs: startedMs,
        resetMs: null,
      });
    }
    return { pushes, requests, startedAt: origin === undefined ? null : new Date(origin).toISOString() };
  }
}

/** Pages of one HAR are loads of their own: what one requested says nothing of another's pushes. */
function pageAndUrl(entry: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([entry['pageref'] ?? null, entry['url'] ?? null]);
}
