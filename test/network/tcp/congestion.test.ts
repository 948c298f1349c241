import { describe, expect, it } from 'vitest';
import { AckReport } from '../../../lab/network/tcp/ack-report.ts';
import type { CongestionWindow, WindowPolicy } from '../../../lab/network/tcp/congestion-control.ts';
import { Cubic } from '../../../lab/network/tcp/cubic.ts';
import { HyStart } from '../../../lab/network/tcp/hystart.ts';
import { ProportionalRateReduction } from '../../../lab/network/tcp/proportional-rate-reduction.ts';
import { Reno } from '../../../lab/network/tcp/reno.ts';

function report(fields: Partial<AckReport>): AckReport {
  return Object.assign(new AckReport(), fields);
}

/** One acknowledgement per segment, a window per round trip, for `rounds` round trips. */
function grow(control: WindowPolicy, window: CongestionWindow, rttMs: number, rounds: number): number[] {
  const windows: number[] = [];
  let nowMs = 0;
  for (let round = 0; round < rounds; round++) {
    const segments = window.cwnd;
    for (let segment = 0; segment < segments; segment++) {
      nowMs += rttMs / segments;
      const sample = report({ nowMs, rttMs });
      control.onRttSample(window, sample);
      control.onAck(window, 1, sample);
    }
    windows.push(window.cwnd);
  }
  return windows;
}

describe('Reno (RFC 5681)', () => {
  it('adds a segment per acknowledged one in slow start, one per window after', () => {
    expect(grow(new Reno(), { cwnd: 4, ssthresh: 16 }, 100, 5)).toEqual([8, 16, 17, 18, 19]);
  });

  it('halves', () => {
    expect(new Reno().reducedSsthresh({ cwnd: 31, ssthresh: 31 })).toBe(15);
    expect(new Reno().reducedSsthresh({ cwnd: 2, ssthresh: 2 })).toBe(2);
  });
});

describe('CUBIC (RFC 9438)', () => {
  it('reduces to 717/1024', () => {
    expect(new Cubic().reducedSsthresh({ cwnd: 100, ssthresh: 100 })).toBe(70);
  });

  it('returns to where it was after K = cbrt(W_max (1 − β) / C) and passes through the plateau', () => {
    const control = new Cubic();
    const window = { cwnd: 100, ssthresh: 100 };
    window.ssthresh = window.cwnd = control.reducedSsthresh(window);
    // (100 − 70) / 0.4 = 75; its cube root is 4.22 s: 21 round trips of 200 ms, at which little is left to grow.
    const windows = grow(control, window, 200, 30);
    expect(windows[3]).toBeGreaterThan(80);
    expect(windows[20]).toBeGreaterThanOrEqual(97);
    expect(windows[20]).toBeLessThanOrEqual(101);
    expect(windows[24]! - windows[18]!).toBeLessThan(4);
    expect(windows[29]! - windows[24]!).toBeGreaterThan(windows[24]! - windows[20]!);
  });

  it('gives way to newcomers: a window below the last maximum counts for less (§4.7)', () => {
    const [patient, yielding] = [new Cubic(), new Cubic()];
    yielding.reducedSsthresh({ cwnd: 200, ssthresh: 200 });
    const windows = [patient, yielding].map((control) => {
      const window = { cwnd: 100, ssthresh: 100 };
      window.ssthresh = window.cwnd = control.reducedSsthresh(window);
      return grow(control, window, 100, 40).at(-1)!;
    });
    expect(windows[1]).toBeLessThan(windows[0]!);
  });
});

describe('HyStart', () => {
  it('ends slow start when acknowledgements less than 2 ms apart have come for (min RTT + 1 ms) / 2', () => {
    const hystart = new HyStart();
    hystart.startRound(0, 1000);
    const exits: number[] = [];
    for (let nowMs = 1; nowMs <= 60; nowMs++) {
      if (hystart.shouldExit(20, 100, 100, report({ nowMs, acknowledged: 500 }))) exits.push(nowMs);
    }
    // (100 + 1) / 2 = 50.5
    expect(exits[0]).toBe(51);
  });

  it('does not take a pause for a train', () => {
    const hystart = new HyStart();
    hystart.startRound(0, 1000);
    for (let nowMs = 3; nowMs <= 90; nowMs += 3) {
      expect(hystart.shouldExit(20, 100, 100, report({ nowMs, acknowledged: 500 }))).toBe(false);
    }
  });

  it('ends slow start when eight round trips of a round are all longer by an eighth', () => {
    const hystart = new HyStart();
    hystart.startRound(0, 1000);
    const exits: number[] = [];
    for (let sample = 1; sample <= 10; sample++) {
      // 113 > 100 + 100/8
      if (hystart.shouldExit(20, 113, 100, report({ nowMs: sample * 5, acknowledged: 500 })))
        exits.push(sample);
    }
    expect(exits[0]).toBe(9);
  });

  it('leaves windows below 16 segments alone', () => {
    const hystart = new HyStart();
    hystart.startRound(0, 1000);
    for (let nowMs = 1; nowMs <= 90; nowMs++) {
      expect(hystart.shouldExit(15, 150, 100, report({ nowMs, acknowledged: 500 }))).toBe(false);
    }
  });
});

describe('PRR (RFC 6937)', () => {
  it('sends ssthresh / cwnd of what is delivered while too much is in flight', () => {
    const reduction = new ProportionalRateReduction();
    const window = { cwnd: 20, ssthresh: 14 };
    reduction.start(window);
    let sent = 0;
    for (let delivered = 1; delivered <= 10; delivered++) {
      const inFlight = 20 - delivered + sent;
      reduction.onAck(window, 1, inFlight, false);
      const allowed = window.cwnd - inFlight;
      reduction.onSent(allowed);
      sent += allowed;
    }
    // 14/20 of 10
    expect(sent).toBe(7);
  });

  it('lets the first retransmission out in any case', () => {
    const reduction = new ProportionalRateReduction();
    const window = { cwnd: 20, ssthresh: 10 };
    reduction.start(window);
    reduction.onAck(window, 1, 40, false);
    expect(window.cwnd).toBe(41);
  });
});
