import { formatBandwidth, formatDuration, formatFraction, formatSize } from '../network/units.ts';
import { median, type Interval } from '../stats/descriptive.ts';
import { holmAdjust } from '../stats/holm.ts';
import { signedRankTest, smallestPValue } from '../stats/signed-rank.ts';
import type { MetricName, MetricSummary, Results, TrialResult } from './results.ts';
import { ALPHA, pairedDifferences, type SummaryInput } from './samples.ts';

/**
 * The answer of a run in one paragraph of plain words: who wins, by how much, how sure that is, under which
 * conditions. Says no more than the verdicts do.
 * @param trials the ones that count
 */
export function answerQuestion(
  input: SummaryInput,
  trials: readonly TrialResult[],
  summaries: readonly MetricSummary[],
): Results['answer'] {
  const metric = METRIC_WORDS[input.primaryMetric];
  const primary = summaries.filter((summary) => summary.metric === input.primaryMetric);
  const baseline = primary.find((summary) => summary.strategy === input.baseline);
  const others = primary.filter((summary) => summary.strategy !== input.baseline);
  const conditions = describeConditions(input);
  const silent = input.strategies
    .map(({ name }) => name)
    .filter((name) => !primary.some((s) => s.strategy === name));
  const missing = silent.length > 0 ? ` No successful load of ${wordList(silent)}.` : '';

  if (trials.length === 0) return { sentence: 'No load succeeded, so there is no answer.' };
  if (primary.length === 0) {
    return { sentence: `No load reported its ${metric.name}, so there is no answer.` };
  }
  if (baseline === undefined) {
    return {
      sentence: `${conditions}, no load of the baseline ${input.baseline} succeeded, so nothing can be compared.`,
    };
  }
  const seen = `${metric.name} ${formatValue(baseline.median, input.primaryMetric)}`;
  if (others.length === 0) {
    return {
      sentence: `${conditions}, ${input.baseline} has a median ${seen} (${loads(baseline.n)}); nothing to compare it with.${missing}`,
    };
  }
  const comparisons = others.flatMap((summary) => (summary.shift ? [{ summary, shift: summary.shift }] : []));
  const faster = comparisons.filter(({ shift }) => shift.verdict === 'faster').sort(byShift);
  const [best] = faster;
  if (best !== undefined) {
    const equals = notToldApart(trials, best, comparisons, input.primaryMetric);
    return {
      sentence: `${conditions}, ${winnerClause(input, trials, baseline, best, equals)}.${missing}`,
      winner: best.summary.strategy,
    };
  }
  return { sentence: `${conditions}, ${noWinnerClause(input, baseline, comparisons)}.${missing}` };
}

interface Comparison {
  readonly summary: MetricSummary;
  readonly shift: NonNullable<MetricSummary['shift']>;
}

function byShift(a: Comparison, b: Comparison): number {
  return a.shift.median - b.shift.median;
}

function winnerClause(
  input: SummaryInput,
  trials: readonly TrialResult[],
  baseline: MetricSummary,
  { summary, shift }: Comparison,
  equals: readonly string[],
): string {
  const metric = input.primaryMetric;
  const words = METRIC_WORDS[metric];
  const value = (amount: number) => formatValue(amount, metric);
  const wasted = trials
    .filter(({ strategy }) => strategy === summary.strategy)
    .map(({ wastedBytes }) => wastedBytes);
  const gain = `${value(-shift.median)} ${formatInterval(negated(shift.interval), metric)} ${words.better} than ${input.baseline}`;
  const medians = `${words.name} ${value(summary.median)} instead of ${value(baseline.median)}, ${pairs(shift.pairs)}`;
  const tie = equals.length > 0 ? `; not told apart from ${wordList(equals)}` : '';
  return `${summary.strategy} ${words.wins}: ${gain} (${medians}), at ${formatSize(median(wasted))} wasted${tie}`;
}

/** Nobody is proven better than the baseline: say what was seen, and what it is worth. */
function noWinnerClause(
  input: SummaryInput,
  baseline: MetricSummary,
  comparisons: readonly Comparison[],
): string {
  const metric = input.primaryMetric;
  const words = METRIC_WORDS[metric];
  const [first] = comparisons.toSorted(byShift);
  const own = `${words.name} ${formatValue(baseline.median, metric)}`;
  if (first === undefined) return `no other strategy can be compared with ${input.baseline} (${own})`;

  const slower = comparisons.filter(({ shift }) => shift.verdict === 'slower').sort(byShift);
  const open = comparisons.filter(({ shift }) => shift.verdict === 'too-few-trials');
  const same = comparisons.filter(({ shift }) => shift.verdict === 'no-difference');
  const clauses: string[] = [];
  if (open.length > 0) {
    const fewest = Math.min(...open.map(({ shift }) => shift.pairs));
    const most = open.toSorted(byShift)[0] ?? first;
    clauses.push(
      `${sizeSeen(input, most)}, but ${pairs(fewest)} ${fewest === 1 ? 'is' : 'are'} too few to prove a difference`,
    );
  }
  if (same.length > 0) {
    const names = wordList(same.map(({ summary }) => summary.strategy));
    const closest = same.toSorted(byShift)[0] ?? first;
    clauses.push(
      `no difference from ${input.baseline} is proven for ${names} (largest gain seen: ${sizeSeen(input, closest)})`,
    );
  }
  if (slower.length > 0) {
    const list = slower.map(
      ({ summary, shift }) =>
        `${summary.strategy} is ${formatValue(shift.median, metric)} ${formatInterval(shift.interval, metric)} ${words.worse}`,
    );
    clauses.push(`${wordList(list)} than ${input.baseline}`);
  }
  return `no strategy is proven better than ${input.baseline} (${own}): ${clauses.join('; ')}`;
}

