import { describe, expect, it } from 'vitest';
import { resultsSchema } from '../../../lab/run/results.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import { filmImages, jpegSize } from '../../../reports/html/film-images.ts';
import { frameAt, stripCells, stripLabels, stripTimes } from '../../../reports/html/film-strip.ts';
import { picture } from '../../support/picture.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { hostileReport } from '../hostile-report.ts';
import { withFilms } from '../sample-films.ts';
import { sampleReport } from '../sample-results.ts';

const sample = withFilms(sampleReport(2));
const html = renderHtmlReport({ ...sample, client: '' });
const page = elements(html);
const [film] = sample.results.films;

describe('stripTimes', () => {
  it.each([
    [0, 7319, [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]],
    [0, 33_000, [0, 3000, 6000, 9000, 12_000, 15_000, 18_000, 21_000, 24_000, 27_000, 30_000, 33_000]],
    [1356, 1673, [1350, 1380, 1410, 1440, 1470, 1500, 1530, 1560, 1590, 1620, 1650, 1680]],
    [0, 0, [0, 0.1]],
  ])('%d to %d ms', (from, to, times) => {
    expect(stripTimes(from, to).slice(0, times.length)).toEqual(times);
    if (to > 0) expect(stripTimes(from, to)).toHaveLength(times.length);
  });

  it('always has seven to twelve cells that cover everything', () => {
    for (let end = 20; end < 1e6; end *= 1.07) {
      const times = stripTimes(0, end);
      expect(times.length).toBeGreaterThanOrEqual(7);
      expect(times.length).toBeLessThanOrEqual(12);
      expect(times.at(-1)).toBeGreaterThanOrEqual(end * (1 - 1e-9));
    }
  });

  it('labels them without false digits', () => {
    expect(stripLabels([0, 1500, 3000])).toEqual(['0.0\u00a0s', '1.5\u00a0s', '3.0\u00a0s']);
    expect(stripLabels([0, 50, 100])).toEqual(['0\u00a0ms', '50\u00a0ms', '100\u00a0ms']);
  });
});

describe('stripCells', () => {
  const times = [0, 2000, 4000, 6000];
  // First paint at 2600 ms, then a new frame at 5000 ms.
  const cells = stripCells(film!, times);

  it('a cell shows the frame that was on the screen at its time', () => {
    expect(cells.map(({ frame }) => frame?.atMs)).toEqual([0, 0, 2600, 5000]);
    expect(cells.map(({ changed }) => changed)).toEqual([true, false, true, true]);
    expect(frameAt(film!, -1)).toBeUndefined();
  });

  it('the first cell at or after a paint is marked with it', () => {
    expect(cells.map(({ marks }) => marks.map(({ name }) => name))).toEqual([[], [], ['FCP'], []]);
  });
});

describe('hostile text around the films', () => {
  it('is text in captions and marks, and makes no element or attribute', () => {
    const { results, waterfalls } = hostileReport(sample);
    const hostile = elements(renderHtmlReport({ results, waterfalls, frames: sample.frames, client: '' }));
    const strip = hostile.find(({ attrs }) => attrs.some(({ value }) => value.startsWith('film-strip')));
    expect(textOf(strip)).toContain('<img src=x onerror=alert(1)>');
    const shape = (list: typeof page): Set<string> =>
      new Set(
        list.flatMap(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => `${tagName} ${name}`)]),
      );
    expect([...shape(hostile)].filter((item) => !shape(page).has(item))).toEqual([]);
  });
});

