import type { NetworkConditions } from '../network/conditions.ts';
import { queueDelayCheck, rateCheck, roundTripCheck, windowCheck, type Check } from './checks.ts';

/** What is measured, and how long the pacer is watched. */
export interface Programme {
  readonly pacerMs: number;
  /** Also with one core kept busy. */
  readonly withBusyCore: boolean;
  readonly checks: readonly Check[];
}

const both = (rttMs: number, bps: number) => ({ rttMs, downBps: bps, upBps: bps });

/** Half a minute: from a fast line to a slow one. */
export const FULL_PROGRAMME: Programme = {
  pacerMs: 4000,
  withBusyCore: true,
  checks: [
    roundTripCheck(both(4, 100e6), 9),
    roundTripCheck(both(20, 20e6), 9),
    roundTripCheck(both(100, 1.6e6), 5),
    roundTripCheck(both(300, 0.4e6), 3),
    rateCheck(both(20, 100e6), 8e6),
    rateCheck(both(20, 20e6), 2e6),
    rateCheck(both(50, 9e6), 1.5e6),
    rateCheck(both(100, 1.6e6), 400e3),
    rateCheck(both(300, 0.4e6), 100e3),
    windowCheck(both(300, 20e6)),
    queueDelayCheck(both(50, 9e6), 131_072),
    queueDelayCheck(both(100, 1.6e6), 65_536),
  ],
};

/** Ten seconds. */
export const QUICK_PROGRAMME: Programme = {
  pacerMs: 1500,
  withBusyCore: true,
  checks: [
    roundTripCheck(both(20, 20e6), 9),
    roundTripCheck(both(100, 1.6e6), 3),
    rateCheck(both(20, 20e6), 1e6),
    windowCheck(both(200, 20e6)),
    queueDelayCheck(both(50, 9e6), 131_072),
  ],
};

/** Before every run, within three seconds: the pacer, and one round trip and one rate as on the run's own network. */
export function programmeFor({ baseRttMs, downlink, uplink }: NetworkConditions): Programme {
  const rates = { downBps: downlink.bandwidthBps, upBps: uplink.bandwidthBps };
  const bytes = (rates.downBps / 8) * (RATE_MS / 1000);
  return {
    pacerMs: 500,
    withBusyCore: false,
    checks: [
      roundTripCheck({ rttMs: Math.min(baseRttMs, LONGEST_RTT_MS), ...rates }, 1),
      // On a very slow link a rate takes long to show, and no machine is too slow for it.
      ...(rates.downBps < SLOWEST_BPS
        ? []
        : [
            rateCheck(
              { rttMs: Math.min(baseRttMs, SHORT_RTT_MS), ...rates },
              Math.round(Math.min(Math.max(bytes, FEWEST_BYTES), MOST_BYTES)),
            ),
          ]),
    ],
  };
}

/** Two of them, and a little. */
const LONGEST_RTT_MS = 300;
/** So that the link is busy early. */
const SHORT_RTT_MS = 20;
const RATE_MS = 700;
/** Fewer segments than this say nothing about a rate. */
const FEWEST_BYTES = 24_000;
/** What brings these within two seconds. */
const SLOWEST_BPS = 100e3;
/** A link of 80 Mbit/s for the time above; a faster one is busy for less. */
const MOST_BYTES = 7e6;
