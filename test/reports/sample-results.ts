import { resultsSchema, type Results, type TrialResult } from '../../lab/run/results.ts';
import { summarise } from '../../lab/run/summarise.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { loadSample, OUTSIDE, PIECES, SENT_AHEAD, THINK_MS, type Way } from './sample-page.ts';

export interface SampleReport {
  readonly results: Results;
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
}

/** A run such as `lab run scenarios/2g-cold.yaml` leaves behind: the same every time, valid, and rich in trouble. */
export function sampleReport(runs = 8): SampleReport {
  const trials: TrialResult[] = [];
  const waterfalls = new Map<string, Waterfall>();
  const random = seeded(20_260_301);
  for (let block = 0; block <= runs; block++) {
    for (const [index, way] of WAYS.entries()) {
      const waterfall = loadSample(way, { slack: random() * 260 });
      const trial = trialOf(way, block, trials.length, index, waterfall, random);
      trials.push(trial);
      waterfalls.set(trial.id, waterfall);
    }
  }
  const broken = trials.find((trial) => trial.block === 3 && trial.strategy === 'preload');
  if (broken) {
    Object.assign(broken, {
      status: 'failed',
      failure: 'bytes were still on their way 60 s after the load event',
      metrics: {},
    });
  }
  const again = trials.findIndex((trial) => trial.block === 5 && trial.strategy === 'before-html');
  const repeated = trials[again];
  if (repeated) {
    const second = { ...repeated, id: `${repeated.id}.2` };
    waterfalls.set(second.id, waterfalls.get(repeated.id)!);
    const first: TrialResult = {
      ...repeated,
      status: 'disturbed',
      disturbance: 'the emulator acted 41 ms late at the 99th percentile; the limit is 16 ms',
      repeatedAs: second.id,
      pacer: { events: 2_107, latenessP50Ms: 0.2, latenessP99Ms: 41.3, latenessMaxMs: 88 },
    };
    trials.splice(again, 1, first, second);
  }
  const question = {
    strategies: STRATEGIES,
    baseline: 'no-push',
    primaryMetric: 'firstContentfulPaint' as const,
    thinkMs: THINK_MS,
    seed: 20_260_301,
    network: {
      name: '2g',
      source: 'sitespeed.io throttle profiles, "2g", read 2026-01-12: 280/256 kbit/s, 400 ms each way',
      baseRttMs: 800,
      downlink: { bandwidthBps: 280_000, queueLimitBytes: 64_000, lossRate: 0 },
      uplink: { bandwidthBps: 256_000, queueLimitBytes: 64_000, lossRate: 0 },
      initialWindowSegments: 10,
      congestionControl: 'cubic' as const,
      sendBufferBytes: 'auto' as const,
      pacing: false,
    },
  };
  const results = resultsSchema.parse({
    schemaVersion: 1,
    scenario: {
      name: '2g-cold',
      file: 'scenarios/2g-cold.yaml',
      text: SCENARIO,
      thinkMs: THINK_MS,
      cache: 'cold',
    },
    startedAt: '2026-03-01T14:05:11Z',
    finishedAt: '2026-03-01T14:31:40Z',
    partial: false,
    runs,
    latenessLimits: { p99Ms: 16, maxMs: 160 },
    concurrency: 1,
    lab: { version: '0.1.0', node: 'v20.11.1', platform: 'linux x64 6.1.0', cpu: 'AMD EPYC 7B13', cores: 2 },
    calibration: {
      scheduling: 'high-priority',
      lines: [
        {
          name: 'pacer lateness, p99',
          point: 'p50 0.06 ms, max 2.10 ms',
          unit: 'ms',
          measured: 0.31,
          verdict: 'good',
          words: 'good, in time',
        },
        {
          name: 'round trip',
          point: '300 ms, 280 kbit/s',
          unit: 'ms',
          configured: 306.28,
          predicted: 306.28,
          measured: 307.1,
          verdict: 'good',
          words: 'good, +0.82 ms',
        },
        {
          name: 'rate',
          point: '20 ms, 280 kbit/s',
          unit: 'bit/s',
          configured: 280_000,
          predicted: 280_000,
          measured: 274_400,
          verdict: 'fair',
          words: 'fair, −2 %',
        },
      ],
      verdict: 'fair',
      sentence: 'This machine will do; small differences may drown.',
    },
    browser: {
      name: 'chromium-106',
      version: '106.0.5249.61',
      sha256: '5d3b1c0a9f8e7d6c5b4a39281706f5e4d3c2b1a0998877665544332211ffeedd',
      acceptsPush: true,
      usesEarlyHints: true,
    },
    site: { name: 'clean-blog', entry: '/index.html', resources: siteResources() },
    ...question,
    network: { ...question.network, bdpBytes: 28_000 },
    trials,
    ...summarise({ ...question, trials }),
    blockedExternals: [{ url: OUTSIDE, loads: trials.length }],
    warnings: ['early-hints: one disagreement between server and browser in 2 of 8 trials; see Evidence.'],
  });
  return { results, waterfalls };
}