describe('filmImages', () => {
  const frame = (name: string, sha256 = name) => ({ atMs: 0, file: `trials/a/film/${name}.jpg`, sha256 });
  // Noise: the largest JPEG a picture of this size makes.
  const noise = (seed: number) =>
    picture(200, 150, (x, y) => ((x * 7919 + y * 104_729 + seed) * 2_654_435_761) % 256);

  it('carries equal frames once, and what is no JPEG not at all', () => {
    const bytes = new Map([
      ['trials/a/film/one.jpg', noise(1)],
      ['trials/a/film/two.jpg', noise(1)],
      ['trials/a/film/bad.jpg', Buffer.from('<script>')],
    ]);
    const images = filmImages(
      [frame('one', 'same'), frame('two', 'same'), frame('bad'), frame('gone')],
      bytes,
    );
    expect(images.all).toHaveLength(1);
    expect(images.of(frame('two', 'same'))).toMatchObject({ width: 200, height: 150 });
    expect(images.of(frame('bad'))).toBeUndefined();
  });

  it('makes all of them smaller where they do not fit, and keeps their proportions', () => {
    const names = Array.from({ length: 6 }, (_, index) => String(index));
    const bytes = new Map(names.map((name) => [`trials/a/film/${name}.jpg`, noise(Number(name))]));
    const frames = names.map((name) => frame(name));
    const size = (images: { readonly all: readonly { href: string }[] }) =>
      images.all.reduce((sum, { href }) => sum + href.length, 0);
    const full = size(filmImages(frames, bytes));
    const small = filmImages(frames, bytes, full / 3);
    expect(size(small)).toBeLessThan(full / 3 + 6 * 40);
    expect(small.all).toHaveLength(6);
    expect(small.all[0]).toMatchObject({ width: 200, height: 150 });
    const [, data = ''] = small.all[0]!.href.split(',');
    expect(jpegSize(Buffer.from(data, 'base64'))).toEqual({ width: 100, height: 75 });
  });
});

describe('the film in a report', () => {
  const section = page.find((element) => attribute(element, 'id') === 'film')!;

  it('has a strip per strategy, each cell with words for who does not see it', () => {
    const cells = elements(html).filter((element) => attribute(element, 'class')?.startsWith('film-cell'));
    expect(cells.length % sample.results.strategies.length).toBe(0);
    expect(cells.length).toBeGreaterThan(7 * sample.results.strategies.length);
    for (const cell of cells) expect(attribute(cell, 'aria-label')).toMatch(/ at .*: (blank|\d+ %)/);
    for (const { name } of sample.results.strategies) expect(textOf(section)).toContain(name);
    expect(textOf(section)).toContain('FCP 2\u202f600\u00a0ms');
    // One tab stop for each of the two strips.
    expect(cells.filter((cell) => attribute(cell, 'tabindex') === '0')).toHaveLength(2);
  });

  it('calls one load one load', () => expect(textOf(section)).toContain('not to conclude from'));

  it('shows median and range of several', () => {
    const results = structuredClone(sample.results);
    results.films.push({ ...results.films[0]!, trial: 'film-2', speedIndexMs: 9200 });
    const text = textOf(
      elements(renderHtmlReport({ ...sample, results, client: '' })).find(
        (element) => attribute(element, 'id') === 'film',
      ),
    ).replaceAll('\u202f', ' ');
    expect(text).toContain('9 100\u00a0ms 9 000 to 9 200\u00a0ms');
  });

  it('carries each image once and stays small', () => {
    const images = page.filter(({ tagName }) => tagName === 'image');
    // Six different pictures, however many strategies show them.
    expect(images).toHaveLength(6);
    for (const image of images) expect(attribute(image, 'href')).toMatch(/^data:image\/jpeg;base64,/);
    expect(html.length).toBeLessThan(5e6);
  });

  it('a film whose frames are not there is named; without films there is no section', () => {
    const without = new Map([...sample.frames].filter(([file]) => !file.includes('film-1-preload')));
    const text = textOf(
      elements(renderHtmlReport({ ...sample, frames: without, client: '' })).find(
        (element) => attribute(element, 'id') === 'film',
      ),
    );
    expect(text).toContain('preload: the frames of its film cannot be read');
    const old = resultsSchema.parse({ ...sample.results, films: undefined, medianFilms: undefined });
    expect(renderHtmlReport({ ...sample, results: old, client: '' })).not.toContain('id="film"');
  });
});
