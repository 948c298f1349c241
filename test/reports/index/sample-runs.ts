import type { Results } from '../../../lab/run/results.ts';
import type { IndexEntry } from '../../../reports/index/index-entry.ts';
import { digestRun, type RunDigest } from '../../../reports/index/run-digest.ts';
import { sampleReport } from '../sample-results.ts';

const { results } = sampleReport(2);

/** A run of the sample's scenario in which every time was `slowerMs` longer. */
export function sampleRun(slowerMs: number, change: (results: Results) => void = () => undefined): RunDigest {
  const copy = structuredClone(results);
  for (const summary of copy.summaries) summary.median += slowerMs;
  change(copy);
  return digestRun(copy);
}

export function entry(
  run: IndexEntry['run'],
  minute: number,
  { scenario = '2g-cold', hasReport = true } = {},
): IndexEntry {
  const clock = `14:${String(minute).padStart(2, '0')}:11Z`;
  return {
    scenario,
    time: `2026-03-01T${clock.replaceAll(':', '-')}`,
    startedAt: `2026-03-01T${clock}`,
    hasReport,
    run,
  };
}

/** Oldest first: five alike, one over another network, one interrupted, one damaged, and another scenario. */
export function sampleRuns(): readonly IndexEntry[] {
  return [
    entry(sampleRun(900), 1, { scenario: 'cable-cold' }),
    ...[0, 40, 20, 160, 10].map((slowerMs, index) => entry(sampleRun(slowerMs), 5 + index)),
    entry(
      sampleRun(-3000, (run) => void (run.network.baseRttMs = 300)),
      20,
    ),
    entry(
      sampleRun(30, (run) => void (run.partial = true)),
      21,
      { hasReport: false },
    ),
    entry({ problem: '2g-cold/2026-03-01T14-22-11Z/results.json cannot be read: Unexpected end' }, 22),
    entry(sampleRun(25), 23),
  ];
}
