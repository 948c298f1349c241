import type { Results, TrialResult } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import { ABSENT, formatBytes, formatMs, formatShiftMs, plural } from '../../format.ts';
import { formatMetric, formatMetricShift, METRIC_WORDS, measuredMetrics } from '../../metrics.ts';
import { keyHtml } from '../bottleneck/key-html.ts';
import type { StreamKeys } from '../bottleneck/stream-keys.ts';
import { markup, type Markup } from '../escape.ts';
import { nameHtml, share } from '../row-svg.ts';
import { lastMoment } from '../time-axis.ts';
import { diffTrials, type DiffRow, type DiffSide } from './diff.ts';

/** One of the two trials. */
export interface DiffTrial {
  readonly trial: TrialResult;
  readonly waterfall: Waterfall;
}

/** Two trials side by side: their metrics, then their files, those that moved most first. */
export function diffHtml(
  results: Results,
  a: DiffTrial,
  b: DiffTrial,
  keys: StreamKeys,
  mostRows: number,
): Markup {
  const end = Math.max(1, lastMoment(a.waterfall), lastMoment(b.waterfall)) * 1.01;
  const rows = diffTrials(a.waterfall, b.waterfall);
  const shown = rows.slice(0, mostRows);
  return markup`${metricsHtml(results, a.trial, b.trial)}
<div class="table-scroll"><table class="fine diff"><caption>Files of A (<code>${a.trial.id}</code>) and B (<code>${b.trial.id}</code>), those whose last byte moved most first; the shift is B less A</caption>
<thead><tr><th scope="col">File</th><th scope="col">In A</th><th scope="col">In B</th><th scope="col" class="num">Start</th><th scope="col" class="num">Last byte</th><th scope="col" class="diff-bars">0 to ${formatMs(end)}: A above, B below; waiting thin, receiving thick</th></tr></thead>
<tbody>${shown.map((row) => rowHtml(row, keys, end))}</tbody></table></div>
${rows.length > shown.length && markup`<p class="note">${plural(rows.length - shown.length, 'more file')} that moved less.</p>`}`;
}

function metricsHtml(results: Results, a: TrialResult, b: TrialResult): Markup {
  const metrics = measuredMetrics(results).map((metric) => {
    const [one, other] = [a.metrics[metric], b.metrics[metric]];
    return [
      METRIC_WORDS[metric].title,
      formatMetric(metric, one),
      formatMetric(metric, other),
      one === undefined || other === undefined ? ABSENT : formatMetricShift(metric, other - one),
    ] as const;
  });
  const bytes = (title: string, one: number, other: number) => {
    const difference = other - one;
    const sign = difference > 0 ? '+' : '';
    return [title, formatBytes(one), formatBytes(other), `${sign}${formatBytes(difference)}`] as const;
  };
  return markup`<div class="table-scroll"><table class="fine diff-metrics"><caption class="visually-hidden">Metrics of A and B</caption>
<thead><tr><th scope="col">Of the load</th><th scope="col" class="num">A, ${a.strategy}</th><th scope="col" class="num">B, ${b.strategy}</th><th scope="col" class="num">B less A</th></tr></thead>
<tbody>${[
    ...metrics,
    bytes('Received', a.receivedBytes, b.receivedBytes),
    bytes('Wasted', a.wastedBytes, b.wastedBytes),
  ].map(
    ([title, one, other, difference]) =>
      markup`<tr><th scope="row">${title}</th><td class="num">${one}</td><td class="num">${other}</td><td class="num">${difference}</td></tr>`,
  )}</tbody></table></div>`;
}

function rowHtml({ url, path, a, b, startShift, endShift }: DiffRow, keys: StreamKeys, end: number): Markup {
  return markup`<tr><th scope="row"><span class="diff-name">${keyHtml(keys.get(url))}${nameHtml(path)}</span></th><td>${sideWords(a)}</td><td>${sideWords(b)}</td>${shiftCell(startShift)}${shiftCell(endShift)}<td class="diff-bars"><svg width="100%" height="22" aria-hidden="true">${barSvg('a', a, end)}${barSvg('b', b, end)}</svg></td></tr>
`;
}

function sideWords(side: DiffSide | undefined): Markup {
  if (!side) return markup`<span class="none">not there</span>`;
  const words = side.hinted ? `${side.how}, hinted` : side.how;
  return markup`<span class="diff-how${side.how === 'pushed' && ' pushed'}${side.how === 'pushed for nothing' && ' wasted'}">${words}</span> <span class="times">${formatBytes(side.bytes)}</span>`;
}

function shiftCell(shift: number | undefined): Markup {
  const tone = shift === undefined || Math.abs(shift) < 0.5 ? 'none' : shift < 0 ? 'earlier' : 'later';
  return markup`<td class="num ${tone}">${formatShiftMs(shift)}</td>`;
}

function barSvg(which: 'a' | 'b', side: DiffSide | undefined, end: number): Markup {
  if (!side) return markup``;
  const y = which === 'a' ? 2 : 12;
  const first = side.firstByte ?? side.end ?? side.start;
  const last = side.end ?? first;
  const pushed = side.how === 'pushed' || side.how === 'pushed for nothing' ? ' pushed' : '';
  return markup`<rect class="diff-wait" x="${share(side.start, end)}" y="${y + 3}" width="${share(first - side.start, end)}" height="1.5"/><rect class="diff-${which}${pushed}" x="${share(Math.min(first, last), end)}" y="${y}" width="${share(Math.max(Math.abs(last - first), end / 600), end)}" height="8"/>`;
}
