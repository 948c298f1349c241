import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filmRecord, failedFilm, medianFilms } from '../../lab/run/film-record.ts';
import { planFilms } from '../../lab/run/plan.ts';
import { readFrames } from '../../lab/run/read-frames.ts';
import { resultsSchema, type FilmRecord } from '../../lab/run/results.ts';
import { filmWarnings } from '../../lab/run/warnings.ts';
import { picture } from '../support/picture.ts';

const planned = { id: 'film-1-no-push', strategy: 'no-push', seed: 1 };
const timing = { startedAt: '2026-03-01T14:05:11.000Z', durationMs: 900 };
const blank = picture(64, 64, () => 255);
const half = picture(64, 64, (_x, y) => (y < 32 ? 0 : 255));
const full = picture(64, 64, () => 0);
const film = [
  { atMs: 0, jpeg: blank },
  { atMs: 812.4, jpeg: half },
  { atMs: 1500, jpeg: full },
];
const record = (metrics: FilmRecord['metrics']): Promise<FilmRecord> =>
  filmRecord(planned, { ...timing, metrics }, film);

describe('filmRecord', () => {
  it('has times, files and progress, and is valid', async () => {
    const found = await record({ firstPaint: 812, firstContentfulPaint: 812 });
    // 812.4 + (1500 − 812.4) / 2
    expect(found.speedIndexMs).toBeCloseTo(1156.2, 6);
    expect(found.frames.map(({ atMs, progressPercent, file }) => [atMs, progressPercent, file])).toEqual([
      [0, 0, 'trials/film-1-no-push/film/001-0ms.jpg'],
      [812.4, 50, 'trials/film-1-no-push/film/002-812ms.jpg'],
      [1500, 100, 'trials/film-1-no-push/film/003-1500ms.jpg'],
    ]);
    expect(found.disagreements).toEqual([]);
    expect(resultsSchema.shape.films.parse([found])).toEqual([found]);
  });

  it.each([
    [{ firstPaint: 700, firstContentfulPaint: 700 }, 'is blank until 812ms'],
    [{ firstPaint: 1400, firstContentfulPaint: 1450 }, 'before the first paint at 1.4s'],
    [{}, 'reports no paint'],
  ])('says where it does not agree with the paints of the same load: %j', async (metrics, words) => {
    const { disagreements } = await record(metrics);
    expect(disagreements.join().replaceAll(' ', '')).toContain(words.replaceAll(' ', ''));
  });

  it('a first change between first paint and first contentful paint is no disagreement', async () => {
    expect((await record({ firstPaint: 400, firstContentfulPaint: 1400 })).disagreements).toEqual([]);
  });

  it('a film nothing can be told from is a failed one that keeps its frames', async () => {
    const found = await filmRecord(planned, { ...timing, metrics: {} }, film.slice(0, 1));
    expect(found.failure).toContain('blank');
    expect(found.speedIndexMs).toBeUndefined();
    expect(found.frames).toHaveLength(1);
    expect(filmWarnings([found], 1).join()).toContain('film-1-no-push');
  });
});

describe('medianFilms', () => {
  it('names the film nearest the median Speed Index, and none for a strategy whose films failed', () => {
    const of = (strategy: string, round: number, speedIndexMs: number): FilmRecord => ({
      ...failedFilm({ id: `film-${round}-${strategy}`, strategy, seed: 1 }, timing, new Error('x')),
      speedIndexMs,
    });
    const failed = failedFilm({ id: 'film-1-b', strategy: 'b', seed: 1 }, timing, new Error('no network'));
    expect(medianFilms([of('a', 1, 900), failed, of('a', 2, 500), of('a', 3, 600)])).toEqual({
      a: 'film-3-a',
    });
  });
});

describe('planFilms', () => {
  it('every strategy once per round, one seed a round', () => {
    const films = planFilms({ strategies: ['a', 'b'], rounds: 2, seed: 5 });
    expect(films.map(({ id }) => id)).toEqual(['film-1-a', 'film-1-b', 'film-2-a', 'film-2-b']);
    expect(films[0]!.seed).toBe(films[1]!.seed);
    expect(films[0]!.seed).not.toBe(films[2]!.seed);
    expect(planFilms({ strategies: ['a'], rounds: 0, seed: 5 })).toEqual([]);
  });
});

describe('readFrames', () => {
  it('a missing or changed frame costs its film, which is named, and no other', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'push-lab-film-'));
    try {
      const films = await Promise.all(
        ['good', 'changed', 'missing'].map(async (strategy) => {
          const found = await filmRecord(
            { id: `film-1-${strategy}`, strategy, seed: 1 },
            { ...timing, metrics: {} },
            film,
          );
          await mkdir(path.join(folder, 'trials', found.trial, 'film'), { recursive: true });
          for (const [index, { file }] of found.frames.entries()) {
            if (strategy === 'missing' && index === 1) continue;
            const { jpeg } = film[index]!;
            await writeFile(
              path.join(folder, file),
              strategy === 'changed' && index === 2 ? jpeg.subarray(0, -9) : jpeg,
            );
          }
          return found;
        }),
      );
      const { frames, warnings } = await readFrames(folder, { films, medianFilms: medianFilms(films) });
      expect([...frames.keys()]).toEqual(films[0]!.frames.map(({ file }) => file));
      const [first] = frames.values();
      expect(createHash('sha256').update(first!).digest('hex')).toBe(films[0]!.frames[0]!.sha256);
      expect(warnings).toHaveLength(2);
      expect(warnings[0]).toContain('film-1-changed cannot be shown');
      expect(warnings[1]).toContain('film-1-missing cannot be shown');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads no file from anywhere else, whatever a result says', () => {
    for (const file of [
      '/etc/passwd',
      '../x.jpg',
      'trials/../film/x.jpg',
      'trials/a/film/../../../x.jpg',
      'trials/a/film/x.txt',
    ]) {
      const frames = [{ atMs: 0, file, sha256: '' }];
      const found = { ...failedFilm(planned, timing, new Error('x')), frames };
      expect(resultsSchema.shape.films.safeParse([found]).success, file).toBe(false);
    }
  });
});