const WAYS = ['no-push', 'after-html', 'before-html', 'preload', 'early-hints'] as const;

function trialOf(
  way: Way,
  block: number,
  number: number,
  index: number,
  waterfall: Waterfall,
  random: () => number,
): TrialResult {
  const { metrics, pushes, resources } = waterfall;
  const wasted = pushes.reduce((total, push) => total + push.wastedBytes, 0);
  const depth = waterfall.lanes.downlinkQueueBytes.reduce(
    (deepest, [, bytes]) => Math.max(deepest, bytes),
    0,
  );
  return {
    id: `t-${String(number + 1).padStart(4, '0')}-${way}`,
    strategy: way,
    block,
    warmup: block === 0,
    startedAt: new Date(Date.UTC(2026, 2, 1, 14, 5, 11) + number * 35_000).toISOString(),
    durationMs: (metrics.loadEventEnd ?? 0) + 1_900,
    status: 'ok',
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, round(Number(value))])),
    pushes: pushes.map(
      ({ url, promisedStreamId, associatedStreamId, outcome, receivedBytes, wastedBytes, duplicate }) => ({
        url,
        promisedStreamId,
        associatedStreamId,
        outcome,
        receivedBytes,
        wastedBytes,
        duplicate,
      }),
    ),
    duplicates: resources.filter((resource) => resource.duplicate).map((resource) => resource.path),
    receivedBytes: PIECES.reduce((total, piece) => total + piece.bytes, 0) + wasted,
    wastedBytes: wasted,
    requestCount: resources.filter((resource) => resource.deliveredBy === 'request').length,
    connectionCount: 2,
    queueDrops: waterfall.lanes.drops.length,
    maxQueueBytes: depth,
    pacer: {
      events: 2_310,
      latenessP50Ms: 0.06,
      latenessP99Ms: round(0.3 + random() * 0.9),
      latenessMaxMs: 3.4,
    },
    blockedUrls: [OUTSIDE],
    disagreements:
      index === 4 && block % 4 === 1
        ? ['browser counts 14 requests, server 13: one was answered from the preload cache']
        : [],
  };
}

function siteResources(): Results['site']['resources'] {
  const types = {
    document: 'text/html',
    stylesheet: 'text/css',
    script: 'text/javascript',
    image: 'image/jpeg',
  } as const;
  const own = PIECES.map((piece) => ({
    path: piece.path,
    contentType: types[piece.type as keyof typeof types],
    sizeBytes: piece.type === 'image' ? piece.bytes : piece.bytes * 4,
    encodedBytes: piece.bytes,
    contentEncoding: piece.type === 'image' ? ('identity' as const) : ('gzip' as const),
    critical: piece.blocking || piece.type === 'document',
    ...(piece.blocking
      ? { reason: `<${piece.type === 'script' ? 'script src' : 'link rel=stylesheet'}> in index.html` }
      : {}),
  }));
  return [
    ...own,
    {
      path: '/css/print.css',
      contentType: 'text/css',
      sizeBytes: 70_100,
      encodedBytes: 18_020,
      contentEncoding: 'gzip',
      critical: false,
    },
  ];
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function strategy(
  name: Way,
  how: Results['strategies'][number]['how'],
  when: 'before-html' | 'after-html',
  description: string,
) {
  const isPush = how === 'push';
  return {
    name,
    description,
    what: how === 'none' ? ('critical' as const) : SENT_AHEAD,
    when,
    how,
    gate: isPush ? (['push-allowed', 'once-per-connection'] as const) : [],
    paths: how === 'none' ? [] : SENT_AHEAD,
  };
}

const STRATEGIES = [
  strategy(
    'no-push',
    'none',
    'after-html',
    'The server answers requests and nothing else; the browser discovers every resource itself.',
  ),
  strategy(
    'after-html',
    'push',
    'after-html',
    'PUSH_PROMISEs precede the HTML, the pushed bodies follow its last byte.',
  ),
  strategy(
    'before-html',
    'push',
    'before-html',
    'PUSH_PROMISEs and the pushed bodies go out while the origin still thinks, before the first byte of HTML.',
  ),
  strategy(
    'preload',
    'preload-header',
    'after-html',
    'The HTML response carries Link: rel=preload for each path; the browser requests them as soon as it sees the header.',
  ),
  strategy(
    'early-hints',
    'early-hints',
    'before-html',
    'A 103 response with the same Link field goes out while the origin still thinks.',
  ),
];

const SCENARIO = `# Which delivery is fastest on a first visit over 2G?
name: 2g-cold
site: clean-blog
network: { rtt: 800ms, down: 280kbit/s, up: 256kbit/s, queue: 64kB, initialCwnd: 10, congestion: cubic }
origin: { think: 600ms }
cache: cold
strategies:
  - no-push
  - { use: after-html, what: [css/bootstrap.min.css, css/clean-blog.css, js/clean-blog.js, js/search.js, css/print.css, img/logo.svg] }
  - before-html
  - preload
  - early-hints
runs: 8
seed: 20260301
`;
