import type { FilmRecord, Results } from '../../lab/run/results.ts';
import { medianOf } from '../digest.ts';
import { ABSENT, formatMs, formatMsInterval, plural } from '../format.ts';
import { markup, type Markup } from './escape.ts';
import { filmImages, type FilmImage, type FilmImages } from './film-images.ts';
import { stripCells, stripLabels, stripTimes, type StripCell } from './film-strip.ts';

/** What a reader of the page would have seen: a strip per strategy on one time axis. Nothing where none was filmed. */
export function filmHtml(results: Results, frames: ReadonlyMap<string, Uint8Array>): Markup | undefined {
  if (results.films.length === 0) return undefined;
  const rows = results.strategies.map(({ name }) => rowOf(results, name, frames));
  const shown = rows.flatMap(({ film }) => film ?? []);
  const axes = axesOf(shown);
  const strips = axes.map(({ title, times }) => ({
    title,
    times,
    cells: new Map(shown.map((film) => [film, stripCells(film, times)])),
  }));
  const needed = strips.flatMap(({ cells }) =>
    [...cells.values()].flat().flatMap(({ frame }) => frame ?? []),
  );
  const images = filmImages(needed, frames);
  return markup`<section id="film" aria-labelledby="film-title">
<h2 id="film-title">Film</h2>
<p class="lead">${leadOf(results)}</p>
${
  shown.length > 0 &&
  markup`<svg class="film-images" width="0" height="0" aria-hidden="true"><defs>${images.all.map(imageHtml)}</defs></svg>
${strips.map(({ title, times, cells }) => stripHtml({ title, times, cells, rows, images, results }))}
${dialogHtml()}`
}
${visualMetricsHtml(results)}
${notesHtml(results, rows)}
${framesHtml(shown)}
</section>`;
}

interface Row {
  readonly strategy: string;
  readonly film: FilmRecord | undefined;
}

/** The median film, if all its frames are there. */
function rowOf(results: Results, strategy: string, frames: ReadonlyMap<string, Uint8Array>): Row {
  const id = Object.hasOwn(results.medianFilms, strategy) ? results.medianFilms[strategy] : undefined;
  const film = results.films.find(({ trial }) => trial === id);
  return { strategy, film: film?.frames.every(({ file }) => frames.has(file)) ? film : undefined };
}

function leadOf({ films, strategies }: Results): string {
  const several = films.length > strategies.length;
  return (
    `${several ? 'Some loads' : 'One load'} of each strategy, filmed after all timed ones. Each column shows the screen at that moment. ` +
    `Taking pictures may delay paints by some ms, so these loads count nowhere else` +
    (several ? '; of each strategy the film with the median Speed Index is shown.' : '.')
  );
}

/** The whole load; and where the first paints crowd at its beginning, that part by itself before it. */
function axesOf(films: readonly FilmRecord[]): readonly { title: string; times: readonly number[] }[] {
  const last = (pick: (film: FilmRecord) => number | undefined): number =>
    Math.max(0, ...films.map((film) => pick(film) ?? 0));
  const painted = last(({ firstVisualChangeMs, metrics }) =>
    Math.max(firstVisualChangeMs ?? 0, metrics.firstContentfulPaint ?? 0),
  );
  const complete = last(({ visuallyCompleteMs, metrics }) =>
    Math.max(visuallyCompleteMs ?? 0, metrics.largestContentfulPaint ?? 0),
  );
  const whole = { title: 'Until every page is visually complete', times: stripTimes(0, complete) };
  if (painted === 0 || painted > complete / CROWDED) return [whole];
  const first = Math.min(...films.map(({ firstVisualChangeMs }) => firstVisualChangeMs ?? painted));
  const start = Math.min(first, painted * (1 - SHORTEST));
  return [{ title: 'While the pages begin to paint', times: stripTimes(start, painted) }, whole];
}

interface Strip {
  readonly title: string;
  readonly times: readonly number[];
  readonly cells: ReadonlyMap<FilmRecord, readonly StripCell[]>;
  readonly rows: readonly Row[];
  readonly images: FilmImages;
  readonly results: Results;
}

