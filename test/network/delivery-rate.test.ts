import { describe, expect, it } from 'vitest';
import { DeliveryRate } from '../../lab/network/tcp/delivery-rate.ts';
import { SentSegment } from '../../lab/network/tcp/sent-segment.ts';

/** A sender of one-byte segments that acknowledges what it is told to. */
class Exchange {
  readonly rate = new DeliveryRate();
  readonly #outstanding: SentSegment[] = [];
  #seq = 0;

  send(nowMs: number, count = 1): void {
    for (let sent = 0; sent < count; sent++) {
      const segment = new SentSegment();
      segment.begin(this.#seq, this.#seq + 1, nowMs, 0);
      this.#seq++;
      this.#outstanding.push(segment);
      this.rate.onSent(segment, this.#outstanding.length === 1, nowMs);
    }
  }

  /** Segments per ms, undefined where nothing was measured. */
  acknowledge(nowMs: number, count = 1, minRttMs = 0): number | undefined {
    for (const segment of this.#outstanding.splice(0, count)) this.rate.onDelivered(segment);
    this.rate.sample(nowMs, count, minRttMs);
    return this.rate.sampleMs === undefined ? undefined : this.rate.sampleSegments / this.rate.sampleMs;
  }

  retransmitFirst(nowMs: number): void {
    const first = this.#outstanding[0]!;
    first.sentMs = nowMs;
    this.rate.onSent(first, false, nowMs);
  }

  get inFlight(): number {
    return this.#outstanding.length;
  }
}

describe('a delivery rate', () => {
  it('of a window sent at once is what was delivered over a round trip', () => {
    const exchange = new Exchange();
    exchange.send(0, 10);
    // 100 ms away, acknowledged 2 ms apart: k segments in 100 + 2 (k − 1) ms
    for (let k = 1; k <= 10; k++) {
      expect(exchange.acknowledge(100 + 2 * (k - 1))).toBeCloseTo(k / (100 + 2 * (k - 1)), 10);
    }
  });

  it('is the bottleneck’s once the pipe is full, however fast the sender is', () => {
    const exchange = new Exchange();
    // A bottleneck of 0.5 segments per ms: each acknowledgement, 2 ms after the last, lets one segment go.
    exchange.send(0, 80);
    let rate: number | undefined;
    for (let now = 100; now < 1000; now += 2) {
      rate = exchange.acknowledge(now);
      exchange.send(now);
    }
    expect(Math.abs(rate! / 0.5 - 1)).toBeLessThan(0.01);
  });

  it('is not raised by acknowledgements that come together: the send phase was longer', () => {
    const exchange = new Exchange();
    for (let now = 0; now < 100; now += 5) exchange.send(now);
    expect(exchange.acknowledge(100)).toBeCloseTo(1 / 100, 10);
    // Acknowledged in one go a moment later; they left over 95 ms, 90 of them after the second.
    const rate = exchange.acknowledge(101, 19);
    expect(exchange.rate.sampleMs).toBeGreaterThanOrEqual(95);
    expect(rate).toBeLessThanOrEqual(20 / 95);
  });

  it('is not raised by segments that left together: the acknowledgement phase was longer', () => {
    const exchange = new Exchange();
    exchange.send(0, 20);
    expect(exchange.acknowledge(190, 20)).toBeCloseTo(20 / 190, 10);
  });

  it('is none faster than any round trip, as when the original arrives after a retransmission', () => {
    const exchange = new Exchange();
    exchange.send(0, 2);
    exchange.retransmitFirst(120);
    // The phase of sending began at 0 for this one, at 120 for the next.
    expect(exchange.acknowledge(130, 1, 100)).toBeCloseTo(1 / 130, 10);
    exchange.retransmitFirst(135);
    expect(exchange.acknowledge(140, 1, 100)).toBeUndefined();
  });

  it('is none where nothing was delivered', () => {
    const exchange = new Exchange();
    exchange.send(0, 2);
    expect(exchange.acknowledge(50, 0)).toBeUndefined();
  });

  it('does not count an idle time', () => {
    const exchange = new Exchange();
    exchange.send(0);
    exchange.acknowledge(100);
    exchange.send(10_000, 2);
    expect(exchange.acknowledge(10_100, 2)).toBeCloseTo(2 / 100, 10);
  });

  it('is marked while the application has too little to send, until that is delivered', () => {
    const exchange = new Exchange();
    const { rate } = exchange;
    exchange.send(0, 2);
    rate.markAppLimited(exchange.inFlight);
    exchange.send(10, 2);
    const marks = [100, 101, 110, 111].map((now) => {
      exchange.acknowledge(now);
      return [rate.isAppLimited, rate.isLimitedByApp];
    });
    // The third is the first beyond what was in flight: the bubble is gone, but it had left in it.
    expect(marks).toEqual([
      [false, true],
      [false, true],
      [true, false],
      [true, false],
    ]);
    exchange.send(120);
    exchange.acknowledge(220);
    expect(rate.isAppLimited).toBe(false);
  });

  it('counts rounds: a segment sent after a delivery knows of it', () => {
    const exchange = new Exchange();
    exchange.send(0, 3);
    exchange.acknowledge(100, 3);
    // 1 for the SYN-ACK
    expect(exchange.rate.priorDelivered).toBe(1);
    exchange.send(100);
    exchange.acknowledge(200);
    expect(exchange.rate.priorDelivered).toBe(4);
  });
});
