import { formatDuration } from '../network/units.ts';
import type { Results, TrialResult } from './results.ts';

export type LatenessLimits = NonNullable<Results['latenessLimits']>;

/**
 * A quarter of a frame: paints fall on frames of 16.7 ms, so that this much moves one paint in four by one frame. On a
 * long path a fiftieth of the round trip: as exactly as the model itself agrees with a kernel's TCP.
 */
const P99_FLOOR_MS = 4;
const P99_SHARE_OF_RTT = 1 / 50;
/** A single stall is as bad as many small ones: a path that stood still for so long moved everything behind it. */
const MAX_OVER_P99 = 10;

/** Two more tries: what disturbs three loads in a row will disturb the fourth. */
export const MAX_REPEATS_PER_TRIAL = 2;
/** Of the planned trials; a run does not become half as long again because of its machine. */
const REPEATED_SHARE = 0.25;
const MIN_REPEATS = 3;
/** Of the measured trials: with more of them missing the answer would rest on the calm moments of a restless machine. */
const MISSING_SHARE = 0.25;

/** How late the emulator may act in a trial that counts, at the 99th percentile and at worst. */
export function latenessLimits(baseRttMs: number, maxP99Ms?: number): LatenessLimits {
  const p99Ms = maxP99Ms ?? Math.max(P99_FLOOR_MS, baseRttMs * P99_SHARE_OF_RTT);
  return { p99Ms, maxMs: MAX_OVER_P99 * p99Ms };
}

/** Why a trial measured the machine rather than the network, in words; undefined where it did not. */
export function disturbanceOf(
  { latenessP99Ms, latenessMaxMs }: NonNullable<TrialResult['pacer']>,
  limits: LatenessLimits,
): string | undefined {
  if (latenessP99Ms > limits.p99Ms) {
    return `the emulator acted ${formatLateness(latenessP99Ms)} late at the 99th percentile; the limit is ${formatLateness(limits.p99Ms)}`;
  }
  if (latenessMaxMs > limits.maxMs) {
    return `the emulator stood still for ${formatLateness(latenessMaxMs)}; the limit is ${formatLateness(limits.maxMs)}`;
  }
  return undefined;
}

/** How many more trials of a run may be repeated. */
export class RepeatBudget {
  #left: number;

  constructor(plannedTrials: number) {
    this.#left = Math.max(MIN_REPEATS, Math.ceil(plannedTrials * REPEATED_SHARE));
  }

  /** False: none is left. */
  take(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}

/** Measured trials whose last attempt was disturbed as well: they are missing in the numbers. */
export function lostTrials(trials: readonly TrialResult[]): TrialResult[] {
  return trials.filter(
    ({ status, repeatedAs, warmup }) => status === 'disturbed' && repeatedAs === undefined && !warmup,
  );
}

/** Why the run is no answer at all, in words; undefined where it is one. */
export function tooNoisy(trials: readonly TrialResult[]): string | undefined {
  const measured = trials.filter(({ warmup, repeatedAs }) => !warmup && repeatedAs === undefined);
  const lost = lostTrials(trials);
  if (lost.length <= MISSING_SHARE * measured.length) return undefined;
  return `too noisy: ${lost.length} of ${measured.length} measured trials were disturbed however often they were tried`;
}

/** Two digits: limits and lateness lie between microseconds and seconds. */
function formatLateness(ms: number): string {
  return formatDuration(Number(ms.toPrecision(2)));
}
