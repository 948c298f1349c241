import type { Simulation } from '../simulation.ts';
import { Deadline } from './deadline.ts';
import { JIFFY_MS, kernelTimerMs } from './kernel-timer.ts';
import type { Pacing } from './pacing.ts';
import { RTO_MIN_MS, type RttEstimator } from './rtt-estimator.ts';
import type { Scoreboard } from './scoreboard.ts';

/** Linux's TCP_TIMEOUT_MIN: what the probe and the reordering timer get on top of their due time. */
const TIMEOUT_SLACK_MS = 2;
/** Probe timeout before any RTT is known: TCP_TIMEOUT_INIT. */
const INITIAL_PROBE_MS = 1000;

export interface TimerHandlers {
  /** Tail loss probe is due (RFC 8985 §7.3). */
  onProbe(): void;
  /** The reordering window has passed: look for losses again (RFC 8985 §6.3). */
  onReorderingTimeout(): void;
  /** RFC 6298 §5.4. */
  onRetransmissionTimeout(): void;
}

/** The one timer of a sender. It waits for one of three things at a time, as in Linux (icsk_pending). */
export class RetransmissionTimer {
  readonly #simulation: Simulation;
  readonly #board: Scoreboard;
  readonly #rtt: RttEstimator;
  readonly #pacing: Pacing;
  readonly #handlers: TimerHandlers;
  readonly #deadline: Deadline;
  #pending: 'nothing' | 'retransmission' | 'probe' | 'reordering' = 'nothing';

  constructor(
    simulation: Simulation,
    parts: { board: Scoreboard; rtt: RttEstimator; pacing: Pacing },
    handlers: TimerHandlers,
  ) {
    this.#simulation = simulation;
    this.#board = parts.board;
    this.#rtt = parts.rtt;
    this.#pacing = parts.pacing;
    this.#handlers = handlers;
    this.#deadline = new Deadline(simulation, () => this.#fire());
  }

  /** New data left: the RTO runs from the first outstanding segment, and a probe is scheduled anew. */
  onNewDataSent(wasEmpty: boolean): void {
    if (wasEmpty || this.#pending === 'probe') this.restartRto();
  }

  /** The first outstanding segment was retransmitted in recovery: the RTO runs from now (RFC 6298 §5.1). */
  onFirstRetransmitted(): void {
    if (this.#pending !== 'reordering') this.#set('retransmission', this.#rtt.rtoMs);
  }

  /** Progress: a probe if the state allows one, the RTO otherwise. */
  onProgress(mayProbe: boolean): void {
    if (!mayProbe || !this.scheduleProbe(true)) this.restartRto();
  }

  /** Something was sent as a probe: the RTO runs from now. */
  onProbeSent(): void {
    this.#pending = 'nothing';
    this.restartRto();
  }

  restartRto(): void {
    const first = this.#board.first;
    if (first === undefined) {
      this.#pending = 'nothing';
      this.#deadline.clear();
      return;
    }
    let delayMs = this.#rtt.rtoMs;
    // What a probe or the reordering timer has used up is not granted again.
    if (this.#pending === 'probe' || this.#pending === 'reordering') {
      delayMs = Math.max(first.sentMs + delayMs - this.#simulation.nowMs, 0);
    }
    this.#set('retransmission', delayMs);
  }

  /** @param afterAck the RTO would be counted from now rather than from the first outstanding segment */
  scheduleProbe(afterAck: boolean): boolean {
    const { first, length } = this.#board;
    if (first === undefined) return false;
    const { srttMs, rtoMs } = this.#rtt;
    // A lone segment may be waiting for a delayed ACK, so it gets the minimum RTO on top.
    let delayMs =
      srttMs === Infinity ? INITIAL_PROBE_MS : 2 * srttMs + (length === 1 ? RTO_MIN_MS : TIMEOUT_SLACK_MS);
    const rtoDelayMs = afterAck ? rtoMs : first.sentMs + rtoMs - this.#simulation.nowMs;
    if (rtoDelayMs > 0) delayMs = Math.min(delayMs, rtoDelayMs);
    this.#set('probe', delayMs);
    return true;
  }

  watchReordering(waitMs: number): void {
    this.#set('reordering', Math.min(waitMs + TIMEOUT_SLACK_MS, this.#rtt.rtoMs));
  }

  /** After the reordering timer: what is pending now, unless that set it anew. */
  settleReordering(): void {
    if (this.#pending !== 'retransmission') this.restartRto();
  }

  stop(): void {
    this.#pending = 'nothing';
    this.#deadline.stop();
  }

  #set(kind: 'retransmission' | 'probe' | 'reordering', delayMs: number): void {
    this.#pending = kind;
    this.#deadline.set(this.#simulation.nowMs + kernelTimerMs(delayMs + this.#paceDelayMs(kind)));
  }

  /** While pacing holds back the next burst, the clock of what is outstanding has not begun to run. */
  #paceDelayMs(kind: 'retransmission' | 'probe' | 'reordering'): number {
    if (kind === 'reordering' || !this.#pacing.isOn) return 0;
    const delayMs = Math.max(this.#pacing.nextDepartureMs - this.#simulation.nowMs, 0);
    return Math.floor(delayMs / JIFFY_MS) * JIFFY_MS;
  }

  #fire(): void {
    switch (this.#pending) {
      case 'probe':
        this.#handlers.onProbe();
        return;
      case 'reordering':
        this.#handlers.onReorderingTimeout();
        return;
      case 'retransmission':
        this.#pending = 'nothing';
        this.#handlers.onRetransmissionTimeout();
        return;
      case 'nothing':
        return;
    }
  }
}
