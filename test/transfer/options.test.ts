import { describe, expect, it } from 'vitest';
import { readOrder, readTraceOptions, type OrderOptions } from '../../lab/cli/transfer-options.ts';

const path = { rtt: '100ms', down: '1.6mbit/s', up: '768kbit/s', queue: '64kB' };

describe('the options of a transfer', () => {
  it('are read in the units of scenario files, with defaults', () => {
    expect(readOrder(path)).toMatchObject({
      bytes: 1_000_000,
      flows: 1,
      gapMs: 500,
      seed: 1,
      network: {
        name: 'custom',
        baseRttMs: 100,
        downlink: { bandwidthBps: 1_600_000, queueLimitBytes: 64_000, lossRate: 0 },
        uplink: { bandwidthBps: 768_000, queueLimitBytes: 64_000 },
        initialWindowSegments: 10,
        congestionControl: 'cubic',
        pacing: false,
      },
    });
  });

  it('change a preset, which then is no longer its name', () => {
    expect(readOrder({ network: '3g' }).network.name).toBe('3g');
    const { network } = readOrder({
      network: '3g',
      rtt: '50ms',
      pacing: true,
      initialCwnd: '32',
      lossIndex: '3, 17',
    });
    expect(network).toMatchObject({
      name: 'custom',
      baseRttMs: 50,
      pacing: true,
      initialWindowSegments: 32,
      downlink: { bandwidthBps: 1_600_000, forcedLosses: [3, 17] },
    });
  });

  it.each<[OrderOptions, string[]]>([
    [{ rtt: '100' }, ['--rtt', 'found "100"', 'needs a unit']],
    [{ down: '0' }, ['--down', 'found "0"', '1 kbit/s to 10 Gbit/s']],
    [{ congestion: 'vegas' }, ['--congestion', 'vegas', 'cubic, reno, bbr']],
    [{ initialCwnd: '0' }, ['--initial-cwnd', 'found', 'at least 1']],
    [{ loss: '100%' }, ['--loss', 'found "100%"', 'below 1']],
    [{ lossIndex: '3,x' }, ['--loss-index', 'found "x"', '3,17']],
    [{ bytes: '10GB' }, ['--bytes', 'found "10GB"', '1 GB']],
    [{ bytes: '0B' }, ['--bytes', 'found "0B"', '1 B to 1 GB']],
    [{ bytes: '2MB', flows: '1000' }, ['--bytes', '1000 flows', '1 GB']],
    [{ flows: '1000000' }, ['--flows', 'found "1000000"', '1 to 1000']],
    [{ gap: '-1s' }, ['--gap', 'found "-1s"', 'negative']],
    [{ seed: 'x' }, ['--seed', 'found "x"']],
    [{ network: '5g' }, ['--network', '5g', '3g']],
    [{ queue: '10B', gap: 'x', flows: '0' }, ['--queue', '--gap', '--flows']],
  ])('%j: the option, what was found, what is allowed', (change, wanted) => {
    for (const text of wanted) expect(() => readOrder({ ...path, ...change })).toThrow(text);
  });

  it('take a delivery trace in place of a rate, read from its file', async () => {
    const file = 'scenarios/traces/cellular.trace';
    const options = { network: '3g', downTrace: file };
    const { downlink, uplink } = readOrder(options, await readTraceOptions(options)).network;
    expect(downlink.trace).toMatchObject({ name: file });
    expect(uplink.trace).toBeUndefined();
    // Its rate is the mean: 12,000 bits per line.
    const times = downlink.trace!.opportunitiesMs;
    expect(downlink.bandwidthBps).toBe(Math.round((times.length * 12_000 * 1000) / times.at(-1)!));
  });

  it('say what is wrong with a trace', async () => {
    const { rtt, down, queue } = path;
    const missing = { rtt, down, queue, upTrace: 'no-such.trace' };
    const traces = await readTraceOptions(missing);
    expect(() => readOrder(missing, traces)).toThrow(/--up-trace: .*no-such\.trace/);
    expect(() => readOrder({ ...path, downTrace: 'a.trace' })).toThrow('--down-trace: not with --down');
  });

  it('must say the path, or start from a preset', () => {
    expect(() => readOrder({ rtt: '1ms' })).toThrow('--down, --up, --queue missing');
    expect(() => readOrder({})).toThrow('--network 3g');
  });
});