function stripHtml({ title, times, cells, rows, images, results }: Strip): Markup {
  const labels = stripLabels(times);
  const filmed = rows.findIndex(({ film }) => film !== undefined);
  return markup`<div class="film-scroll"><table class="film-strip"><caption>${title}</caption>
<thead><tr><th scope="col">Strategy</th>${labels.map((label) => markup`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ strategy, film }, index) =>
      markup`<tr><th scope="row"><span class="film-name">${strategy}</span>${
        film
          ? markup`<span class="note">Speed Index ${formatMs(film.speedIndexMs)}</span></th>${cells
              .get(film)
              ?.map((cell, column) =>
                cellHtml(cell, {
                  strategy,
                  time: labels[column] ?? '',
                  image: cell.frame && images.of(cell.frame),
                  isEntry: index === filmed && column === 0,
                }),
              )}`
          : markup`</th><td class="film-none" colspan="${times.length}">${whyNone(results, strategy)}</td>`
      }</tr>
`,
  )}</tbody></table></div>`;
}

/** `isEntry`: the one cell of a strip that the Tab key leads to; from there on arrow keys. */
function cellHtml(
  { frame, changed, marks }: StripCell,
  place: { strategy: string; time: string; image: FilmImage | undefined; isEntry: boolean },
): Markup {
  const { strategy, time, image, isEntry } = place;
  const progress = frame?.progressPercent ?? 0;
  const seen = frame === undefined || progress === 0 ? 'blank' : `${progress} % of the final picture`;
  const since =
    frame === undefined || frame.atMs === 0 ? '' : `, on the screen since ${formatMs(frame.atMs)}`;
  const words = marks.map((mark) => `${MARK_WORDS[mark.name] ?? mark.name} at ${formatMs(mark.atMs)}`);
  const label = [`${strategy} at ${time}: ${seen}${since}`, ...words].join('; ');
  return markup`<td><button type="button" class="film-cell${changed && ' changed'}${marks.length > 0 && ' marked'}" aria-haspopup="dialog" aria-label="${label}" tabindex="${isEntry ? 0 : -1}"><svg viewBox="0 0 ${image?.width ?? 4} ${image?.height ?? 3}" aria-hidden="true">${image && markup`<use href="#${image.id}"/>`}</svg></button><span class="film-marks" aria-hidden="true">${marks.map(
    (mark) =>
      markup`<span class="film-mark film-mark-${mark.name}">${mark.name} ${formatMs(mark.atMs)}</span>`,
  )}</span></td>`;
}

function imageHtml({ id, href, width, height }: FilmImage): Markup {
  return markup`<image id="${id}" width="${width}" height="${height}" href="${href}"/>`;
}

/** Filled by the script. */
function dialogHtml(): Markup {
  return markup`<dialog class="film-dialog" aria-labelledby="film-dialog-title"><p id="film-dialog-title"></p>
<svg role="img" aria-labelledby="film-dialog-title"><use/></svg>
<p class="note">Arrow keys: along the strip, and from strategy to strategy. Escape closes.</p></dialog>`;
}

function visualMetricsHtml(results: Results): Markup {
  const rows = results.strategies.map(({ name }) => ({
    name,
    films: results.films.filter((film) => film.strategy === name && film.speedIndexMs !== undefined),
  }));
  const several = rows.some(({ films }) => films.length > 1);
  return markup`<div class="table-scroll"><table class="film-metrics"><caption>${
    several
      ? 'Visual metrics of the filmed loads: median, and the range from the smallest to the largest'
      : 'Visual metrics of one filmed load each: values to look at, not to conclude from'
  }</caption>
<thead><tr><th scope="col">Strategy</th>${VISUAL_METRICS.map(
    ({ title, meaning }) => markup`<th scope="col" class="num"><abbr title="${meaning}">${title}</abbr></th>`,
  )}<th scope="col" class="num">Loads</th></tr></thead>
