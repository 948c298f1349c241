import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import prettyMs from 'pretty-ms';
import type { RunEvent } from '../run/run-record.ts';
import type { FilmRecord, MetricName, TrialResult } from '../run/results.ts';
import { METRIC_WORDS } from '../../reports/metrics.ts';
import { metricText, msText } from './format.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  stop(): void;
}

interface Plan {
  readonly trials: number;
  /** After them. */
  readonly films: number;
  readonly concurrency: number;
  readonly primaryMetric: MetricName;
}

/** A live line on a terminal; one plain line per finished trial elsewhere. */
export function createProgress(plan: Plan, stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? liveProgress(plan, stream) : plainProgress(plan, stream);
}

function liveProgress(plan: Plan, stream: NodeJS.WriteStream): Progress {
  const state = new RunState(plan);
  const bar = new SingleBar({
    stream,
    format: `{bar} {value}/{total} trials · {left} · ${pc.dim('{running}')}`,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 1,
  });
  bar.start(plan.trials, 0, state.payload());
  const ticker = setInterval(() => bar.update(state.payload()), 1000);
  return {
    onEvent(event) {
      state.apply(event);
      bar.update(state.finished, state.payload());
    },
    stop() {
      clearInterval(ticker);
      bar.stop();
    },
  };
}

function plainProgress(plan: Plan, stream: NodeJS.WriteStream): Progress {
  const state = new RunState(plan);
  return {
    onEvent(event) {
      state.apply(event);
      if (event.kind === 'film-ended') {
        const { film, result } = event;
        stream.write(`film ${state.filmed}/${plan.films}  ${film.strategy}  ${filmOutcome(result)}\n`);
      }
      if (event.kind !== 'trial-ended') return;
      const { trial, result } = event;
      const block = trial.warmup ? 'warm-up' : `block ${trial.block}`;
      stream.write(
        `trial ${state.finished}/${plan.trials}  ${trial.strategy} (${block})  ${outcome(result, plan.primaryMetric)}  ` +
          `${state.payload().left}\n`,
      );
    },
    stop() {},
  };
}

function outcome(result: TrialResult, metric: MetricName): string {
  if (result.status === 'failed') return `failed: ${result.failure ?? 'unknown'}`;
  if (result.status === 'disturbed') {
    const next = result.repeatedAs === undefined ? 'it does not count' : 'it is repeated';
    return `disturbed, ${next}: ${result.disturbance ?? 'unknown'}`;
  }
  const value = result.metrics[metric];
  return `${METRIC_WORDS[metric].short} ${metricText(metric, value)}`;
}

function filmOutcome({ failure, speedIndexMs }: FilmRecord): string {
  return failure === undefined ? `Speed Index ${msText(speedIndexMs)}` : `failed: ${failure}`;
}

/** Counts trials and reckons the time left from how long finished ones took. */
class RunState {
  finished = 0;
  filmed = 0;
  readonly #plan: Plan;
  readonly #running = new Set<string>();
  #spentMs = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  apply(event: RunEvent): void {
    if (event.kind === 'trial-started' || event.kind === 'film-started') {
      this.#running.add(event.kind === 'trial-started' ? event.trial.id : event.film.id);
      return;
    }
    if (event.kind === 'film-ended') {
      this.#running.delete(event.film.id);
      this.filmed++;
      return;
    }
    this.#running.delete(event.trial.id);
    this.#spentMs += event.result.durationMs;
    // A disturbed load costs time, but its place in the plan is still empty.
    if (event.result.repeatedAs === undefined) this.finished++;
  }

  payload(): { left: string; running: string } {
    const running = [...this.#running].map((id) => id.replace(/^(film-)?\d+-/, '')).join(', ');
    if (this.finished === 0) return { left: 'estimating', running };
    const leftLoads = this.#plan.trials - this.finished + this.#plan.films - this.filmed;
    const leftMs = (leftLoads * this.#spentMs) / this.finished / this.#plan.concurrency;
    const filming = this.finished === this.#plan.trials && leftLoads > 0 ? 'filming, ' : '';
    return {
      left: leftLoads === 0 ? 'done' : `${filming}about ${prettyMs(Math.ceil(leftMs / 1000) * 1000)} left`,
      running,
    };
  }
}
