import type { z } from 'zod';
import { formatDuration, formatSize } from '../network/units.ts';
import { median } from '../stats/descriptive.ts';
import type { reasonSchema } from './reason-schema.ts';
import type { MetricSummary, TrialResult } from './results.ts';
import type { SummaryInput } from './samples.ts';

export type Reason = z.infer<typeof reasonSchema>;
type Path = NonNullable<TrialResult['path']>;
type Part = keyof Path['bottleneck'] | 'requestMs' | 'transitMs';

interface Load {
  readonly trial: TrialResult;
  readonly path: Path;
  readonly valueMs: number;
}

/** One frame at 60 Hz: a smaller difference of a paint is not worth a reason. */
const FRAME_MS = 1000 / 60;
/** A part that makes up less of the difference is not named. */
const WORTH_NAMING = 0.15;

/**
 * Why each strategy differs from the baseline, from the loads that pair by block: the difference of the metric shared
 * out over the parts of its path. The network explains it only where the last byte that the metric waits for moves the
 * same way by at least half of it; otherwise the reason says that it lies in the browser.
 */
export function reasonsOf(
  input: SummaryInput,
  trials: readonly TrialResult[],
  summaries: readonly MetricSummary[],
): Reason[] {
  const baseline = loadsOf(input, trials, input.baseline);
  return input.strategies.flatMap(({ name }) => {
    if (name === input.baseline) return [];
    const own = loadsOf(input, trials, name);
    const pairs = [...own].flatMap(([block, load]) => {
      const other = baseline.get(block);
      return other === undefined ? [] : [{ load, other }];
    });
    if (pairs.length === 0) return [];
    const verdict = summaries.find(
      ({ strategy, metric }) => strategy === name && metric === input.primaryMetric,
    )?.shift?.verdict;
    return [reasonOf(name, pairs, verdict === 'no-difference')];
  });
}

interface Pair {
  readonly load: Load;
  readonly other: Load;
}

function reasonOf(strategy: string, pairs: readonly Pair[], isUnproven: boolean): Reason {
  const over = (pick: (load: Load) => number) =>
    median(pairs.map(({ load, other }) => pick(load) - pick(other)));
  const differenceMs = over(({ valueMs }) => valueMs);
  const browserMs = over(({ path }) => path.browserMs);
  const networkMs = over(({ valueMs, path }) => valueMs - path.browserMs);
  const parts = Object.fromEntries(
    PARTS.map((part) => [part, over(({ path }) => partOf(path, part))]),
  ) as Record<Part, number>;
  const isExplained = networkMs * differenceMs > 0 && Math.abs(networkMs) >= Math.abs(differenceMs) / 2;
  const kind = isUnproven || Math.abs(differenceMs) < FRAME_MS ? 'none' : isExplained ? 'network' : 'browser';
  const facts = { pairs, differenceMs, networkMs, browserMs, parts };
  return {
    strategy,
    kind,
    text: TEXTS[kind](facts),
    pairs: pairs.length,
    differenceMs,
    networkMs,
    browserMs,
    parts,
  };
}

interface Facts extends Pick<Reason, 'differenceMs' | 'networkMs' | 'browserMs'> {
  readonly pairs: readonly Pair[];
  readonly parts: Readonly<Record<Part, number>>;
}

const TEXTS: Readonly<Record<Reason['kind'], (facts: Facts) => string>> = {
  network: (facts) =>
    [lead(facts), ...causes(facts), ...headStart(facts), ...laterDocument(facts), ...cost(facts)].join('; '),
  browser: ({ networkMs, browserMs, pairs }) => {
    const moved =
      Math.abs(networkMs) < 0.5
        ? 'arrives at the same time'
        : `arrives ${amount(networkMs)} ${networkMs < 0 ? 'earlier' : 'later'}`;
    const share = `${amount(browserMs)} ${browserMs < 0 ? 'less' : 'more'} between it and the metric`;
    return [
      `not explained by the network: the last byte waited for ${moved}, the browser takes ${share}`,
      ...cost({ pairs }),
    ].join('; ');
  },
  none: (facts) => {
    const [own, other] = flights(facts);
    const same = own !== undefined && own === other;
    const where = same
      ? `the last byte waited for leaves in flight ${own} under both`
      : 'what is waited for is the same';
    const moved = `${amount(facts.networkMs)} ${facts.networkMs > 0 ? 'later' : 'earlier'} than without`;
    return [
      `no difference worth naming: ${where}, and arrives ${moved}`,
      ...headStart(facts),
      ...cost(facts),
    ].join('; ');
  },
};

/** `/css/styles.css (pushed) and the HTML arrive in flight 2 instead of 3`. */
function lead(facts: Facts): string {
  const { path } = typical(facts.pairs.map(({ load }) => load));
  const { resource, gate } = path;
  const how = resource?.by === 'push' ? ' (pushed)' : resource?.hinted === true ? ' (hinted)' : '';
  const names = [
    ...(resource === undefined ? [] : [`${resource.path}${how}`]),
    ...(gate === 'document' || resource === undefined ? ['the HTML'] : []),
  ];
  const arrive = names.length > 1 ? 'have arrived' : 'arrives';
  const [own, other] = flights(facts);
  const moved = `${amount(facts.networkMs)} ${facts.networkMs < 0 ? 'earlier' : 'later'}`;
  return own !== undefined && other !== undefined && own !== other
    ? `${names.join(' and ')} ${arrive} in flight ${own} instead of ${other}, ${moved}`
    : `${names.join(' and ')} ${arrive} ${moved}`;
}

