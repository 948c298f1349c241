import type { HintLife, PushLife, ResourceTimeline, Waterfall } from '../../lab/trace/waterfall.ts';
import { sendAll, type Delivery, type Transfer } from './sample-network.ts';

export type Way = 'no-push' | 'after-html' | 'before-html' | 'preload' | 'early-hints';

interface Piece {
  readonly path: string;
  readonly type: ResourceTimeline['type'];
  readonly bytes: number;
  readonly blocking: boolean;
}

export const ORIGIN = 'https://lab.test:8443';
export const OUTSIDE = 'https://use.fontawesome.com/releases/v6.3.0/js/all.js';
export const THINK_MS = 600;

export const PIECES: readonly Piece[] = [
  { path: '/index.html', type: 'document', bytes: 9_412, blocking: false },
  { path: '/css/bootstrap.min.css', type: 'stylesheet', bytes: 24_318, blocking: true },
  { path: '/css/clean-blog.css', type: 'stylesheet', bytes: 3_204, blocking: true },
  { path: '/js/clean-blog.js', type: 'script', bytes: 11_870, blocking: true },
  { path: '/js/search.js', type: 'script', bytes: 8_204, blocking: false },
  { path: '/img/logo.svg', type: 'image', bytes: 2_418, blocking: false },
  { path: '/img/home-bg.jpg', type: 'image', bytes: 236_110, blocking: false },
  { path: '/img/posts/2026/01/first-light.jpg', type: 'image', bytes: 128_004, blocking: false },
  { path: '/img/posts/2026/02/harbour.jpg', type: 'image', bytes: 141_730, blocking: false },
  {
    path: '/img/posts/2026/02/a-rather-long-file-name-as-cameras-write-them.jpg',
    type: 'image',
    bytes: 97_211,
    blocking: false,
  },
  { path: '/img/posts/2026/03/night-train.jpg', type: 'image', bytes: 154_889, blocking: false },
];

/** Pushed although the page only wants it on paper. */
const UNUSED: Piece = { path: '/css/print.css', type: 'stylesheet', bytes: 18_020, blocking: false };

export const SENT_AHEAD = [
  '/css/bootstrap.min.css',
  '/css/clean-blog.css',
  '/js/clean-blog.js',
  '/js/search.js',
  '/css/print.css',
  '/img/logo.svg',
];

