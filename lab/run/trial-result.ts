import { quantileSorted } from 'simple-statistics';
import { disturbanceOf, type LatenessLimits } from './disturbance.ts';
import type { PlannedTrial } from './plan.ts';
import { reusedConnection } from './reused-connection.ts';
import { METRIC_NAMES, type MetricName, type TrialResult } from './results.ts';
import type { PushLife, Waterfall } from '../trace/waterfall.ts';
import type { TrialEvidence } from './trial.ts';

type Timing = Pick<TrialResult, 'startedAt' | 'durationMs'>;

/** What results.json keeps of a finished trial; the rest is in its evidence. */
export function trialResult(
  planned: PlannedTrial,
  timing: Timing,
  evidence: TrialEvidence,
  limits: LatenessLimits,
): TrialResult {
  const { waterfall, emulator } = evidence;
  // Cut-off requests count too; a used push is among the pushes already.
  const requested = waterfall.resources.filter(({ deliveredBy }) => deliveredBy !== 'push');
  const pushedBytes = sum(waterfall.pushes.map(({ receivedBytes }) => receivedBytes));
  const requestedBytes = sum(requested.flatMap(({ arrivals }) => arrivals.map(([, bytes]) => bytes)));
  const reused = reusedConnection(waterfall, emulator);
  const pacer = pacerRecord(emulator.latenessMs);
  const disturbance = disturbanceOf(pacer, limits);
  return {
    ...identity(planned),
    ...timing,
    ...(disturbance === undefined ? { status: 'ok' } : { status: 'disturbed', disturbance }),
    metrics: metricsOf(waterfall.metrics),
    pushes: waterfall.pushes.map((push) => ({
      url: push.url,
      promisedStreamId: push.promisedStreamId,
      associatedStreamId: push.associatedStreamId,
      outcome: push.outcome,
      receivedBytes: push.receivedBytes,
      wastedBytes: push.wastedBytes,
      duplicate: push.duplicate,
      ...staleness(push, waterfall),
    })),
    duplicates: [...new Set(waterfall.pushes.filter(({ duplicate }) => duplicate).map(({ path }) => path))],
    receivedBytes: pushedBytes + requestedBytes,
    wastedBytes: sum(waterfall.pushes.map(({ wastedBytes }) => wastedBytes)),
    requestCount: sum(waterfall.connections.map(({ requestCount }) => requestCount)),
    connectionCount: waterfall.connections.length,
    queueDrops: waterfall.lanes.drops.filter(({ cause }) => cause !== 'link').length,
    maxQueueBytes: waterfall.lanes.downlinkQueueBytes.reduce((most, [, bytes]) => Math.max(most, bytes), 0),
    ...(reused !== undefined && { reusedConnection: reused }),
    pacer,
    blockedUrls: [...new Set(waterfall.resources.filter(({ external }) => external).map(({ url }) => url))],
    disagreements: [...waterfall.disagreements],
  };
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

function pacerRecord(latenessMs: readonly number[]): NonNullable<TrialResult['pacer']> {
  const sorted = latenessMs.length === 0 ? [0] : [...latenessMs].sort((a, b) => a - b);
  return {
    events: latenessMs.length,
    latenessP50Ms: quantileSorted(sorted, 0.5),
    latenessP99Ms: quantileSorted(sorted, 0.99),
    latenessMaxMs: sorted.at(-1)!,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
