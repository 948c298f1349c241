import { describe, expect, it } from 'vitest';
import {
  flightsOf,
  queueDelayCheck,
  rateCheck,
  roundTripCheck,
  windowCheck,
} from '../../lab/calibrate/checks.ts';
import type { Check } from '../../lab/calibrate/checks.ts';
import { FULL_PROGRAMME, programmeFor, QUICK_PROGRAMME } from '../../lab/calibrate/programme.ts';
import { NETWORK_PRESETS } from '../../lab/network/profiles.ts';
import { leastTransferMs } from '../../lab/transfer/limits.ts';
import { simulateTransfer } from '../../lab/transfer/simulate-transfer.ts';

const path = { rttMs: 100, downBps: 1.6e6, upBps: 0.8e6 };
const predicted = ({ order, readings }: Check) => {
  const record = simulateTransfer(order);
  return readings.map(({ read }) => read(record)!);
};

describe('a check: its arithmetic, and what the model makes of it', () => {
  it('round trip: propagation and the packets of request and answer', () => {
    const check = roundTripCheck(path, 3);
    // 105 B up at 0.8 Mbit/s are 1.05 ms, 105 B down at 1.6 Mbit/s are 0.525 ms, the hosts take 2 × 0.02 ms.
    expect(check.readings[0]!.configured).toBeCloseTo(101.615, 6);
    expect(predicted(check)[0]).toBeCloseTo(101.615, 3);
  });

  it('rate: that of the link, in IP packets', () => {
    const check = rateCheck(path, 200_000);
    expect(check.readings[0]!.configured).toBe(1.6e6);
    expect(predicted(check)[0]! / 1.6e6).toBeCloseTo(1, 3);
  });

  it('window: ten segments, and twice as many in every flight', () => {
    const check = windowCheck({ rttMs: 300, downBps: 20e6, upBps: 20e6 });
    expect(check.readings.map(({ configured }) => configured)).toEqual([14_480, 28_960, 57_920]);
    expect(predicted(check)).toEqual([14_480, 28_960, 57_920]);
  });

  it('queueing delay: what the window holds beyond the path, within a segment or two', () => {
    const check = queueDelayCheck(path, 65_536);
    const [reading] = check.readings;
    // 46 segments of 1500 B at 1.6 Mbit/s are 345 ms, of which the path holds 100.
    expect(reading!.configured).toBeCloseTo(245, 6);
    expect(reading!.resolution).toBeCloseTo(7.5, 6);
    expect(Math.abs(predicted(check)[0]! - 245)).toBeLessThan(15);
  });

  it('says so where a transfer was cut short', () => {
    const nothing = { flows: [], drops: 0, retransmitted: 0, maxQueueBytes: 0, queueBytes: [] };
    for (const { readings } of FULL_PROGRAMME.checks) {
      for (const { read } of readings) expect(read(nothing)).toBeUndefined();
    }
  });
});

it('flightsOf splits where nothing came for long enough', () => {
  const arrivals = [
    [100, 1000],
    [101, 3000],
    [200, 4000],
    [205, 9000],
  ] as const;
  expect(flightsOf(arrivals, 50)).toEqual([3000, 6000]);
  expect(flightsOf(arrivals, 200)).toEqual([9000]);
  expect(flightsOf([], 50)).toEqual([]);
});

describe('a programme', () => {
  const virtualMs = ({ checks, pacerMs, withBusyCore }: typeof FULL_PROGRAMME) =>
    checks.reduce(
      (total, { order }) => {
        const { flows } = simulateTransfer(order);
        return total + Math.max(...flows.map(({ startMs, arrivals }) => startMs + arrivals.at(-1)![0]));
      },
      pacerMs * (withBusyCore ? 2 : 1),
    );

  it('is over in time: 45 s, 12 s, and before a run 3 s with the start of a process', () => {
    expect(virtualMs(FULL_PROGRAMME)).toBeLessThan(35_000);
    expect(virtualMs(QUICK_PROGRAMME)).toBeLessThan(11_000);
    for (const preset of Object.values(NETWORK_PRESETS)) {
      if (preset.downlink.bandwidthBps >= 240e3) expect(virtualMs(programmeFor(preset))).toBeLessThan(2400);
    }
  });

  it('before a run is on the rates of the run’s own network, at most as far', () => {
    const network = NETWORK_PRESETS['3g']!;
    for (const { order } of programmeFor(network).checks) {
      expect(order.network.downlink.bandwidthBps).toBe(1.6e6);
      expect(order.network.uplink.bandwidthBps).toBe(768e3);
      expect(order.network.baseRttMs).toBeLessThanOrEqual(300);
      expect(leastTransferMs(order)).toBeLessThan(2000);
    }
  });
});
