// @ts-nocheck -- part of real-time.mjs
// What the real proxy carries: the achieved rate against the configured one, its CPU and its memory on the way.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from 'simple-statistics';

// Queues that a hundred windows of ten segments fit in: what is measured is the proxy, not a storm of losses.
const LOADS = [
  { title: '1 connection', downBps: 500e6, queueMs: 50, flows: 1, bytes: 250e6 },
  { title: '100 connections', downBps: 100e6, queueMs: 250, flows: 100, bytes: 500e3 },
  { title: '100 connections', downBps: 20e6, queueMs: 1000, flows: 100, bytes: 100e3 },
];
/** IP packet over TCP payload of a full segment. */
const WIRE_SHARE = 1500 / 1448;
const SAMPLE_EVERY_MS = 200;

/** @param {import('../../lab/transfer/real-path.ts').RealPath} realPath */
export async function benchThroughput(realPath, simulateTransfer) {
  console.log(
    'load             configured   achieved  ratio  virtual   CPU     RSS MB at 25 / 50 / 75 / 100 %       late: p50 / p99 / max ms',
  );
  for (const { title, downBps, queueMs, flows, bytes } of LOADS) {
    const link = { bandwidthBps: downBps, queueLimitBytes: (downBps / 8 / 1000) * queueMs, lossRate: 0 };
    const order = {
      network: {
        name: 'bench',
        baseRttMs: 20,
        downlink: link,
        uplink: link,
        initialWindowSegments: 10,
        congestionControl: 'cubic',
        sendBufferBytes: 'auto',
        pacing: false,
      },
      bytes,
      flows,
      gapMs: 0,
      seed: 1,
    };
    const before = await realPath.emulator.usage();
    const samples = [];
    let over = false;
    const sampler = (async () => {
      while (!over) {
        await sleep(SAMPLE_EVERY_MS);
        samples.push({ atMs: performance.now(), ...(await realPath.emulator.usage()) });
      }
    })();
    const beganMs = performance.now();
    const { record, evidence } = await realPath.carryOut(order);
    const tookMs = performance.now() - beganMs;
    over = true;
    await sampler;
    const after = samples.at(-1);
    const real = timesOf(record, bytes * flows);
    const virtual = timesOf(simulateTransfer(order), bytes * flows);
    const rss = [0.25, 0.5, 0.75, 1].map((share) => {
      const sample = samples.find(({ atMs }) => atMs - beganMs >= (real.atMs[share] ?? tookMs)) ?? after;
      return (sample.residentBytes / 1e6).toFixed(0);
    });
    const late = [0.5, 0.99, 1].map((share) => quantile(evidence.latenessMs, share).toFixed(2)).join(' / ');
    const complete = real.received === bytes * flows ? '' : `  only ${real.received} bytes arrived`;
    console.log(
      `${title.padEnd(16)} ${(downBps / 1e6).toFixed(0).padStart(6)} Mbit ${(real.bps / 1e6).toFixed(1).padStart(6)} Mbit  ${(real.bps / downBps).toFixed(3)}    ${(virtual.bps / downBps).toFixed(3)}  ${((100 * (after.cpuMs - before.cpuMs)) / tookMs).toFixed(0).padStart(3)} %   ${rss.join(' / ').padEnd(34)}  ${late}${complete}`,
    );
  }
}

/** When which share of all bytes was there, and the rate between a quarter and three quarters, in IP packets. */
function timesOf(record, allBytes) {
  const arrivals = record.flows
    .flatMap((flow) =>
      flow.arrivals.map(([timeMs, total], index) => ({
        timeMs: flow.startMs + timeMs,
        bytes: total - (flow.arrivals[index - 1]?.[1] ?? 0),
      })),
    )
    .sort((a, b) => a.timeMs - b.timeMs);
  let received = 0;
  const atMs = {};
  for (const arrival of arrivals) {
    received += arrival.bytes;
    for (const share of [0.25, 0.5, 0.75, 1])
      if (received >= share * allBytes) atMs[share] ??= arrival.timeMs;
  }
  return { atMs, received, bps: (0.5 * allBytes * 8 * 1000 * WIRE_SHARE) / (atMs[0.75] - atMs[0.25]) };
}