/** One load of the sample site: what a trial on a 2G network looks like, with everything that can happen to a push. */
export function loadSample(
  way: Way,
  options: { slack: number; link?: { rttMs: number; bps: number; queue: number } },
): Waterfall {
  const { rttMs, bps, queue } = options.link ?? { rttMs: 800, bps: 280_000, queue: 64_000 };
  const oneWay = rttMs / 2;
  const [connectEnd, tlsEnd] = [4 + rttMs, 4 + 2 * rttMs + 38];
  const requested = tlsEnd + 3 + options.slack;
  const atServer = requested + oneWay + 4;
  const htmlReady = atServer + THINK_MS;
  const isPush = way === 'after-html' || way === 'before-html';
  const promisedAt = way === 'before-html' ? atServer + 1 : htmlReady;
  const link = { bandwidthBps: bps, oneWayMs: oneWay, queueLimitBytes: queue, initialWindowBytes: 14_480 };

  // What is found depends on what has arrived, and that on what was asked for: a few rounds settle it.
  let flight = sendAll([htmlTransfer(htmlReady)], tlsEnd, link);
  for (let round = 0; round < 4; round++) flight = sendAll(transfersOf(flight.deliveries), tlsEnd, link);
  const { deliveries } = flight;
  const html = must(deliveries, '/index.html');

  const resources = PIECES.map((piece, index) => resourceOf(piece, index));
  const pushes = isPush ? SENT_AHEAD.map((path, index) => pushOf(path, index)) : [];
  const endOf = (path: string): number => must(deliveries, path).responseEnd;
  const blockingEnd = Math.max(
    html.responseEnd,
    ...PIECES.filter((piece) => piece.blocking).map(({ path }) => endOf(`use:${path}`)),
  );
  const firstPaint = blockingEnd + 92 + options.slack / 10;
  const loaded = Math.max(...PIECES.map(({ path }) => endOf(path === '/index.html' ? path : `use:${path}`)));

  return {
    url: `${ORIGIN}/index.html`,
    timeOriginMonotonicMs: 1_000_000,
    metrics: {
      firstPaint,
      firstContentfulPaint: firstPaint,
      largestContentfulPaint: endOf('use:/img/home-bg.jpg') + 48,
      domContentLoadedEventEnd: blockingEnd + 31,
      loadEventEnd: loaded + 27,
      cumulativeLayoutShift: 0.042,
    },
    connections: [
      {
        id: 1,
        connectStart: 4,
        connectEnd,
        secureConnectionEnd: tlsEnd,
        requestCount: resources.filter((r) => r.deliveredBy === 'request').length,
      },
      {
        id: 2,
        connectStart: 6,
        connectEnd: connectEnd + 12,
        secureConnectionEnd: tlsEnd + 90,
        requestCount: 0,
      },
    ],
    resources: [...resources, outside()].sort((a, b) => a.startTime - b.startTime),
    pushes,
    hints: way === 'preload' || way === 'early-hints' ? SENT_AHEAD.map(hintOf) : [],
    lanes: {
      downlinkQueueBytes: flight.queue,
      uplinkQueueBytes: [],
      connections: [
        {
          connection: 1,
          cwndBytes: flight.cwnd,
          flightBytes: flight.inFlight,
          deliveredBytes: flight.delivered,
        },
        { connection: 2, cwndBytes: [[tlsEnd, 14_480]], flightBytes: [[tlsEnd, 0]], deliveredBytes: [] },
      ],
      drops: flight.drops,
    },
    disagreements: [],
  };

  function htmlTransfer(readyAt: number): Transfer {
    return { name: '/index.html', bytes: 9_412, readyAt, rank: 10 };
  }

  function transfersOf(known: ReadonlyMap<string, Delivery>): readonly Transfer[] {
    const used = PIECES.slice(1).map((piece, index): Transfer => {
      const isPushed = isPush && isUsedPush(piece.path);
      const ready = isPushed ? promisedAt : startOf(piece, known) + 3 + oneWay + 4;
      return {
        name: `use:${piece.path}`,
        bytes: piece.bytes,
        readyAt: ready,
        rank: rankOf(piece, isPushed) + index / 100,
      };
    });
    const wasted: readonly Transfer[] = isPush
      ? [
          {
            name: `waste:${UNUSED.path}`,
            bytes: UNUSED.bytes,
            readyAt: promisedAt,
            rank: way === 'before-html' ? 5 : 15,
          },
          {
            name: 'waste:/js/search.js',
            bytes: 8_204,
            readyAt: promisedAt,
            rank: way === 'before-html' ? 4 : 14,
          },
          {
            name: 'waste:/img/logo.svg',
            bytes: 1_448,
            readyAt: promisedAt,
            rank: way === 'before-html' ? 6 : 16,
          },
        ]
      : [];
    return [htmlTransfer(htmlReady), ...used, ...wasted];
  }

  function rankOf(piece: Piece, isPushed: boolean): number {
    if (isPushed) return way === 'before-html' ? 3 : 13;
    return piece.blocking ? 11 : piece.type === 'script' ? 17 : piece.path === '/img/logo.svg' ? 19 : 20;
  }

  function startOf(piece: Piece, known: ReadonlyMap<string, Delivery>): number {
    const page = must(known, '/index.html');
    if (SENT_AHEAD.includes(piece.path)) {
      if (way === 'early-hints') return atServer + 1 + oneWay + 2;
      if (way === 'preload') return page.responseStart + 2;
    }
    return piece.blocking ? (page.arrivals[0]?.[0] ?? 0) + 9 : page.responseEnd + 14;
  }

  function resourceOf(piece: Piece, index: number): ResourceTimeline {
    const isHtml = piece.type === 'document';
    const delivery = must(deliveries, isHtml ? piece.path : `use:${piece.path}`);
    const isPushed = isPush && isUsedPush(piece.path);
    const isHinted = (way === 'preload' || way === 'early-hints') && SENT_AHEAD.includes(piece.path);
    const startTime = isHtml ? 2 : startOf(piece, deliveries);
    const requestStart = isHtml ? requested : startTime + 3;
    return {
      url: ORIGIN + piece.path,
      path: piece.path,
      type: piece.type,
      deliveredBy: isPushed ? 'push' : 'request',
      initiator: isHtml ? 'navigation' : !isHinted ? 'parser' : way === 'preload' ? 'preload' : 'early-hint',
      connection: 1,
      streamId: isPushed ? streamOfPush(piece.path) : 1 + 2 * index,
      priority: isHtml || piece.type === 'stylesheet' ? 'VeryHigh' : piece.type === 'script' ? 'High' : 'Low',
      status: 200,
      renderBlocking: piece.blocking,
      startTime,
      requestStart,
      requestReceived: isPushed ? undefined : requestStart + oneWay + 4,
      sendStart: delivery.sendStart,
      sendEnd: delivery.sendEnd,
      responseStart: isPushed ? Math.max(startTime, delivery.responseStart) : delivery.responseStart,
      responseEnd: Math.max(startTime, delivery.responseEnd),
      transferSize: piece.bytes + 64,
      arrivals: delivery.arrivals,
      duplicate: isPush && (piece.path === '/js/search.js' || piece.path === '/img/logo.svg'),
      external: false,
    };
  }

  function pushOf(path: string, index: number): PushLife {
    const isUsed = isUsedPush(path);
    const delivery = must(deliveries, isUsed ? `use:${path}` : `waste:${path}`);
    const piece = PIECES.find((candidate) => candidate.path === path);
    const wanted = piece && startOf(piece, deliveries);
    const promiseReceived = promisedAt + oneWay + 6;
    const isRefused = path === '/img/logo.svg';
    const isMismatch = path === '/js/search.js';
    const bytes = delivery.arrivals.reduce((total, [, size]) => total + size, 0);
    return {
      url: ORIGIN + path,
      path,
      connection: 1,
      promisedStreamId: 2 + 2 * index,
      associatedStreamId: 1,
      promised: promisedAt,
      promiseReceived,
      sendStart: delivery.sendStart,
      sendEnd: delivery.sendEnd,
      responseStart: delivery.responseStart,
      responseEnd: delivery.responseEnd,
      adopted: isUsed || isMismatch ? wanted : undefined,
      reset: isRefused ? promiseReceived + 1 : isMismatch && wanted !== undefined ? wanted + 2 : undefined,
      resetReason: isRefused
        ? 'REFUSED_STREAM: Duplicate pushed stream with url'
        : isMismatch
          ? 'CANCEL: vary does not match'
          : undefined,
      outcome: isUsed ? 'adopted' : isRefused ? 'refused' : isMismatch ? 'mismatch' : 'unclaimed',
      receivedBytes: bytes,
      wastedBytes: isUsed ? 0 : bytes,
      duplicate: isRefused || isMismatch,
      arrivals: delivery.arrivals,
    };
  }

  function hintOf(path: string): HintLife {
    const sent = way === 'early-hints' ? atServer + 1 : htmlReady;
    const received = way === 'early-hints' ? sent + oneWay + 1 : html.responseStart;
    const isUsed = path !== UNUSED.path;
    return {
      path,
      how: way === 'early-hints' ? 'early-hints' : 'preload-header',
      sent,
      received,
      requested: isUsed ? received + oneWay + 9 : undefined,
      used: isUsed,
    };
  }

  function outside(): ResourceTimeline {
    const startTime = html.responseEnd + 15;
    return {
      url: OUTSIDE,
      path: OUTSIDE,
      type: 'script',
      deliveredBy: 'none',
      initiator: 'parser',
      renderBlocking: false,
      startTime,
      responseEnd: startTime + 4,
      transferSize: 0,
      arrivals: [],
      duplicate: false,
      failure: 'net::ERR_NAME_NOT_RESOLVED',
      external: true,
    };
  }
}

function isUsedPush(path: string): boolean {
  return SENT_AHEAD.indexOf(path) >= 0 && SENT_AHEAD.indexOf(path) < 3;
}

function streamOfPush(path: string): number {
  return 2 + 2 * SENT_AHEAD.indexOf(path);
}

function must(deliveries: ReadonlyMap<string, Delivery>, name: string): Delivery {
  return deliveries.get(name) ?? { sendStart: 0, sendEnd: 0, arrivals: [], responseStart: 0, responseEnd: 0 };
}
