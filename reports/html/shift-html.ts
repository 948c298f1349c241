import type { MetricName, MetricSummary } from '../../lab/run/results.ts';
import { formatMetricShift } from '../metrics.ts';
import { markup, type Markup } from './escape.ts';

type Shift = NonNullable<MetricSummary['shift']>;

/** The verdicts as a reader is told them. */
export const VERDICT_WORDS: Readonly<Record<Shift['verdict'], string>> = {
  faster: 'faster',
  slower: 'slower',
  'no-difference': 'no difference',
  'too-few-trials': 'too few trials',
};

/** Verdict and size of a difference in one cell; `otherwise` says what stands there where there is none. */
export function shiftHtml(
  metric: MetricName,
  shift: Pick<Shift, 'median' | 'verdict'> | undefined,
  otherwise: string,
): Markup {
  if (shift === undefined) return markup`<span class="shift reference">${otherwise}</span>`;
  return markup`<span class="shift ${shift.verdict}"><span class="verdict">${VERDICT_WORDS[shift.verdict]}</span> ${formatMetricShift(metric, shift.median)}</span>`;
}
