import type { EmulatorEvidence } from '../emulator/evidence.ts';
import { SMSS_BYTES } from '../network/tcp/segment.ts';
import type { BrowserEvidence } from './browser-evidence.ts';
import { bottleneckUses } from './bottleneck.ts';
import { contention } from './contention.ts';
import { metricDisagreements, requestDisagreements, streamDisagreements } from './disagreements.ts';
import { withExactPaints } from './exact-paints.ts';
import { hintLives } from './hint-lives.ts';
import { explainPushes } from './push-causes.ts';
import { pushLives } from './push-lives.ts';
import { resourceTimelines, type PageFacts } from './resource-timelines.ts';
import { joinStreams, type StreamEvidence } from './streams.ts';
import { stepsSince } from './timed-series.ts';
import { duringVisit, streamsOf, WHOLE, type Visit, type VisitStreams } from './visit.ts';
import type { ConnectionTimeline, NetworkLanes, PushLife, Waterfall } from './waterfall.ts';

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
  const joined = joinStreams(browser, whole, visit.fromMs);
  const { matched, byteTimes } = joined;
  const parts = streamsOf(joined.streams, visit);
  const streams = [...parts.own, ...parts.inherited];
  const emulator = duringVisit(whole, visit, parts);
  const hints = hintLives({ streams, byteTimes }, browser, emulator, facts, originMs);
  const resources = resourceTimelines(browser.requests, streams, hints, facts, originMs);
  const pushes = explainPushes(visitPushes(parts, originMs, facts.siteUrl), resources, streams);
  const lanes = networkLanes(emulator, joined.streams, originMs);
  const metrics = withExactPaints(browser.metrics, browser.traceMetrics);
  return {
    url: browser.url,
    timeOriginMonotonicMs: originMs,
    timeOriginEpochMs: emulator.epochOffsetMs === undefined ? undefined : originMs + emulator.epochOffsetMs,
    metrics,
    connections: connectionTimelines(emulator, originMs),
    resources,
    pushes,
    hints,
    lanes,
    contention: contention({ resources, pushes, hints, lanes }, facts.thinkMs ?? 0),
    disagreements: [
      ...joined.disagreements,
      ...streamDisagreements({ streams, matched }, originMs),
      ...requestDisagreements(browser.requests, resources),
      ...metricDisagreements(metrics, browser.traceMetrics),
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
      host: secure?.host,
      connectStart: connection.synMs - originMs,
      connectEnd: since(connection.connectedMs),
      secureConnectionEnd: since(secure?.atMs),
      closed: since(connection.closedMs),
      protocol: secure?.protocol,
      requestCount: events.filter((event) => event.kind === 'request').length,
    };
  });
}

function networkLanes(
  emulator: EmulatorEvidence,
  streams: readonly StreamEvidence[],
  originMs: number,
): NetworkLanes {
  const isRecorded = emulator.connections.some(({ passages }) => passages !== undefined);
  return {
    ...(isRecorded && { bottleneck: bottleneckUses(emulator, streams, originMs) }),
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
