import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { BrowserEvidence } from './browser-evidence.ts';
import { keyOf } from './contention.ts';
import type { PageFacts } from './resource-timelines.ts';
import { isMisdirected, type JoinedStreams, type StreamEvidence } from './streams.ts';
import type { HintLife } from './waterfall.ts';

/** Every preload the server announced, in order: its way to the browser, the request it led to, what that was good for. */
export function hintLives(
  { streams, byteTimes }: Pick<JoinedStreams, 'streams' | 'byteTimes'>,
  browser: BrowserEvidence,
  emulator: EmulatorEvidence,
  facts: PageFacts,
  originMs: number,
): HintLife[] {
  const byKey = new Map(streams.map((stream) => [keyOf(stream.connection, stream.streamId), stream]));
  const firstRequests = new Map<string, StreamEvidence>();
  for (const stream of streams) {
    const { path, requested } = stream.server;
    const { url } = stream.browser;
    if (stream.browser.requested === undefined && requested === undefined) continue;
    if (isMisdirected(stream)) continue;
    const at = url ?? (path === undefined ? undefined : new URL(path, facts.siteUrl).href);
    if (at !== undefined && !firstRequests.has(at)) firstRequests.set(at, stream);
  }
  const wantedMs = new Map<string, number>();
  for (const { url, initiatorType, startMonotonicMs } of browser.requests) {
    if (initiatorType === 'preload') continue;
    wantedMs.set(url, Math.min(wantedMs.get(url) ?? Infinity, startMonotonicMs));
  }
  const opened = new Map(emulator.connections.map(({ id, synMs }) => [id, synMs]));
  const since = (time: number | undefined) => (time === undefined ? undefined : time - originMs);
  return emulator.server.flatMap((event): HintLife[] => {
    if (event.kind !== 'hint') return [];
    const page = byKey.get(keyOf(event.connection, event.streamId))?.browser;
    const times = byteTimes.get(event.connection);
    const offset = event.atOffset;
    const early = event.how === 'early-hints';
    return event.paths.map((path) => {
      const url = new URL(path, facts.siteUrl).href;
      const request = firstRequests.get(url);
      const asked = request?.browser.requested;
      const wanted = wantedMs.get(url);
      const used = wanted !== undefined;
      // One record for both: the page's own need of it cannot be told from the hint's.
      const apart = wanted !== undefined && asked !== undefined && early;
      const openedMs = request === undefined ? undefined : opened.get(request.connection);
      // A hint may have the connection opened as well, and the page want it before that is ready.
      const begunMs = openedMs !== undefined && openedMs > event.atMs ? openedMs : asked;
      return {
        path,
        how: event.how,
        sent: event.atMs - originMs,
        passed: offset === undefined ? undefined : since(times?.passedMs(offset)),
        arrived: offset === undefined ? undefined : since(times?.arrivedMs(offset)),
        received: since(early ? page?.interimResponse : page?.responseStart),
        requestStart: since(asked),
        requested: since(request?.server.requested),
        wanted: early ? since(wanted) : undefined,
        headStartMs: apart ? wanted - begunMs! : undefined,
        used,
        connection: request?.connection,
        streamId: request?.streamId,
        receivedBytes: request?.browser.receivedBytes ?? 0,
        wastedBytes: used ? 0 : (request?.browser.receivedBytes ?? 0),
      };
    });
  });
}
