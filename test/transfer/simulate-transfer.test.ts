import { describe, expect, it } from 'vitest';
import { withForcedLosses } from '../../lab/transfer/forced-losses.ts';
import { leastTransferMs } from '../../lab/transfer/limits.ts';
import { milestonesOf, receivedBytes } from '../../lab/transfer/milestones.ts';
import { whyUnfinished } from '../../lab/transfer/result.ts';
import { simulateTransfer } from '../../lab/transfer/simulate-transfer.ts';
import { network, order } from './support.ts';

const lossy = (lossRate: number) =>
  network({
    downlink: { ...network().downlink, lossRate },
    uplink: { ...network().uplink, lossRate },
  });

describe('a transfer on the virtual clock', () => {
  it('connects and gets its first byte as the path allows', () => {
    const [flow] = simulateTransfer(order()).flows;
    const { connectMs, firstByteMs } = milestonesOf(flow!, 100_000);
    // SYN and SYN-ACK: 60 B each at 1.6 Mbit/s; hosts answer within some tens of microseconds.
    expect(Math.abs(connectMs! - 100.6)).toBeLessThan(0.2);
    // then ACK and request (105 B) up, an ACK and a full segment (1552 B) down: 100 + 0.525 + 7.76
    expect(Math.abs(firstByteMs! - 100.6 - 108.285)).toBeLessThan(0.2);
  });

  it('takes no less than the link needs', () => {
    const record = simulateTransfer(order());
    const { t100Ms } = milestonesOf(record.flows[0]!, 100_000);
    // 100,000 B + 70 headers of 52 B = 103,640 B = 518.2 ms, and two round trips
    expect(leastTransferMs(order())).toBeCloseTo(718.2, 6);
    expect(t100Ms).toBeGreaterThan(718.2);
    expect(t100Ms).toBeLessThan(2 * 718.2);
  });

  it('is the same for the same order, bit for bit, and another for another seed', () => {
    const withLoss = order({ network: lossy(0.02) });
    expect(simulateTransfer(withLoss)).toEqual(simulateTransfer(withLoss));
    expect(simulateTransfer({ ...withLoss, seed: 2 })).not.toEqual(simulateTransfer(withLoss));
  });

  it('starts flows a gap apart, each with its own time', () => {
    const { flows } = simulateTransfer(order({ flows: 3, gapMs: 5_000 }));
    expect(flows.map(({ startMs }) => startMs)).toEqual([0, 5_000, 10_000]);
    // Each is alone on the path.
    const curves = flows.map((flow) => milestonesOf(flow, 100_000).curve);
    expect(curves[1]).toEqual(curves[0]);
    expect(curves[2]).toEqual(curves[0]);
  });

  it('counts what the queue refused and what was sent again', () => {
    const small = network({ downlink: { ...network().downlink, queueLimitBytes: 15_000 } });
    const record = simulateTransfer(order({ network: small }));
    expect(record.drops).toBeGreaterThan(0);
    // Every drop is repaired once at least.
    expect(record.retransmitted).toBeGreaterThanOrEqual(record.drops);
    expect(record.maxQueueBytes).toBeLessThanOrEqual(15_000);
    expect(Math.max(...record.queueBytes.map(([, bytes]) => bytes))).toBe(record.maxQueueBytes);
    expect(receivedBytes(record.flows[0]!)).toBe(100_000);
  });

  it('loses the packets it is told to lose, and no queue refused them', () => {
    const record = simulateTransfer(order({ network: withForcedLosses(network(), [3, 20]) }));
    expect([record.drops, record.linkDrops, record.retransmitted]).toEqual([0, 2, 2]);
    const { arrivals } = record.flows[0]!;
    // Nothing beyond the third segment can be read before the hole is filled, a round trip later.
    const hole = arrivals.findIndex(([, bytes]) => bytes === 3 * 1448);
    expect(arrivals[hole + 1]![0] - arrivals[hole]![0]).toBeGreaterThan(100);
  });

  it('waits for a small send buffer: a buffer of 16 kB passes at most a buffer and a segment per round trip', () => {
    const fast = { ...network().downlink, bandwidthBps: 1e9 };
    const path = network({ downlink: fast, uplink: fast, sendBufferBytes: 16_384 });
    const { t100Ms } = milestonesOf(simulateTransfer(order({ network: path })).flows[0]!, 100_000);
    expect(t100Ms).toBeGreaterThan((100_000 / (16_384 + 1448)) * 100);
  });

  it('gives a transfer up that does not end, in no time', () => {
    const hopeless = order({ network: lossy(0.99), bytes: 1_000_000 });
    const startMs = performance.now();
    const record = simulateTransfer(hopeless);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    const why = whyUnfinished(hopeless, record, 'virtual');
    expect(why).toMatch(/given up after .* of virtual time.*flow 0/);
    expect(whyUnfinished(order(), simulateTransfer(order()), 'virtual')).toBeUndefined();
  });
});
