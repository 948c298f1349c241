import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeNetwork } from '../../lab/cli/network-line.ts';
import { InputError } from '../../lab/errors.ts';
import { checkConditions } from '../../lab/network/check-conditions.ts';
import { packageRoot } from '../../lab/package-root.ts';
import { networkRecord } from '../../lab/run/network-record.ts';
import { resultsSchema } from '../../lab/run/results.ts';
import { loadScenario, parseScenario } from '../../lab/scenario/load-scenario.ts';
import { applyOverrides } from '../../lab/scenario/overrides.ts';
import { scenarioJsonSchema } from '../../lab/scenario/schema.ts';

const base = 'rtt: 40ms, down: 1.2Mbit/s, up: 1Mbit/s';
const scenario = (network: string) => `site: clean-blog\nnetwork: { ${network} }\nstrategies: [no-push]\n`;
const parse = (more: string) => parseScenario(scenario(`${base}, ${more}`), 'x.yaml').network;

describe('the queue of a network', () => {
  it('is limited in bytes as ever', () => {
    expect(parse('queue: 64KiB').downlink).toEqual({
      bandwidthBps: 1_200_000,
      queueLimitBytes: 65_536,
      lossRate: 0,
    });
    // Spelled out it is the same network.
    expect(parse('queue: { limit: 64KiB }')).toEqual(parse('queue: 64KiB'));
  });

  it('in packets or ms, which amount to bytes', () => {
    const packets = parse('queue: 100 packets').downlink;
    expect(packets.queue).toEqual({ discipline: 'droptail', limit: { packets: 100 } });
    expect(packets.queueLimitBytes).toBe(150_000);
    const { downlink, uplink } = parse('queue: 200ms');
    expect(downlink.queue).toEqual({ discipline: 'droptail', limit: { delayMs: 200 } });
    // 1.2 Mbit/s × 200 ms / 8; each direction at its own rate.
    expect([downlink.queueLimitBytes, uplink.queueLimitBytes]).toEqual([30_000, 25_000]);
  });

  it('under CoDel and FQ-CoDel, with the defaults of Linux', () => {
    const codel = {
      discipline: 'codel',
      limit: { packets: 1000 },
      targetMs: 5,
      intervalMs: 100,
    };
    expect(parse('queue: codel').uplink.queue).toEqual(codel);
    expect(parse('queue: { discipline: codel, limit: 1MB, target: 20ms, interval: 0.3s }').downlink).toEqual({
      bandwidthBps: 1_200_000,
      queueLimitBytes: 1_000_000,
      lossRate: 0,
      queue: { discipline: 'codel', limit: { bytes: 1_000_000 }, targetMs: 20, intervalMs: 300 },
    });
    const fair = { ...codel, discipline: 'fq-codel', limit: { packets: 10_240 } };
    expect(parse('queue: fq-codel').downlink.queue).toEqual({ ...fair, quantumBytes: 1514, flows: 1024 });
    expect(parse('queue: { discipline: fq-codel, quantum: 300B, flows: 8 }').downlink.queue).toEqual({
      ...fair,
      quantumBytes: 300,
      flows: 8,
    });
  });

  it('can be changed on the command line', () => {
    const start = parseScenario(scenario(`${base}, queue: codel`), 'x.yaml');
    const queue = (network: string) => applyOverrides(start, { network }).network.downlink;
    expect(queue('queue=fq-codel').queue?.discipline).toBe('fq-codel');
    expect(queue('queue=50 packets').queueLimitBytes).toBe(75_000);
    expect(queue('queue=64kB').queue).toBeUndefined();
    expect(queue('rtt=1ms').queue?.discipline).toBe('codel');
  });

  it('in ms follows a rate changed on the command line', () => {
    const start = parseScenario(scenario(`${base}, queue: 200ms`), 'x.yaml');
    const changed = applyOverrides(start, { network: 'down=12Mbit/s' }).network.downlink;
    expect(changed.queueLimitBytes).toBe(300_000);
  });
});

