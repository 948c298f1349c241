import { describe, expect, it } from 'vitest';
import { AckAggregation } from '../../lab/network/tcp/ack-aggregation.ts';
import { PolicerDetector } from '../../lab/network/tcp/policer-detector.ts';

describe('acknowledgement aggregation', () => {
  const at = (nowMs: number, startsRound = false) => ({ nowMs, segmentsPerMs: 1, cwnd: 100, startsRound });

  it('is what comes beyond the rate of the path', () => {
    const aggregation = new AckAggregation();
    aggregation.startEpoch(0);
    // Ten at once, then one per ms: nine of the ten were not due.
    aggregation.onDelivered(10, at(10));
    expect(aggregation.extraSegments).toBe(10);
    aggregation.onDelivered(5, at(12));
    expect(aggregation.extraSegments).toBe(13);
  });

  it('is no more than the window, and forgotten after ten rounds', () => {
    const aggregation = new AckAggregation();
    aggregation.onDelivered(500, at(10));
    expect(aggregation.extraSegments).toBe(100);
    for (let round = 1; round <= 10; round++) aggregation.onDelivered(1, at(10_000 * round, true));
    expect(aggregation.extraSegments).toBe(1);
  });
});

describe('a policer', () => {
  /** Rounds of 100 ms in which `delivered` of 100 segments arrive. */
  function rounds(detector: PolicerDetector, count: number, delivered: (round: number) => number): boolean[] {
    const counts = { deliveredMs: 0, delivered: 0, lost: 0 };
    return Array.from({ length: count }, (_, round) => {
      counts.deliveredMs += 100;
      counts.delivered += delivered(round);
      const losses = 100 - delivered(round);
      counts.lost += losses;
      return detector.onAck({ ...counts }, { losses, isAppLimited: false, startsRound: true, probes: true });
    });
  }

  it('is two lossy intervals of the same rate', () => {
    const detector = new PolicerDetector(1448);
    rounds(detector, 12, () => 70);
    expect(detector.segmentsPerMs).toBeCloseTo(0.7, 10);
  });

  it.each([
    ['losses are fewer than a fifth', () => 90],
    ['the rate changes', (round: number) => (round < 5 ? 70 : 40)],
  ])('is not seen where %s', (_, delivered) => {
    const detector = new PolicerDetector(1448);
    rounds(detector, 9, delivered);
    expect(detector.segmentsPerMs).toBeUndefined();
  });

  it('is believed for 48 rounds', () => {
    const detector = new PolicerDetector(1448);
    rounds(detector, 12, () => 70);
    const until = rounds(detector, 60, () => 100).indexOf(true);
    expect(until).toBeGreaterThanOrEqual(40);
    expect(until).toBeLessThan(48);
    expect(detector.segmentsPerMs).toBeUndefined();
  });
});
