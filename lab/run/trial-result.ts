import { pacerRecord } from '../emulator/pacer-record.ts';
import { disturbanceOf, type LatenessLimits } from './disturbance.ts';
import type { PlannedTrial } from './plan.ts';
import { reusedConnection } from './reused-connection.ts';
import { METRIC_NAMES, type MetricName, type StepResult, type TrialResult } from './results.ts';
import { metricPath } from '../trace/metric-path.ts';
import type { PushLife, Waterfall } from '../trace/waterfall.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { PageEvidence, TrialEvidence } from './trial.ts';

type PageResult = Omit<StepResult, 'leftOverBytes' | 'takenOver'>;
type Timing = Pick<TrialResult, 'startedAt' | 'durationMs'>;

/** What results.json keeps of a finished trial; the rest is in its evidence. */
export function trialResult(
  planned: PlannedTrial,
  timing: Timing,
  evidence: TrialEvidence,
  limits: LatenessLimits,
  asked: Pick<Scenario, 'measure' | 'primaryMetric' | 'thinkMs'>,
): TrialResult {
  const { pages, emulator } = evidence;
  const steps = pages.map((page, index): StepResult => ({
    ...pageResult(pages, index, reusedConnection(page.waterfall, emulator)),
    ...handedOn(page),
  }));
  const pacer = pacerRecord(emulator.latenessMs);
  const disturbance = disturbanceOf(pacer, limits);
  const resources = pages.flatMap(({ waterfall }) => waterfall.resources);
  return {
    ...identity(planned),
    ...timing,
    ...(disturbance === undefined ? { status: 'ok' } : { status: 'disturbed', disturbance }),
    ...(steps.length === 1
      ? pageResult(pages, 0, reusedConnection(pages[0]!.waterfall, emulator))
      : journeyResult(steps, evidence, asked.measure)),
    pacer,
    blockedUrls: [...new Set(resources.filter(({ external }) => external).map(({ url }) => url))],
    disagreements: keptDisagreements(pages.flatMap(({ waterfall }) => waterfall.disagreements)),
    ...reasonFacts(pages, asked),
  };
}

const MOST_DISAGREEMENTS = 100;

/** Each once, and the first hundred: thousands are one fault. The trial's waterfall has them all. */
export function keptDisagreements(lines: readonly string[]): string[] {
  const different = [...new Set(lines)];
  const left = different.length - MOST_DISAGREEMENTS;
  const kept = different.slice(0, MOST_DISAGREEMENTS);
  return left > 0 ? [...kept, `${left} more, in the waterfall of the trial`] : kept;
}

/** What the reasons are made of; of the page that is asked about. */
function reasonFacts(
  pages: TrialEvidence['pages'],
  { measure, primaryMetric, thinkMs }: Pick<Scenario, 'measure' | 'primaryMetric' | 'thinkMs'>,
): Pick<TrialResult, 'hints' | 'contention' | 'path'> {
  const page = pages.length === 1 ? pages[0] : measure === 'journey' ? undefined : pages[measure];
  if (page === undefined) return {};
  const { waterfall } = page;
  const hints = waterfall.hints.map(({ path, how, headStartMs, used, wastedBytes = 0 }) => ({
    path,
    how,
    ...(headStartMs !== undefined && { headStartMs }),
    used,
    wastedBytes,
  }));
  const path =
    primaryMetric === 'cumulativeLayoutShift' ? undefined : metricPath(waterfall, primaryMetric, thinkMs);
  return {
    ...(hints.length > 0 && { hints }),
    ...(waterfall.contention !== undefined && { contention: waterfall.contention }),
    ...(path !== undefined && { path }),
  };
}

/** Metrics of the page that is asked about, everything else of all pages. */
function journeyResult(
  steps: StepResult[],
  { emulator }: TrialEvidence,
  measure: Scenario['measure'],
): PageResult & Pick<TrialResult, 'steps'> {
  const total = (key: 'receivedBytes' | 'wastedBytes' | 'requestCount' | 'queueDrops') =>
    sum(steps.map((step) => step[key]));
  return {
    metrics: measure === 'journey' ? sumOfMetrics(steps) : steps[measure]!.metrics,
    pushes: steps.flatMap(({ pushes }) => pushes),
    duplicates: [...new Set(steps.flatMap(({ duplicates }) => duplicates))],
    receivedBytes: total('receivedBytes'),
    wastedBytes: total('wastedBytes'),
    requestCount: total('requestCount'),
    connectionCount: emulator.connections.length,
    queueDrops: total('queueDrops'),
    maxQueueBytes: Math.max(...steps.map(({ maxQueueBytes }) => maxQueueBytes)),
    steps,
  };
}