describe('loss, jitter and what happens meanwhile', () => {
  it('a share, bursts as netem has them, packets by number', () => {
    expect(parse('queue: 64kB, loss: 1%').uplink.lossRate).toBe(0.01);
    const { downlink, uplink } = parse('queue: 64kB, loss: { p: 1%, r: 25%, 1-h: 50%, 1-k: 0.1% }');
    const chain = { p: 0.01, r: 0.25, badLossRate: 0.5, goodLossRate: 0.001 };
    expect(downlink.gilbertElliott).toEqual(chain);
    expect(uplink.gilbertElliott).toEqual(chain);
    // (0.01 × 0.5 + 0.25 × 0.001) / 0.26
    expect(downlink.lossRate).toBeCloseTo(0.00525 / 0.26, 12);
    const defaults = parse('queue: 64kB, loss: { p: 10% }').downlink.gilbertElliott;
    expect(defaults).toEqual({ p: 0.1, r: 0.9, badLossRate: 1, goodLossRate: 0 });
    const forced = parse('queue: 64kB, loss: { rate: 1%, packets: [91, 13, 13] }');
    expect(forced.downlink).toMatchObject({ lossRate: 0.01, forcedLosses: [13, 91] });
    expect(forced.uplink.forcedLosses).toBeUndefined();
  });

  it('changes, background flows, hosts further away', () => {
    const network = parse(
      `queue: 64kB, jitter: 5ms, changes: [{ at: 5s, down: 200kbit/s }, { at: 8s, rtt: 300ms, loss: 2% }],
      background: [{}, { direction: up, flows: 2, start: 1s, stop: 3s, size: 1MB }],
      origins: { cdn.example: { rtt: 40ms } }`,
    );
    expect(network).toMatchObject({
      downlink: { jitterMs: 5 },
      uplink: { jitterMs: 5 },
      changes: [
        { atMs: 5000, downlinkBps: 200_000 },
        { atMs: 8000, baseRttMs: 300, lossRate: 0.02 },
      ],
      background: [
        { direction: 'downlink', flows: 1, startMs: 0 },
        { direction: 'uplink', flows: 2, startMs: 1000, stopMs: 3000, sizeBytes: 1_000_000 },
      ],
      extraRttMs: { 'cdn.example': 40 },
    });
    expect(() => checkConditions(network)).not.toThrow();
    expect(describeNetwork(network)).toContain(
      'jitter up to 5 ms, after 5 s: down 200 kbit/s; after 8 s: RTT 300 ms, loss 2 %, beside 1 endless download ' +
        'from 0 ms; 2 uploads of 1 MB from 1 s to 3 s, cdn.example 40 ms further',
    );
  });

  it('is printed in numbers', () => {
    expect(describeNetwork(parse('queue: 30kB'))).toContain('queue 30 kB (200 ms), BDP 6 kB');
    expect(describeNetwork(parse('queue: 20 packets'))).toContain('queue 20 packets (200 ms)');
    expect(describeNetwork(parse('queue: 200ms'))).toContain('queue 200 ms (30 kB)');
    expect(describeNetwork(parse('queue: fq-codel, loss: { p: 1%, r: 25% }'))).toContain(
      'queue FQ-CoDel (target 5 ms, interval 100 ms, at most 10240 packets), BDP 6 kB, initial window 10 segments, ' +
        'cubic, loss 3.85 % in bursts of 4 packets',
    );
  });
});

