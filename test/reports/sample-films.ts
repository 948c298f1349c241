import { createHash } from 'node:crypto';
import type { FilmRecord } from '../../lab/run/results.ts';
import { picture } from '../support/picture.ts';
import type { SampleReport } from './sample-results.ts';

/** The sample with a film of every strategy: text, then a picture in four steps, each strategy 150 ms after the other. */
export function withFilms(
  report: SampleReport,
): SampleReport & { readonly frames: ReadonlyMap<string, Uint8Array> } {
  const frames = new Map<string, Uint8Array>();
  const films = report.results.strategies.map(({ name }, index): FilmRecord => {
    const trial = `film-1-${name}`;
    const times = [0, 2600 + 150 * index, 5000, 9000, 14_000, 20_000 + 400 * index];
    return {
      strategy: name,
      trial,
      startedAt: '2026-03-01T14:31:00.000Z',
      durationMs: 21_000,
      metrics: { firstPaint: times[1]!, firstContentfulPaint: times[1]!, largestContentfulPaint: times[5]! },
      speedIndexMs: 9000 + 100 * index,
      firstVisualChangeMs: times[1]!,
      visuallyComplete85Ms: times[5]!,
      visuallyComplete95Ms: times[5]!,
      visuallyCompleteMs: times[5]!,
      frames: times.map((atMs, step) => {
        const file = `trials/${trial}/film/${String(step + 1).padStart(3, '0')}-${atMs}ms.jpg`;
        const jpeg = drawn(step);
        frames.set(file, jpeg);
        return {
          atMs,
          progressPercent: 20 * step,
          file,
          sha256: createHash('sha256').update(jpeg).digest('hex'),
        };
      }),
      disagreements: [],
    };
  });
  const medianFilms = Object.fromEntries(films.map(({ strategy, trial }) => [strategy, trial]));
  return { ...report, results: { ...report.results, films, medianFilms }, frames };
}

function drawn(step: number): Buffer {
  return picture(200, 150, (x, y) => {
    if (step === 0) return 255;
    if (y > 96) return y % 12 < 6 && x > 20 && x < 180 - (y % 7) * 9 ? 60 : 255;
    return y < 24 * (step - 1) ? (x * 3 + y * 5) % 200 : 90;
  });
}