/** Of the metrics that every page has. */
export function sumOfMetrics(pages: readonly Pick<TrialResult, 'metrics'>[]): TrialResult['metrics'] {
  return metricsOf(
    Object.fromEntries(
      METRIC_NAMES.flatMap((name) => {
        const values = pages.flatMap(({ metrics }) => metrics[name] ?? []);
        return values.length === pages.length ? [[name, sum(values)]] : [];
      }),
    ),
  );
}

function pageResult(
  pages: readonly PageEvidence[],
  index: number,
  reused: TrialResult['reusedConnection'],
): PageResult {
  const { waterfall } = pages[index]!;
  // What an earlier page was promised counts there.
  const own = waterfall.pushes.filter(({ promisedTo }) => promisedTo === undefined);
  // Cut-off requests count too; a used push is among the pushes already.
  const requested = waterfall.resources.filter(({ deliveredBy }) => deliveredBy !== 'push');
  const pushedBytes = sum(own.map(({ receivedBytes }) => receivedBytes));
  const requestedBytes = sum(requested.flatMap(({ arrivals }) => arrivals.map(([, bytes]) => bytes)));
  return {
    metrics: metricsOf(waterfall.metrics),
    pushes: own.map((push) => ({
      url: push.url,
      promisedStreamId: push.promisedStreamId,
      associatedStreamId: push.associatedStreamId,
      outcome: push.outcome,
      receivedBytes: push.receivedBytes,
      wastedBytes: push.wastedBytes,
      duplicate: push.duplicate,
      ...usedOnStep(push, pages),
      ...staleness(push, waterfall),
    })),
    duplicates: [...new Set(own.filter(({ duplicate }) => duplicate).map(({ path }) => path))],
    receivedBytes: pushedBytes + requestedBytes,
    wastedBytes: sum(own.map(({ wastedBytes }) => wastedBytes)),
    requestCount: sum(waterfall.connections.map(({ requestCount }) => requestCount)),
    connectionCount: waterfall.connections.length,
    queueDrops: waterfall.lanes.drops.filter(({ cause }) => cause !== 'link').length,
    maxQueueBytes: waterfall.lanes.downlinkQueueBytes.reduce((most, [, bytes]) => Math.max(most, bytes), 0),
    ...(reused !== undefined && { reusedConnection: reused }),
  };
}

/** What of its pushes later pages took, and what it took of those of earlier ones. */
function handedOn({ waterfall: { pushes } }: PageEvidence): Pick<StepResult, 'leftOverBytes' | 'takenOver'> {
  const leftOver = pushes.filter(({ takenBy }) => takenBy !== undefined);
  const taken = pushes.filter(({ promisedTo }) => promisedTo !== undefined);
  return {
    leftOverBytes: sum(leftOver.map(({ receivedBytes }) => receivedBytes)),
    takenOver: taken.map(({ url }) => url),
  };
}

/** The later page that has this push among those it took over. */
function usedOnStep(push: PushLife, pages: readonly PageEvidence[]): { usedOnStep?: number } {
  if (push.takenBy === undefined) return {};
  const index = pages.findIndex(({ waterfall }) =>
    waterfall.pushes.some(
      (other) =>
        other.promisedTo !== undefined &&
        other.connection === push.connection &&
        other.promisedStreamId === push.promisedStreamId,
    ),
  );
  return index === -1 ? {} : { usedOnStep: index + 1 };
}

/** A trial that gave no measurement: kept, so that nothing disappears. */
export function failedTrial(planned: PlannedTrial, timing: Timing, failure: string): TrialResult {
  return {
    ...identity(planned),
    ...timing,
    status: 'failed',
    failure,
    metrics: {},
    pushes: [],
    duplicates: [],
    receivedBytes: 0,
    wastedBytes: 0,
    requestCount: 0,
    connectionCount: 0,
    queueDrops: 0,
    maxQueueBytes: 0,
    blockedUrls: [],
    disagreements: [],
  };
}

/** Pushed `main.js?v=1`, and the page wants `v=2`. */
function staleness(push: PushLife, { resources }: Waterfall): { requestedInstead?: string } {
  if (push.outcome !== 'unclaimed') return {};
  const [pathname] = push.path.split('?', 1);
  const wanted = resources.find(
    ({ path, external }) => !external && path !== push.path && path.split('?', 1)[0] === pathname,
  );
  return wanted === undefined ? {} : { requestedInstead: wanted.url };
}

function identity({
  id,
  strategy,
  block,
  warmup,
}: PlannedTrial): Pick<TrialResult, 'id' | 'strategy' | 'block' | 'warmup'> {
  return { id, strategy, block, warmup };
}

function metricsOf(metrics: Partial<Record<MetricName, number | undefined>>): TrialResult['metrics'] {
  const found: TrialResult['metrics'] = {};
  for (const name of METRIC_NAMES) if (metrics[name] !== undefined) found[name] = metrics[name];
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
