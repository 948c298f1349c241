// @ts-nocheck -- part of real-time.mjs
// What the real proxy carries: the achieved rate against the configured one, its CPU and its memory on the way.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from 'simple-statistics';

const LOADS = [
  { title: '1 connection', downBps: 500e6, flows: 1, bytes: 250e6 },
  { title: '100 connections', downBps: 100e6, flows: 100, bytes: 500e3 },
  { title: '100 connections', downBps: 20e6, flows: 100, bytes: 100e3 },
];
/** IP packet over TCP payload of a full segment. */
const WIRE_SHARE = 1500 / 1448;
const SAMPLE_EVERY_MS = 200;

/** @param {import('../../lab/transfer/real-path.ts').RealPath} realPath */
export async function benchThroughput(realPath) {
  console.log(
    'load             configured   achieved  ratio   CPU     RSS MB at 25 / 50 / 75 / 100 %       late: p50 / p99 / max ms',
  );
  for (const { title, downBps, flows, bytes } of LOADS) {
    const link = { bandwidthBps: downBps, queueLimitBytes: downBps / 8 / 20, lossRate: 0 };
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
    // In the steady state: the middle half of the bytes of all flows.
    const arrivals = record.flows
      .flatMap((flow) =>
        flow.arrivals.map(([timeMs, total], index) => ({
          timeMs: flow.startMs + timeMs,
          bytes: total - (flow.arrivals[index - 1]?.[1] ?? 0),
        })),
      )
      .sort((a, b) => a.timeMs - b.timeMs);
    let received = 0;
    const timeOf = {};
    for (const arrival of arrivals) {
      received += arrival.bytes;
      for (const share of [0.25, 0.5, 0.75, 1])
        if (received >= share * bytes * flows) timeOf[share] ??= arrival.timeMs;
    }
    const achieved = (0.5 * bytes * flows * 8 * 1000 * WIRE_SHARE) / (timeOf[0.75] - timeOf[0.25]);
    const rss = [0.25, 0.5, 0.75, 1].map((share) => {
      const sample = samples.find(({ atMs }) => atMs - beganMs >= (timeOf[share] ?? tookMs)) ?? after;
      return (sample.residentBytes / 1e6).toFixed(0);
    });
    const late = [0.5, 0.99, 1].map((share) => quantile(evidence.latenessMs, share).toFixed(2)).join(' / ');
    const complete = received === bytes * flows ? '' : `  only ${received} bytes arrived`;
    console.log(
      `${title.padEnd(16)} ${(downBps / 1e6).toFixed(0).padStart(6)} Mbit ${(achieved / 1e6).toFixed(1).padStart(6)} Mbit  ${(achieved / downBps).toFixed(3)}  ${((100 * (after.cpuMs - before.cpuMs)) / tookMs).toFixed(0).padStart(3)} %   ${rss.join(' / ').padEnd(34)}  ${late}${complete}`,
    );
  }
}