/** In which flight the last byte waited for left: with the strategy, and with the baseline. */
function flights({ pairs }: Pick<Facts, 'pairs'>): [number | undefined, number | undefined] {
  const of = (loads: readonly Load[]) => {
    const { path } = typical(loads);
    return path.gate === 'document' ? path.document.flight : path.resource?.flight;
  };
  return [of(pairs.map(({ load }) => load)), of(pairs.map(({ other }) => other))];
}

/** What makes up the difference, the largest first, and what works against it. */
function causes({ differenceMs, browserMs, parts }: Facts): string[] {
  const sign = Math.sign(differenceMs);
  const named = PARTS.map((part) => ({ part, ms: parts[part] }))
    .filter(({ ms }) => Math.abs(ms) >= WORTH_NAMING * Math.abs(differenceMs))
    .sort((a, b) => Math.abs(b.ms) - Math.abs(a.ms));
  const words = ({ part, ms }: (typeof named)[number]) =>
    `${PART_WORDS[part]} ${amount(ms)} ${ms < 0 ? PART_LESS[part] : PART_MORE[part]}`;
  const along = named.filter(({ ms }) => ms * sign > 0).slice(0, 2);
  const against = named.filter(({ ms }) => ms * sign < 0).slice(0, 1);
  const isBrowserWorth = Math.abs(browserMs) >= WORTH_NAMING * Math.abs(differenceMs);
  return [
    ...along.map(words),
    ...against.map((cause) => `against it, ${words(cause)}`),
    ...(isBrowserWorth
      ? [`the browser takes ${amount(browserMs)} ${browserMs < 0 ? 'less' : 'more'} after the last byte`]
      : []),
  ];
}

/** Of an early hint for what the metric waited for. */
function headStart({ pairs }: Pick<Facts, 'pairs'>): string[] {
  const gained = pairs.flatMap(({ load: { trial, path } }) =>
    (trial.hints ?? []).flatMap((hint) =>
      hint.path === path.resource?.path && hint.headStartMs !== undefined ? [hint.headStartMs] : [],
    ),
  );
  return gained.length === 0
    ? []
    : [`the hint has it under way ${amount(median(gained))} before the page would have`];
}

/** Pushes ahead of the HTML hold it up, even where the metric gains. */
function laterDocument({ pairs, differenceMs }: Facts): string[] {
  const laterMs = median(
    pairs.map(({ load, other }) => load.path.document.arrivedMs - other.path.document.arrivedMs),
  );
  const aheadMs = median(pairs.map(({ load }) => load.trial.contention?.pushedBeforeDocumentMs ?? 0));
  if (laterMs < WORTH_NAMING * Math.abs(differenceMs) || laterMs < 1 || aheadMs < 1) return [];
  return [`the HTML comes ${amount(laterMs)} later, behind ${amount(aheadMs)} of pushed bytes`];
}

function cost({ pairs }: Pick<Facts, 'pairs'>): string[] {
  const wastedBytes = median(pairs.map(({ load }) => load.trial.wastedBytes));
  const heldMs = median(pairs.map(({ load }) => load.trial.contention?.wastedMs ?? 0));
  if (wastedBytes < 1) return [];
  const held = heldMs < 1 ? '' : `, ${amount(heldMs)} of the bottleneck while others waited`;
  return [`cost: ${formatSize(wastedBytes)} wasted${held}`];
}

const PARTS = [
  'requestMs',
  'thinkMs',
  'idleMs',
  'documentMs',
  'neededMs',
  'pushedMs',
  'wastedMs',
  'otherMs',
  'transitMs',
] as const satisfies readonly Part[];

const PART_WORDS: Readonly<Record<Part, string>> = {
  requestMs: "the page's request is at the server",
  thinkMs: 'while the origin thinks the bottleneck idles',
  idleMs: 'the bottleneck idles',
  documentMs: 'the HTML holds it',
  neededMs: 'what is waited for holds it',
  pushedMs: 'other pushes hold it',
  wastedMs: 'wasted bytes hold it',
  otherMs: 'other responses hold it',
  transitMs: 'from there to the browser it takes',
};
const LESS = 'less';
const MORE = 'longer';
const PART_LESS: Readonly<Record<Part, string>> = words(LESS, 'earlier');
const PART_MORE: Readonly<Record<Part, string>> = words(MORE, 'later');

function words(usual: string, ofRequest: string): Readonly<Record<Part, string>> {
  const all = Object.fromEntries(PARTS.map((part) => [part, usual])) as Record<Part, string>;
  return { ...all, requestMs: ofRequest };
}

function partOf(path: Path, part: Part): number {
  if (part === 'requestMs') return path.document.receivedMs;
  return part === 'transitMs' ? path.transitMs : path.bottleneck[part];
}

/** The load nearest to the median. */
function typical(loads: readonly Load[]): Load {
  const middle = median(loads.map(({ valueMs }) => valueMs));
  return loads.reduce((best, load) =>
    Math.abs(load.valueMs - middle) < Math.abs(best.valueMs - middle) ? load : best,
  );
}

function loadsOf(input: SummaryInput, trials: readonly TrialResult[], strategy: string): Map<number, Load> {
  return new Map(
    trials.flatMap((trial) => {
      const valueMs = trial.metrics[input.primaryMetric];
      if (trial.strategy !== strategy || trial.path === undefined || valueMs === undefined) return [];
      return [[trial.block, { trial, path: trial.path, valueMs }] as const];
    }),
  );
}

function amount(ms: number): string {
  return formatDuration(Math.abs(ms));
}
