import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import prettyMs from 'pretty-ms';
import type { RunEvent } from '../run/run-record.ts';
import type { MetricName, TrialResult } from '../run/results.ts';
import { METRIC_WORDS } from '../../reports/metrics.ts';
import { metricText } from './format.ts';

export interface Progress {
  onEvent(event: RunEvent): void;
  stop(): void;
}

interface Plan {
  readonly trials: number;
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

/** Counts trials and reckons the time left from how long finished ones took. */
class RunState {
  finished = 0;
  readonly #plan: Plan;
  readonly #running = new Set<string>();
  #spentMs = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  apply(event: RunEvent): void {
    if (event.kind === 'trial-started') {
      this.#running.add(event.trial.id);
      return;
    }
    this.#running.delete(event.trial.id);
    this.#spentMs += event.result.durationMs;
    // A disturbed load costs time, but its place in the plan is still empty.
    if (event.result.repeatedAs === undefined) this.finished++;
  }

  payload(): { left: string; running: string } {
    const running = [...this.#running].map((id) => id.replace(/^\d+-/, '')).join(', ');
    if (this.finished === 0) return { left: 'estimating', running };
    const leftTrials = this.#plan.trials - this.finished;
    const leftMs = (leftTrials * this.#spentMs) / this.finished / this.#plan.concurrency;
    return {
      left: leftTrials === 0 ? 'done' : `about ${prettyMs(Math.ceil(leftMs / 1000) * 1000)} left`,
      running,
    };
  }
}
