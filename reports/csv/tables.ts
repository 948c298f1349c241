import { METRIC_NAMES, type Results, type TrialResult } from '../../lab/run/results.ts';
import { csv, type Cell } from './csv.ts';

const TRIAL_COLUMNS = ['scenario', 'run', 'trial', 'strategy', 'block', 'warmup', 'status'] as const;

/** Tidy: one line per trial and metric, with the metric's unit. What was not measured has an empty value. */
export function metricsCsv(results: Results): string {
  return csv(
    [...TRIAL_COLUMNS, 'metric', 'value', 'unit'],
    results.trials.flatMap((trial) =>
      measurements(trial).map(([metric, value, unit]) => ({
        ...trialCells(results, trial),
        metric,
        value,
        unit,
      })),
    ),
  );
}

/** One line per promise. */
export function pushesCsv(results: Results): string {
  return csv(
    [
      ...TRIAL_COLUMNS,
      'url',
      'promised_stream_id',
      'associated_stream_id',
      'outcome',
      'received_bytes',
      'wasted_bytes',
      'duplicate',
      'requested_instead',
    ],
    results.trials.flatMap((trial) =>
      trial.pushes.map((push) => ({
        ...trialCells(results, trial),
        url: push.url,
        promised_stream_id: push.promisedStreamId,
        associated_stream_id: push.associatedStreamId,
        outcome: push.outcome,
        received_bytes: push.receivedBytes,
        wasted_bytes: push.wastedBytes,
        duplicate: push.duplicate,
        requested_instead: push.requestedInstead,
      })),
    ),
  );
}

function trialCells(
  { scenario, startedAt }: Results,
  trial: TrialResult,
): Readonly<Record<(typeof TRIAL_COLUMNS)[number], Cell>> {
  return {
    scenario: scenario.name,
    run: startedAt,
    trial: trial.id,
    strategy: trial.strategy,
    block: trial.block,
    warmup: trial.warmup,
    status: trial.status,
  };
}

type Measurement = readonly [metric: string, value: number | undefined, unit: 'ms' | 'B' | '1'];

function measurements(trial: TrialResult): readonly Measurement[] {
  // A failed load has counts of nothing: they are no measurements.
  const counted = (value: number) => (trial.status === 'failed' ? undefined : value);
  return [
    ...METRIC_NAMES.map((metric): Measurement => {
      return [metric, trial.metrics[metric], metric === 'cumulativeLayoutShift' ? '1' : 'ms'];
    }),
    ['receivedBytes', counted(trial.receivedBytes), 'B'],
    ['wastedBytes', counted(trial.wastedBytes), 'B'],
    ['requestCount', counted(trial.requestCount), '1'],
    ['connectionCount', counted(trial.connectionCount), '1'],
    ['pushCount', counted(trial.pushes.length), '1'],
    ['queueDrops', counted(trial.queueDrops), '1'],
    ['maxQueueBytes', counted(trial.maxQueueBytes), 'B'],
    ['pacerLatenessP99', trial.pacer?.latenessP99Ms, 'ms'],
    ['duration', trial.durationMs, 'ms'],
  ];
}