describe('mistakes', () => {
  it.each([
    ['queue: 1499B', 'queue: found "1499B"; allowed: 1.5 kB to 1 GB'],
    ['queue: 0 packets', 'queue: found "0 packets"; allowed: 1 packet to 1000000 packets'],
    ['queue: 0.5ms', 'queue: found "0.5ms"; allowed: 1 ms to 60 s'],
    ['queue: 64', 'queue: found 64; a queue limit needs a unit: B, kB'],
    ['queue: 64 pkts', 'queue: found "64 pkts"; unknown unit "pkts": allowed are B, kB'],
    [
      'queue: cdel',
      'queue: found "cdel"; expected a queue limit in B, kB (1000 B), KiB (1024 B), MB or MiB, packets or ms; or codel or fq-codel',
    ],
    ['queue: [1]', 'queue: found a list of 1; expected a queue limit'],
    [
      'queue: { discipline: cdel }',
      'queue.discipline: unknown queueing discipline "cdel" (did you mean "codel"?)',
    ],
    ['queue: {}', 'queue.limit: is missing; a droptail queue needs one'],
    [
      'queue: { limit: 64kB, target: 5ms }',
      'queue.target: has no meaning for droptail, only for codel and fq-codel',
    ],
    ['queue: { discipline: codel, flows: 5 }', 'queue.flows: has no meaning for codel, only for fq-codel'],
    ['queue: { discipline: codel, target: 0 }', 'queue.target: found 0; allowed: 10 us to 10 s'],
    ['queue: { discipline: fq-codel, flows: 0 }', 'queue.flows: found 0; allowed: at least 1'],
    ['queue: { limt: 64kB }', 'queue.limt: unknown key (did you mean "limit"?); allowed: discipline, limit'],
    ['loss: 100%', 'loss: found "100%"; allowed: 0 to below 1'],
    ['loss: {}', 'loss: needs rate, p or packets'],
    ['loss: { p: 1%, r: 0 }', 'loss.r: is 0: the bad state would never end'],
    ['loss: { p: 1, r: 0.5, 1-k: 1 }', 'loss.p: loses everything'],
    ['loss: { p: 101% }', 'loss.p: found "101%"; allowed: 0 to 1'],
    ['loss: { p: 1%, rate: 1% }', 'loss.p: cannot stand beside rate'],
    ['loss: { r: 1% , packets: [1] }', 'loss.r: has no meaning without p'],
    ['loss: { packets: [-1] }', 'loss.packets[0]: found -1; allowed: at least 0'],
    ['loss: { burst: 1 }', 'loss.burst: unknown key; allowed: rate, p, r, 1-h, 1-k, packets'],
    ['jitter: -5ms', 'jitter: found "-5ms"; a duration cannot be negative'],
    ['down: { trce: a }', 'down.trce: unknown key (did you mean "trace"?); allowed: trace'],
    ['down: { trace: a.trace }', 'down.trace: "a.trace" was not read'],
    ['down: 0', 'down: found 0; allowed: 1 kbit/s to 10 Gbit/s'],
    ['rtt: -1ms', 'rtt: found "-1ms"; a duration cannot be negative'],
    ['changes: []', 'changes: found a list of 0; allowed: at least 1 entry'],
    ['changes: [{ at: 5s }]', 'changes[0]: changes nothing; it needs down, up, rtt or loss'],
    ['changes: [{ down: 1Mbit/s }]', 'changes[0].at: is missing'],
    ['changes: [{ at: 5s, down: 0 }]', 'changes[0].down: found 0; allowed: 1 kbit/s to 10 Gbit/s'],
    ['changes: [{ at: 5s, loss: 100% }]', 'changes[0].loss: found "100%"; allowed: 0 to below 1'],
    ['changes: [{ at: 5s, rtt: 1s }, { at: 4s, rtt: 1s }]', 'changes[1].at: is before the change above it'],
    ['changes: [{ at: 5s, rate: 1s }]', 'changes[0].rate: unknown key'],
    ['background: [{ direction: downlink }]', 'background[0].direction: unknown direction "downlink"'],
    ['background: [{ flows: 0 }]', 'background[0].flows: found 0; allowed: at least 1'],
    ['background: [{ start: 2s, stop: 2s }]', 'background[0].stop: is not after the start'],
    ['origins: { "a b": { rtt: 1ms } }', 'a host name has lower-case letters'],
    ['origins: { a.example: 40ms }', 'origins."a.example": found "40ms"; expected a mapping'],
  ])('%s', (entry, message) => {
    const key = entry.slice(0, entry.indexOf(':'));
    const others = [base, 'queue: 64kB'].join(', ').split(', ');
    const text = scenario([...others.filter((other) => !other.startsWith(`${key}:`)), entry].join(', '));
    const attempt = () => parseScenario(text, 'x.yaml');
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^x\.yaml:2:\d+: network\./);
  });
});

