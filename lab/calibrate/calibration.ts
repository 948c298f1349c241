import type { Scheduling } from '../emulator/punctuality.ts';

/** What a check of this machine found. Kept with the results, so plain data. */
export interface Calibration {
  /** How the kernel treats the emulator when others want the CPU as well. */
  readonly scheduling: Scheduling;
  readonly lines: readonly CalibrationLine[];
  readonly verdict: Verdict;
  /** The verdict in words, and what to do about it. */
  readonly sentence: string;
}

/** `good`: as exact as the lab can be; `fair`: usable; `off`: this is not the network that was configured. */
export type Verdict = 'good' | 'fair' | 'off';

export type CalibrationUnit = 'ms' | 'bit/s' | 'B';

/** One quantity at one point, configured against measured through the real proxy. */
export interface CalibrationLine {
  readonly name: string;
  /** Of the path or the machine, in numbers. */
  readonly point: string;
  readonly unit: CalibrationUnit;
  /** From the conditions by arithmetic; absent where nothing is configured. */
  readonly configured?: number | undefined;
  /** By the model on the virtual clock. */
  readonly predicted?: number | undefined;
  readonly measured: number;
  readonly verdict: Verdict;
  readonly words: string;
}
