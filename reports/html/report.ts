import type { Results } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { answerHtml } from './answer.ts';
import { streamKeys } from './bottleneck/stream-keys.ts';
import { embeddedResults, MOST_REPORT_BYTES, type EmbeddedResults } from './bounds.ts';
import { comparisonHtml } from './comparison.ts';
import { conditionsHtml } from './conditions.ts';
import type { PackedDetails } from './detail/pack.ts';
import { diffSectionHtml } from './diff/section.ts';
import { markup } from './escape.ts';
import { evidenceHtml } from './evidence.ts';
import { journeyHtml } from './journey.ts';
import { filmHtml } from './film.ts';
import { methodHtml } from './method.ts';
import { pageHtml } from './page.ts';
import { pushesHtml } from './pushes.ts';
import { strategiesHtml } from './strategies.ts';
import { shownWaterfalls, waterfallsHtml } from './waterfalls.ts';

export interface HtmlReportInput {
  readonly results: Results;
  /** Trial id → its waterfall; those of `results.medianTrials` are drawn. */
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
  /** Other trials the reader can choose, see `packDetails`; without them only the median trials can be looked at. */
  readonly details?: PackedDetails;
  /** Of `results.medianFilms`, file → JPEG; left out: none can be shown. */
  readonly frames?: ReadonlyMap<string, Uint8Array>;
  /** Text of the bundled script, see `loadReportClient`. */
  readonly client: string;
}

/**
 * The report a person reads: one HTML file that needs nothing but a browser, offline. A pure function of its input.
 * Everything but the interactive charts is static HTML and SVG, so it also prints and reads without a script. Details
 * that do not fit into five megabytes are left out, those a reader wants last first.
 */
export function renderHtmlReport(input: HtmlReportInput): string {
  const embedded = embeddedResults(input.results);
  const packed: PackedDetails = input.details ?? new Map<string, string>();
  const html = renderWith(input, packed, embedded);
  const excess = Buffer.byteLength(html) - MOST_REPORT_BYTES;
  return excess > 0 && packed.size > 0 ? renderWith(input, withoutLast(packed, excess), embedded) : html;
}

function withoutLast(details: PackedDetails, bytes: number): PackedDetails {
  const kept = [...details];
  for (let freed = 0; freed < bytes && kept.length > 0;) freed += kept.pop()![1].length;
  return new Map(kept);
}

function renderWith(
  { results, waterfalls, frames = new Map(), client }: HtmlReportInput,
  packed: PackedDetails,
  embedded: EmbeddedResults,
): string {
  const available = new Set(packed.keys());
  const keys = streamKeys(shownWaterfalls(results, waterfalls));
  const body = markup`${answerHtml(results)}
${conditionsHtml(results)}
${journeyHtml(results)}
${comparisonHtml(results)}
${filmHtml(results, frames)}
${strategiesHtml(results)}
${waterfallsHtml(results, waterfalls, available, keys)}
${diffSectionHtml(results, waterfalls, available, keys)}
${pushesHtml(results)}
${evidenceHtml(results, embedded.whole)}
${methodHtml(results)}`;
  return pageHtml({ results: embedded.results, client, body, details: packed });
}
