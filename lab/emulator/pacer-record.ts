import { quantileSorted } from 'simple-statistics';

/** How late the emulator acted and passed on what had arrived at the client, in ms; all 0 where nothing happened. */
export interface PacerRecord {
  /** Batches, see WallClockDriver.latenessMs. */
  readonly events: number;
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
}

export function pacerRecord(latenessMs: readonly number[]): PacerRecord {
  const sorted = latenessMs.length === 0 ? [0] : [...latenessMs].sort((a, b) => a - b);
  return {
    events: latenessMs.length,
    latenessP50Ms: quantileSorted(sorted, 0.5),
    latenessP99Ms: quantileSorted(sorted, 0.99),
    latenessMaxMs: sorted.at(-1)!,
  };
}