describe('a network with a delivery trace', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-trace-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const load = async (trace: string | undefined, more = 'queue: 100ms') => {
    await rm(path.join(folder, 'a.trace'), { force: true });
    if (trace !== undefined) await writeFile(path.join(folder, 'a.trace'), trace);
    const file = path.join(folder, 'x.yaml');
    await writeFile(file, scenario(`rtt: 40ms, down: { trace: ./a.trace }, up: 1Mbit/s, ${more}`));
    return loadScenario(file);
  };

  it('reads the file beside the scenario; its rate is the mean', async () => {
    const { network } = await load('10\n10\n30\n');
    // 3 × 1500 × 8 bits in 30 ms: 1.2 Mbit/s.
    expect(network.downlink).toEqual({
      bandwidthBps: 1_200_000,
      queueLimitBytes: 15_000,
      lossRate: 0,
      queue: { discipline: 'droptail', limit: { delayMs: 100 } },
      trace: { name: './a.trace', opportunitiesMs: [10, 10, 30] },
    });
    expect(describeNetwork(network)).toContain('down 1.2 Mbit/s on average (trace ./a.trace)');
    const record = networkRecord(network);
    expect(record.downlink.trace).toEqual({ name: './a.trace', opportunities: 3, periodMs: 30 });
    expect(resultsSchema.shape.network.parse(record)).toEqual(record);
  });

  it('gives way to a rate on the command line', async () => {
    const changed = applyOverrides(await load('10\n'), { network: 'down=2Mbit/s' }).network;
    expect(changed.downlink.trace).toBeUndefined();
    expect(changed.downlink.bandwidthBps).toBe(2_000_000);
  });

  it('names file and line of what is wrong in it', async () => {
    const where = String.raw`x\.yaml:2:\d+: network\.down\.trace: `;
    await expect(load('1\nx\n')).rejects.toThrow(
      new RegExp(`${where}/.*/a\\.trace:2: found "x"; expected a time in whole ms`),
    );
    await expect(load(undefined)).rejects.toThrow(new RegExp(`${where}there is no file /.*/a\\.trace`));
    await expect(load('10\n', 'queue: 64kB, changes: [{ at: 1s, down: 1Mbit/s }]')).rejects.toThrow(
      /network\.changes\[0\]\.down: the rate cannot change where down is a trace/,
    );
  });
});

describe('README', () => {
  it('describes a network that can be loaded', async () => {
    const readme = await readFile(path.join(packageRoot, 'README.md'), 'utf8');
    const [, yaml = ''] = /## Describe a network[^]*?```yaml\n([^]*?)```/.exec(readme) ?? [];
    const { network } = parseScenario(`site: clean-blog\n${yaml}strategies: [no-push]\n`, 'x.yaml');
    expect(() => checkConditions(network)).not.toThrow();
    expect(network.downlink.queue?.discipline).toBe('fq-codel');
    expect(network.changes).toHaveLength(2);
  });
});

describe('the JSON Schema', () => {
  it('knows limits, disciplines and mappings', () => {
    const text = JSON.stringify(scenarioJsonSchema());
    for (const word of ['fq-codel', '"1-h"', '"trace"', '"changes"', '"background"', 'packets'])
      expect(text).toContain(word);
  });
});
