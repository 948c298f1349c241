import type { EmulatorEvidence } from '../emulator/evidence.ts';
import { SMSS_BYTES } from '../network/tcp/segment.ts';
import type { BrowserEvidence } from './browser-evidence.ts';
import { pushLives } from './push-lives.ts';
import { resourceTimelines, type PageFacts } from './resource-timelines.ts';
import { joinStreams, type StreamEvidence } from './streams.ts';
import { stepsSince } from './timed-series.ts';
import { duringVisit, streamsOf, WHOLE, type Visit, type VisitStreams } from './visit.ts';
import type {
  ConnectionTimeline,
  HintLife,
  NetworkLanes,
  PageMetrics,
  PushLife,
  Waterfall,
} from './waterfall.ts';

/** Two witnesses of one paint may differ by rounding and by a thread hop; beyond this they disagree. */
const METRIC_TOLERANCE_MS = 2;

/**
 * Three vantage points, one waterfall: the browser (NetLog, CDP, paints), the server's log and the emulated network,
 * joined by connection, stream id and the one clock they share.
 *
 * @param visit which part of the evidence is this page's, where others were loaded over the same connections
 */
export function reconcile(
  browser: BrowserEvidence,
  whole: EmulatorEvidence,
  facts: PageFacts,
  visit: Visit = WHOLE,
): Waterfall {
  const originMs = browser.timeOriginMonotonicMs;
  const { streams: all, disagreements } = joinStreams(browser, whole);
  const parts = streamsOf(all, visit);
  const streams = [...parts.own, ...parts.inherited];
  const emulator = duringVisit(whole, visit, parts);
  const hints = hintLives(streams, browser, emulator, facts, originMs);
  return {
    url: browser.url,
    timeOriginMonotonicMs: originMs,
    timeOriginEpochMs: emulator.epochOffsetMs === undefined ? undefined : originMs + emulator.epochOffsetMs,
    metrics: browser.metrics,
    connections: connectionTimelines(emulator, originMs),
    resources: resourceTimelines(browser.requests, streams, hints, facts, originMs),
    pushes: visitPushes(parts, originMs, facts.siteUrl),
    hints,
    lanes: networkLanes(emulator, originMs),
    disagreements: [
      ...disagreements,
      ...streamDisagreements(streams),
      ...metricDisagreements(browser.metrics, browser.traceMetrics),
    ],
  };
}

/** Those promised to this page, and those of earlier pages that it took. */
function visitPushes(
  { own, inherited, leftOver, askedAgain }: VisitStreams,
  originMs: number,
  siteUrl: string,
) {
  const isIn = (streams: Iterable<StreamEvidence>) => {
    const keys = new Set([...streams].map(({ connection, streamId }) => `${connection}/${streamId}`));
    return ({ connection, promisedStreamId }: PushLife) => keys.has(`${connection}/${promisedStreamId}`);
  };
  const [isInherited, isLeftOver] = [isIn(inherited), isIn(leftOver)];
  return pushLives([...own, ...inherited, ...askedAgain], originMs, siteUrl).map((push): PushLife => ({
    ...push,
    ...(isInherited(push) && { promisedTo: 'earlier-page' }),
    ...(isLeftOver(push) && { takenBy: 'later-page' }),
  }));
}

function connectionTimelines(emulator: EmulatorEvidence, originMs: number): ConnectionTimeline[] {
  return emulator.connections.map((connection) => {
    const events = emulator.server.filter((event) => event.connection === connection.id);
    const secure = events.find((event) => event.kind === 'secure');
    const since = (time: number | undefined) => (time === undefined ? undefined : time - originMs);
    return {
      id: connection.id,
      connectStart: connection.synMs - originMs,
      connectEnd: since(connection.connectedMs),
      secureConnectionEnd: since(secure?.atMs),
      closed: since(connection.closedMs),
      requestCount: events.filter((event) => event.kind === 'request').length,
    };
  });
}

function hintLives(
  streams: readonly StreamEvidence[],
  browser: BrowserEvidence,
  emulator: EmulatorEvidence,
  facts: PageFacts,
  originMs: number,
): HintLife[] {
  const lives: HintLife[] = [];
  for (const event of emulator.server) {
    if (event.kind !== 'hint') continue;
    const page = streams.find(
      (s) => s.connection === event.connection && s.streamId === event.streamId,
    )?.browser;
    const early = event.how === 'early-hints';
    const received = early ? page?.interimResponse : page?.responseStart;
    for (const path of event.paths) {
      const url = new URL(path, facts.siteUrl).href;
      const requested = streams.find(({ server }) => server.path === path && server.requested !== undefined)
        ?.server.requested;
      lives.push({
        path,
        how: event.how,
        sent: event.atMs - originMs,
        received: received === undefined ? undefined : received - originMs,
        requested: requested === undefined ? undefined : requested - originMs,
        used: browser.requests.some((request) => request.url === url && request.initiatorType !== 'preload'),
      });
    }
  }
  return lives;
}

function networkLanes(emulator: EmulatorEvidence, originMs: number): NetworkLanes {
  return {
    downlinkQueueBytes: stepsSince(emulator.queueBytes.downlink, originMs),
    uplinkQueueBytes: stepsSince(emulator.queueBytes.uplink, originMs),
    connections: emulator.connections.map((connection) => ({
      connection: connection.id,
      cwndBytes: stepsSince(connection.cwndSegments, originMs, SMSS_BYTES),
      flightBytes: stepsSince(connection.flightBytes, originMs),
      deliveredBytes: stepsSince(connection.deliveredBytes, originMs),
    })),
    // Background traffic, with negative numbers, is not the page's.
    drops: emulator.drops
      .filter(({ connection }) => connection > 0)
      .map(({ atMs, direction, cause }) => ({ time: atMs - originMs, direction, cause })),
  };
}

/** Where server and browser tell different stories of a stream. */
function streamDisagreements(streams: readonly StreamEvidence[]): string[] {
  const found: string[] = [];
  for (const { connection, streamId, server, browser } of streams) {
    const name = `stream ${streamId} of connection ${connection} (${server.path ?? browser.url ?? 'unknown'})`;
    if (server.promised !== undefined && browser.promiseReceived === undefined) {
      found.push(`${name}: promised by the server, unknown to the browser`);
    }
    if (browser.promiseReceived !== undefined && server.promised === undefined) {
      found.push(`${name}: a promise at the browser that the server did not log`);
    }
    const complete = server.ended && browser.finished !== undefined && server.reset === undefined;
    if (complete && server.sentBytes !== browser.receivedBytes) {
      found.push(
        `${name}: the server sent ${server.sentBytes} bytes of body, the browser received ${browser.receivedBytes}`,
      );
    }
  }
  return found;
}

function metricDisagreements(page: PageMetrics, trace: PageMetrics): string[] {
  const names = ['firstPaint', 'firstContentfulPaint', 'loadEventEnd'] as const;
  return names.flatMap((name) => {
    const [inPage, inTrace] = [page[name], trace[name]];
    if (inPage === undefined || inTrace === undefined || Math.abs(inPage - inTrace) <= METRIC_TOLERANCE_MS)
      return [];
    return [`${name}: ${inPage.toFixed(1)} ms by the page, ${inTrace.toFixed(1)} ms by the trace`];
  });
}