/** `preload was 20 ms [-5 ms, 40 ms] earlier` or `later`, whichever was seen. */
function sizeSeen(input: SummaryInput, { summary, shift }: Comparison): string {
  const metric = input.primaryMetric;
  const words = METRIC_WORDS[metric];
  const later = shift.median > 0;
  const interval = later ? shift.interval : negated(shift.interval);
  // Fewer pairs have a range, not a 95 % interval.
  const range = smallestPValue(shift.pairs) < ALPHA ? ` ${formatInterval(interval, metric)}` : '';
  const size = formatValue(Math.abs(shift.median), metric);
  return `${summary.strategy} was ${size}${range} ${later ? words.worse : words.better}`;
}

/**
 * Which other strategies may be as good as the best, proven or not: those for which the paired test against it, Holm
 * over these tests, does not reach the level. What is slower than the baseline is out of the question.
 */
function notToldApart(
  trials: readonly TrialResult[],
  best: Comparison,
  comparisons: readonly Comparison[],
  metric: MetricName,
): string[] {
  const rivals = comparisons
    .filter((rival) => rival !== best && rival.shift.verdict !== 'slower')
    .map(({ summary }) => summary.strategy);
  const pValues = rivals.map((rival) => {
    const differences = pairedDifferences(trials, rival, best.summary.strategy, metric);
    return differences.length === 0 ? 1 : signedRankTest(differences).pValue;
  });
  const adjusted = holmAdjust(pValues);
  return rivals.filter((_, index) => (adjusted[index] ?? 1) >= ALPHA);
}

/** How a person calls a metric and says that one strategy is ahead in it. */
const METRIC_WORDS: Readonly<
  Record<MetricName, { name: string; wins: string; better: string; worse: string }>
> = {
  firstPaint: { name: 'first paint', wins: 'paints first', better: 'earlier', worse: 'later' },
  firstContentfulPaint: {
    name: 'first contentful paint',
    wins: 'paints first',
    better: 'earlier',
    worse: 'later',
  },
  largestContentfulPaint: {
    name: 'largest contentful paint',
    wins: 'has its largest paint first',
    better: 'earlier',
    worse: 'later',
  },
  domContentLoadedEventEnd: {
    name: 'end of DOMContentLoaded',
    wins: 'has the document ready first',
    better: 'earlier',
    worse: 'later',
  },
  loadEventEnd: { name: 'end of load', wins: 'has loaded first', better: 'earlier', worse: 'later' },
  cumulativeLayoutShift: {
    name: 'cumulative layout shift',
    wins: 'moves the page about least',
    better: 'less',
    worse: 'more',
  },
};

/** `On 280/256 kbit/s with 800 ms RTT and 300 ms think time`. */
function describeConditions({ network, thinkMs = 0, edge, subject }: SummaryInput): string {
  const extras = [
    `${formatDuration(network.baseRttMs)} RTT`,
    ...(network.downlink.lossRate > 0 ? [`${formatFraction(network.downlink.lossRate)} loss`] : []),
    ...(thinkMs > 0 ? [`${formatDuration(thinkMs)} of origin think time`] : []),
    ...(edge === undefined ? [] : [`${formatDuration(edge.rttMs)} from edge to origin`]),
  ];
  return `On ${formatRates(network.downlink.bandwidthBps, network.uplink.bandwidthBps)} with ${wordList(extras)}${subject === undefined ? '' : `, for ${subject}`}`;
}

/** `280/256 kbit/s`, `1.6 Mbit/s`, `1.6 Mbit/s / 768 kbit/s`. */
function formatRates(downBps: number, upBps: number): string {
  const down = formatBandwidth(downBps);
  const up = formatBandwidth(upBps);
  if (down === up) return `${down} both ways`;
  const [downNumber, downUnit] = down.split(' ');
  const [upNumber, upUnit] = up.split(' ');
  return downUnit === upUnit ? `${downNumber}/${upNumber} ${downUnit}` : `${down} down, ${up} up`;
}

/** A duration, or the unitless layout shift. */
function formatValue(value: number, metric: MetricName): string {
  return metric === 'cumulativeLayoutShift' ? String(Number(value.toFixed(4)) + 0) : formatDuration(value);
}

/** `[1.55 s, 1.7 s]`; a negative end says that the opposite is possible. */
function formatInterval({ low, high }: Interval, metric: MetricName): string {
  return `[${formatValue(low, metric)}, ${formatValue(high, metric)}]`;
}

/** From shifts, where negative is better, to gains. */
function negated({ low, high }: Interval): Interval {
  return { low: -high, high: -low };
}

function pairs(count: number): string {
  return count === 1 ? '1 pair of loads' : `${count} pairs of loads`;
}

function loads(count: number): string {
  return count === 1 ? '1 load' : `${count} loads`;
}

/** `a`, `a and b`, `a, b and c`. */
function wordList(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