<tbody>${rows.map(
    ({ name, films }) =>
      markup`<tr><th scope="row">${name}</th>${VISUAL_METRICS.map(
        ({ of }) => markup`<td class="num">${valuesHtml(films.flatMap((film) => of(film) ?? []))}</td>`,
      )}<td class="num">${films.length}</td></tr>
`,
  )}</tbody></table></div>`;
}

function valuesHtml(values: readonly number[]): Markup {
  if (values.length === 0) return markup`${ABSENT}`;
  const range = values.length > 1 && formatMsInterval(Math.min(...values), Math.max(...values));
  return markup`${formatMs(medianOf(values))}${range && markup` <span class="note">${range}</span>`}`;
}

/** What is wrong with a film is said where it is shown. */
function notesHtml(results: Results, rows: readonly Row[]): Markup | undefined {
  const lines = [
    ...rows.flatMap(({ strategy, film }) =>
      film === undefined ? [`${strategy}: ${whyNone(results, strategy)}`] : [],
    ),
    ...results.films.flatMap(({ trial, disturbance, disagreements, failure }) => [
      ...(failure === undefined ? [] : [`${trial} came to nothing: ${failure}`]),
      ...(disturbance === undefined ? [] : [`${trial} was disturbed by the machine: ${disturbance}`]),
      ...disagreements.map((text) => `${trial}: ${text}`),
    ]),
  ];
  if (lines.length === 0) return undefined;
  return markup`<ul class="film-notes">${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

function whyNone({ films, medianFilms }: Results, strategy: string): string {
  const own = films.filter((film) => film.strategy === strategy);
  if (own.length === 0) return 'not filmed';
  if (Object.hasOwn(medianFilms, strategy)) return 'the frames of its film cannot be read; see the warnings';
  return `no film: ${own[0]?.failure ?? 'unknown'}`;
}

function framesHtml(films: readonly FilmRecord[]): Markup | undefined {
  const count = films.reduce((sum, { frames }) => sum + frames.length, 0);
  if (count === 0) return undefined;
  return markup`<details><summary>All ${plural(count, 'frame')} of these films</summary>
<div class="table-scroll"><table class="fine"><caption>Files are below the folder of this report</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col" class="num">On the screen from</th><th scope="col" class="num">Progress</th><th scope="col">File</th></tr></thead>
<tbody>${films.map(({ strategy, frames }) =>
    frames.map(
      ({ atMs, progressPercent, file }) =>
        markup`<tr><th scope="row">${strategy}</th><td class="num">${formatMs(atMs)}</td><td class="num">${progressPercent ?? ABSENT}\u00a0%</td><td><code>${file}</code></td></tr>
`,
    ),
  )}</tbody></table></div></details>`;
}

const MARK_WORDS: Readonly<Record<string, string>> = {
  FCP: 'first contentful paint',
  LCP: 'largest contentful paint',
  complete: 'visually complete',
};

const VISUAL_METRICS: readonly {
  readonly title: string;
  readonly meaning: string;
  readonly of: (film: FilmRecord) => number | undefined;
}[] = [
  {
    title: 'Speed Index',
    meaning: 'mean time at which a part of the final picture was there',
    of: (film) => film.speedIndexMs,
  },
  {
    title: 'First change',
    meaning: 'first frame with anything on it',
    of: (film) => film.firstVisualChangeMs,
  },
  {
    title: 'FCP',
    meaning: 'first contentful paint of the same load, as the browser reports it',
    of: ({ metrics }) => metrics.firstContentfulPaint,
  },
  { title: '85\u00a0%', meaning: 'of the final picture', of: (film) => film.visuallyComplete85Ms },
  { title: '95\u00a0%', meaning: 'of the final picture', of: (film) => film.visuallyComplete95Ms },
  {
    title: 'LCP',
    meaning: 'largest contentful paint of the same load, as the browser reports it',
    of: ({ metrics }) => metrics.largestContentfulPaint,
  },
  {
    title: 'Complete',
    meaning: 'first frame that looks like the last one',
    of: (film) => film.visuallyCompleteMs,
  },
];

// Where all first paints lie in the first third, a strip of the whole load shows them within three or four cells.
const CROWDED = 3;
// Differences of a few ms would be looked at through a microscope otherwise.
const SHORTEST = 0.15;
