import type { Results } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import type { StreamKeys } from './bottleneck/stream-keys.ts';
import { streamLegend } from './bottleneck/strip-svg.ts';
import { medianTrial } from './detail/choose.ts';
import { markup, type Markup } from './escape.ts';
import { sharedScales } from './lanes.ts';
import { drawingDefs } from './row-svg.ts';
import { sharedAxis } from './time-axis.ts';
import { waterfallHtml } from './waterfall.ts';

/** The median trial of every strategy, one under the other on one time axis. */
export function waterfallsHtml(
  results: Results,
  waterfalls: ReadonlyMap<string, Waterfall>,
  available: ReadonlySet<string>,
  keys: StreamKeys,
): Markup {
  const shown = results.strategies.map(({ name }) => {
    const id = medianTrial(results, name);
    return {
      strategy: name,
      trial: results.trials.find((trial) => trial.id === id),
      waterfall: id === undefined ? undefined : waterfalls.get(id),
    };
  });
  const known = shown.flatMap(({ waterfall }) => waterfall ?? []);
  const axis = sharedAxis(known);
  const paint = Math.max(
    0,
    ...known.map(({ metrics }) => metrics.firstContentfulPaint ?? metrics.firstPaint ?? 0),
  );
  const urls = [...new Set(known.map(({ url }) => url))];
  const scales = sharedScales(known, results.network, axis.end);
  return markup`<section id="waterfalls" data-end="${Math.round(axis.end)}" data-paint="${Math.round(paint)}" aria-labelledby="waterfalls-title">
<h2 id="waterfalls-title">Waterfalls</h2>
${known.length > 0 && markup`<p class="lead">One load per strategy: the trial nearest to its median. All share one time axis and one scale per lane, so lengths and heights compare between strategies. Zero is navigationStart${urls.length > 0 && markup` of ${urls.map((url, index) => [index > 0 && ', ', markup`<code>${url}</code>`])}`}.</p>`}
${known.length > 0 && [drawingDefs(), legendHtml(), streamLegend(keys), toolbarHtml(paint > 0)]}
${shown.map(({ strategy, trial, waterfall }, index) =>
  waterfall
    ? waterfallHtml({
        id: `waterfall-${index + 1}`,
        strategy,
        trial,
        waterfall,
        results,
        axis,
        scales,
        keys,
        available,
      })
    : markup`<article class="waterfall empty"><h3>${strategy}</h3><p class="note">No waterfall: this strategy has no good trial, or its evidence was not kept.</p></article>`,
)}
</section>`;
}

/** The waterfalls of the median trials, in the order of the strategies. */
export function shownWaterfalls(
  results: Results,
  waterfalls: ReadonlyMap<string, Waterfall>,
): readonly Waterfall[] {
  return results.strategies.flatMap(({ name }) => {
    const id = medianTrial(results, name);
    return id === undefined ? [] : (waterfalls.get(id) ?? []);
  });
}

function legendHtml(): Markup {
  return markup`<ul class="legend" aria-label="Legend">${LEGEND.map(
    ([drawing, words]) =>
      markup`<li><svg width="34" height="22" aria-hidden="true">${drawing}</svg>${words}</li>`,
  )}</ul>`;
}

function toolbarHtml(hasPaint: boolean): Markup {
  return markup`<div class="toolbar needs-script" role="group" aria-label="Waterfall view">
<span class="tool"><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="in" aria-label="Zoom in">+</button><button type="button" data-zoom="fit">Whole load</button>${hasPaint && markup`<button type="button" data-zoom="paint">Until first paint</button>`}<output class="zoom-level">1×</output></span>
<label class="tool">Rows <select data-filter="tags"><option value="">all</option><option value="push">pushed</option><option value="103 preload">hinted</option><option value="blocking">render-blocking</option><option value="failed">failed</option></select></label>
<label class="tool">Path <input type="search" data-filter="path" placeholder="contains…" autocomplete="off" spellcheck="false"></label>
<span class="hint">Drag across a plot to zoom into it. Arrow keys walk through the rows.</span>
</div>`;
}

const LEGEND: readonly (readonly [Markup, string])[] = [
  [markup`<rect class="queued" x="1" y="10.5" width="32" height="1"/>`, 'queued in the browser'],
  [markup`<rect class="wait" x="1" y="8" width="32" height="6"/>`, 'request sent, waiting'],
  [
    markup`<rect class="receive" x="1" y="7" width="32" height="8"/><rect class="arrival" x="4" y="4" width="9" height="14"/><rect class="arrival" x="19" y="4" width="12" height="14"/>`,
    'receiving; thick where bytes arrived',
  ],
  [
    markup`<rect class="push-receive" x="1" y="7" width="32" height="8"/><rect class="push-arrival" x="5" y="4" width="24" height="14"/>`,
    'pushed',
  ],
  [
    markup`<rect class="waste-receive" x="1" y="7" width="32" height="8"/><rect class="waste-arrival" x="5" y="4" width="24" height="14"/>`,
    'pushed for nothing',
  ],
  [markup`<rect class="send" x="1" y="10" width="32" height="2"/>`, 'server’s TCP sends the body'],
  [
    markup`<rect class="push-wait" x="17" y="10" width="16" height="2"/><use class="mark-promise" href="#mark-promise" x="17" y="13"/>`,
    'promise at the browser',
  ],
  [markup`<use class="mark-adopted" href="#mark-adopted" x="17" y="11"/>`, 'page takes the push'],
  [markup`<use class="mark-reset" href="#mark-reset" x="17" y="11"/>`, 'stream reset'],
  [markup`<use class="mark-failure" href="#mark-failure" x="17" y="11"/>`, 'failed, or an error status'],
  [
    markup`<rect class="hint" x="1" y="10" width="18" height="2"/><use class="mark-hint" href="#mark-hint" x="19" y="11"/>`,
    'hint on its way, at the browser',
  ],
  [
    markup`<rect class="connect" x="1" y="7" width="16" height="8"/><rect class="tls" x="17" y="7" width="16" height="8"/>`,
    'TCP, TLS handshake',
  ],
  [
    markup`<use class="drop-downlink" href="#mark-drop" x="11" y="11"/><use class="drop-downlink" href="#mark-loss" x="24" y="11"/>`,
    'dropped at the queue, lost on the link',
  ],
];
