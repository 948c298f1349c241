import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results, TrialResult } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { lab, readRun, readWaterfall, temporaryFolder } from './support/lab.ts';

/** However busy this machine is: what is tested here is not its punctuality. */
const UNDISTURBED = ['--concurrency', '2', '--max-lateness', '60s'];
const SEGMENT = 1448;

interface Run {
  readonly results: Results;
  readonly measured: (strategy: string) => TrialResult;
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
}

async function run(name: string): Promise<Run> {
  const out = await temporaryFolder();
  try {
    await lab(['run', path.join(packageRoot, `test/data/${name}.yaml`), '--out', out.path, ...UNDISTURBED]);
    const { folder, results } = await readRun(out.path, name);
    const measured = (strategy: string) =>
      results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
    const waterfalls = new Map<string, Waterfall>();
    for (const { name: strategy } of results.strategies) {
      waterfalls.set(strategy, await readWaterfall(folder, measured(strategy).id));
    }
    return { results, measured, waterfalls };
  } finally {
    await out.remove();
  }
}

describe('connection: reused, with a cold cache', () => {
  it('loads the page over the connection of an earlier visit: its window has grown, only the page is in the waterfall', async () => {
    const { measured, waterfalls } = await run('reused');
    for (const strategy of ['no-push', 'after-html']) {
      const trial = measured(strategy);
      expect(trial).toMatchObject({ status: 'ok', connectionCount: 1, disagreements: [] });
      // 80 kB in slow start from ten segments: at least two rounds of growth.
      expect(trial.reusedConnection!.cwndAtStartBytes).toBeGreaterThanOrEqual(20 * SEGMENT);
      const { resources, connections, lanes } = waterfalls.get(strategy)!;
      expect(connections[0]!.secureConnectionEnd).toBeLessThan(0);
      expect(resources.map((resource) => resource.path).toSorted()).toEqual([
        '/',
        '/css/home.css',
        '/css/site.css',
      ]);
      expect(resources.every((resource) => resource.startTime >= 0)).toBe(true);
      expect(resources.map(({ deliveredBy }) => deliveredBy)).not.toContain('cache');
      for (const [time] of lanes.connections[0]!.cwndBytes) expect(time).toBeGreaterThanOrEqual(0);
      // No handshake: one round trip of 60 ms before the first byte, where a new connection takes three.
      expect(resources[0]!.responseStart! - resources[0]!.requestStart!).toBeLessThan(120);
    }
  });

  it('pushes what the earlier visit got without pushes: it is adopted', async () => {
    const { measured } = await run('rested');
    const trial = measured('after-html');
    expect(trial.pushes.map(({ outcome }) => outcome)).toEqual(['adopted', 'adopted']);
    expect(trial.wastedBytes).toBe(0);
    const { idleMs, cwndAtStartBytes, cwndAtSendBytes } = trial.reusedConnection!;
    expect(idleMs).toBeGreaterThan(2000);
    // Slow start after idle (RFC 5681 §4.1): halved for every retransmission timeout, down to the initial window.
    expect(cwndAtSendBytes).toBe(10 * SEGMENT);
    expect(cwndAtStartBytes).toBeGreaterThan(cwndAtSendBytes);
  });
});
