import os from 'node:os';
import type { Calibration } from '../calibrate/calibration.ts';
import type { InstalledBrowser } from '../browser/installed-browser.ts';
import { labVersion } from '../package-root.ts';
import { describeMeasured, summariseJourney } from './journey.ts';
import { networkRecord } from './network-record.ts';
import type { PreparedRun } from './prepare.ts';
import { medianFilms } from './film-record.ts';
import { notLoaded, REFUSAL } from './push-support.ts';
import { RESULTS_SCHEMA_VERSION, type FilmRecord, type Results, type TrialResult } from './results.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import type { SummaryInput } from './samples.ts';
import { summarise } from './summarise.ts';
import { blockedExternals, filmWarnings, warningsOf } from './warnings.ts';

/** The document of a run so far. Pure but for reading the machine's name. */
export function composeResults(
  run: PreparedRun,
  installed: InstalledBrowser,
  state: {
    trials: readonly TrialResult[];
    films: readonly FilmRecord[];
    startedAt: Date;
    finishedAt: Date;
    partial: boolean;
    browserVersion: string;
    calibration: Calibration | undefined;
  },
): Results {
  const { scenario, strategies } = run;
  const trials = state.trials.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const planned = run.films.map(({ id }) => id);
  const films = state.films.toSorted((a, b) => planned.indexOf(a.trial) - planned.indexOf(b.trial));
  const network = networkRecord(scenario.network);
  const described = strategies.map(describedStrategy);
  const subject = describeMeasured(scenario);
  const input: SummaryInput = {
    trials,
    strategies: described,
    baseline: scenario.baseline,
    primaryMetric: scenario.primaryMetric,
    network,
    thinkMs: scenario.thinkMs,
    edge: scenario.edge,
    ...(subject !== undefined && { subject }),
    seed: scenario.seed,
  };
  const journey = summariseJourney(scenario, input);
  const left = notLoaded(run.refused, installed);
  const summary = summarise(input);
  return {
    schemaVersion: RESULTS_SCHEMA_VERSION,
    scenario: {
      name: scenario.name,
      file: scenario.file,
      text: scenario.text,
      thinkMs: scenario.thinkMs,
      ...(scenario.edge && { edge: { ...scenario.edge } }),
      cache: scenario.cache,
      connection: scenario.connection,
    },
    startedAt: state.startedAt.toISOString(),
    finishedAt: state.finishedAt.toISOString(),
    partial: state.partial,
    seed: scenario.seed,
    runs: scenario.runs,
    latenessLimits: run.latenessLimits,
    concurrency: run.concurrency,
    lab: {
      version: labVersion,
      node: process.version,
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
    },
    ...(state.calibration && {
      calibration: { ...state.calibration, lines: [...state.calibration.lines] },
    }),
    browser: {
      name: installed.name,
      version: state.browserVersion,
      sha256: installed.sha256,
      acceptsPush: installed.acceptsPush,
      usesEarlyHints: installed.usesEarlyHints,
    },
    network,
    site: run.siteRecord,
    strategies: [
      ...described,
      ...run.refused.map((strategy) => ({ ...describedStrategy(strategy), notLoaded: REFUSAL })),
    ],
    baseline: scenario.baseline,
    primaryMetric: scenario.primaryMetric,
    trials,
    blockedExternals: blockedExternals(trials),
    films,
    medianFilms: medianFilms(films),
    warnings: [
      ...warningsOf(trials, run, state.calibration),
      ...(state.partial ? [] : filmWarnings(films, planned.length)),
    ],
    ...(journey !== undefined && { journey }),
    ...summary,
    answer:
      left === undefined
        ? summary.answer
        : { ...summary.answer, sentence: `${summary.answer.sentence} ${left}.` },
  };
}

/** What is left at its default says nothing about the strategy. */
function describedStrategy(strategy: ResolvedStrategy): Results['strategies'][number] {
  const {
    name,
    description,
    what,
    order,
    when,
    interleaveAt,
    how,
    personality,
    gate,
    budget,
    scheduler,
    paths,
  } = strategy;
  return {
    name,
    description,
    protocol: strategy.protocol,
    what: typeof what === 'string' ? what : 'types' in what ? { types: [...what.types] } : [...what],
    ...(order !== 'given' && { order }),
    when,
    ...(when === 'interleaved' && { interleaveAt }),
    how,
    ...(how === 'origin-link' && { personality }),
    gate: [...gate],
    ...(budget !== undefined && { budget }),
    ...(scheduler !== 'client' && { scheduler: schedulerRecord(scheduler) }),
    ...(strategy.tlsRecord !== undefined && { tlsRecord: strategy.tlsRecord }),
    ...(strategy.sendBufferBytes !== undefined && { sendBufferBytes: strategy.sendBufferBytes }),
    ...(strategy.notSentLowatBytes !== undefined && { notSentLowatBytes: strategy.notSentLowatBytes }),
    ...(strategy.http2 !== undefined && { http2: { ...strategy.http2 } }),
    ...(strategy.firstSlice !== 'none' && { firstSlice: strategy.firstSlice }),
    paths: [...paths],
  };
}

function schedulerRecord(
  scheduler: ResolvedStrategy['scheduler'],
): Results['strategies'][number]['scheduler'] {
  if (typeof scheduler === 'string') return scheduler;
  return {
    mime: scheduler.mime.map(({ type, order, weight }) => ({
      type,
      order,
      ...(weight !== undefined && { weight }),
    })),
  };
}
