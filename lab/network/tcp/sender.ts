import type { Simulation, TimeMs, Timer } from '../simulation.ts';
import type { AckSample, CongestionControl, CongestionWindow } from './congestion-control.ts';
import { createCongestionControl } from './create-congestion-control.ts';
import type { CongestionControlName } from '../conditions.ts';
import { ProportionalRateReduction } from './proportional-rate-reduction.ts';
import { Rack } from './rack.ts';
import { RTO_MIN_MS, RttEstimator, elapsedMs } from './rtt-estimator.ts';
import { Scoreboard, type SentSegment } from './scoreboard.ts';
import { SMSS_BYTES, type Acknowledgement } from './segment.ts';
import { WindowUsage } from './window-usage.ts';

/** Linux's congestion avoidance states (tcp_ca_state) by RFC 5681's names. */
type RecoveryState = 'open' | 'disorder' | 'fast-recovery' | 'timeout-recovery';

/** Linux's TCP_TIMEOUT_MIN: what the probe and the reordering timer get on top of their due time. */
const TIMEOUT_SLACK_MS = 2;

export interface SenderObserver {
  /** After every change: window, bytes in flight. */
  onWindow?(cwndSegments: number, flightBytes: number): void;
}

/**
 * Sending half of a TCP endpoint: window, loss recovery, timers. Bytes are counted, never held.
 *
 * 1. New data leaves only within cwnd (segments) and the peer's window; lost segments first.
 * 2. Losses are found by RACK (RFC 8985), repaired under PRR (RFC 6937); a quiet tail by a loss probe, then by RTO.
 * 3. A retransmission that timestamps prove needless is undone (Eifel, RFC 4015).
 */
export class TcpSender {
  readonly #simulation: Simulation;
  readonly #emit: (segment: { seq: number; length: number; retransmission: boolean }) => void;
  readonly #observer: SenderObserver;
  readonly #congestion: CongestionControl;
  readonly #window: CongestionWindow;
  readonly #usage: WindowUsage;
  readonly #rtt = new RttEstimator();
  readonly #board = new Scoreboard();
  readonly #rack = new Rack();
  readonly #reduction = new ProportionalRateReduction();

  #established = false;
  #acknowledged = 0;
  #nextSeq = 0;
  #writtenSeq = 0;
  #peerWindowEnd = 0;

  #state: RecoveryState = 'open';
  /** Recovery ends when everything sent before it began is acknowledged. */
  #recoveryEndSeq = 0;
  /** What to restore if the episode proves needless; undefined once it cannot. */
  #undo: { cwnd: number; ssthresh: number; firstRetransmissionMs: TimeMs | undefined } | undefined;

  #rtoDueMs: TimeMs = Infinity;
  #timer: Timer | undefined;
  #reorderTimer: Timer | undefined;
  /** Highest sequence sent when the outstanding probe left, and whether it was a retransmission. */
  #probe: { highSeq: number; retransmission: boolean } | undefined;

  constructor(
    simulation: Simulation,
    options: {
      initialWindowSegments: number;
      congestionControl: CongestionControlName;
      emit: (segment: { seq: number; length: number; retransmission: boolean }) => void;
      observer?: SenderObserver;
    },
  ) {
    this.#simulation = simulation;
    this.#emit = options.emit;
    this.#observer = options.observer ?? {};
    this.#congestion = createCongestionControl(options.congestionControl);
    this.#window = { cwnd: options.initialWindowSegments, ssthresh: Infinity };
    this.#usage = new WindowUsage(options.initialWindowSegments);
  }

  get cwndSegments(): number {
    return this.#window.cwnd;
  }

  get rtoMs(): number {
    return this.#rtt.rtoMs;
  }

  get srttMs(): number | undefined {
    return this.#rtt.srttMs;
  }

  /** Bytes written by the application and not yet acknowledged: what the socket's send buffer holds. */
  get bufferedBytes(): number {
    return this.#writtenSeq - this.#acknowledged;
  }

  /** Written, never sent. */
  get unsentBytes(): number {
    return this.#writtenSeq - this.#nextSeq;
  }

  get sentBytes(): number {
    return this.#nextSeq;
  }

  /** The handshake is done: it gave the first RTT sample and the peer's window. */
  establish(handshakeRttMs: number, peerWindowBytes: number): void {
    this.#established = true;
    this.#rtt.sample(handshakeRttMs, 0, 0);
    this.#peerWindowEnd = peerWindowBytes;
    this.#congestion.restart(this.#simulation.nowMs, 0);
    this.#transmit();
  }

  /** The application wrote `bytes`; they leave when the window allows (TCP_NODELAY: no waiting for full segments). */
  write(bytes: number): void {
    this.#writtenSeq += bytes;
    this.#transmit();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#reorderTimer?.cancel();
    this.#established = false;
  }

  receive(acknowledgement: Acknowledgement): void {
    const nowMs = this.#simulation.nowMs;
    this.#peerWindowEnd = Math.max(this.#peerWindowEnd, acknowledgement.ack + acknowledgement.windowBytes);
    const lostBefore = this.#board.lostOut;
    const selectively = this.#board.selectivelyAcknowledge(acknowledgement.sackBlocks);
    const cumulatively = this.#board.acknowledge(acknowledgement.ack);
    const advanced = acknowledgement.ack > this.#acknowledged;
    this.#acknowledged = Math.max(this.#acknowledged, acknowledgement.ack);

    const delivered = [...selectively, ...cumulatively.filter((segment) => !segment.sacked)];
    const sample = this.#takeRttSample(acknowledgement, cumulatively, advanced, nowMs);
    for (const segment of delivered) this.#rack.onDelivered(segment, nowMs, this.#rtt.minRttMs);
    if (advanced) {
      this.#rtt.resetBackoff();
      this.#congestion.onRttSample(this.#window, sample);
    }

    this.#settleProbe(acknowledgement, advanced);
    this.#detectLosses();
    this.#updateState(acknowledgement, advanced);
    this.#adjustWindow(delivered.length, advanced && this.#board.lostOut <= lostBefore, sample, advanced);

    if (advanced) this.#rtoDueMs = nowMs + this.#rtt.rtoMs;
    this.#transmit();
    this.#armTimer();
  }

  #takeRttSample(
    acknowledgement: Acknowledgement,
    acknowledged: readonly SentSegment[],
    advanced: boolean,
    nowMs: TimeMs,
  ): AckSample {
    const once = acknowledged.filter((segment) => segment.transmissions === 1 && !segment.sacked);
    let first = once[0] === undefined ? undefined : elapsedMs(nowMs, once[0].sentMs);
    const last = once.at(-1);
    let newest = last === undefined ? undefined : elapsedMs(nowMs, last.sentMs);
    // Only retransmissions were acknowledged: the echoed timestamp tells which transmission arrived (RFC 7323 §4).
    if (first === undefined && advanced && acknowledgement.echoMs !== undefined) {
      first = newest = elapsedMs(nowMs, acknowledgement.echoMs);
    }
    if (first !== undefined) this.#rtt.sample(first, this.#acknowledged, this.#nextSeq);
    return {
      nowMs,
      rttMs: newest,
      srttMs: this.#rtt.srttMs,
      acknowledged: this.#acknowledged,
      nextSeq: this.#nextSeq,
    };
  }

  #detectLosses(): void {
    this.#reorderTimer?.cancel();
    this.#reorderTimer = undefined;
    if (this.#board.isEmpty) return;
    const waitMs = this.#rack.detectLosses(this.#board, {
      nowMs: this.#simulation.nowMs,
      minRttMs: this.#rtt.minRttMs,
      srttMs: this.#rtt.srttMs ?? 0,
      recovering: this.#state === 'fast-recovery' || this.#state === 'timeout-recovery',
    });
    if (waitMs === undefined) return;
    this.#reorderTimer = this.#simulation.after(waitMs + TIMEOUT_SLACK_MS, () => {
      this.#detectLosses();
      if (this.#state === 'open' || this.#state === 'disorder') this.#enterRecoveryIfLost();
      this.#transmit();
      this.#armTimer();
    });
  }

  #updateState(acknowledgement: Acknowledgement, advanced: boolean): void {
    const recovering = this.#state === 'fast-recovery' || this.#state === 'timeout-recovery';
    if (recovering) {
      if (advanced && this.#wasNeedless(acknowledgement)) this.#undoReduction();
      if (this.#acknowledged >= this.#recoveryEndSeq) this.#leaveRecovery();
    }
    if (this.#state === 'open' || this.#state === 'disorder') {
      this.#state = this.#board.sackedOut > 0 ? 'disorder' : 'open';
      this.#enterRecoveryIfLost();
    }
  }

  #enterRecoveryIfLost(): void {
    if (this.#board.lostOut === 0) return;
    this.#rememberForUndo();
    this.#reduction.start(this.#window);
    this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
    this.#recoveryEndSeq = this.#nextSeq;
    this.#probe = undefined;
    this.#state = 'fast-recovery';
  }

  #leaveRecovery(): void {
    if (this.#state === 'fast-recovery' && this.#undo !== undefined)
      this.#window.cwnd = this.#window.ssthresh;
    this.#undo = undefined;
    this.#state = 'open';
  }

  #rememberForUndo(): void {
    this.#undo = { ...this.#window, firstRetransmissionMs: undefined };
  }

  /** The acknowledgement answers a segment sent before the first retransmission (RFC 3522). */
  #wasNeedless(acknowledgement: Acknowledgement): boolean {
    const firstMs = this.#undo?.firstRetransmissionMs;
    return firstMs !== undefined && acknowledgement.echoMs !== undefined && acknowledgement.echoMs < firstMs;
  }

  #undoReduction(): void {
    this.#window.cwnd = Math.max(this.#window.cwnd, this.#undo!.cwnd);
    this.#window.ssthresh = Math.max(this.#window.ssthresh, this.#undo!.ssthresh);
    this.#board.unmarkLost();
    this.#undo = undefined;
    this.#state = 'open';
  }

  #adjustWindow(
    deliveredSegments: number,
    advancedWithoutNewLoss: boolean,
    sample: AckSample,
    advanced: boolean,
  ): void {
    if (this.#state === 'fast-recovery') {
      const inFlight = this.#board.inFlight;
      this.#reduction.onAck(this.#window, { deliveredSegments, inFlight, advancedWithoutNewLoss });
    } else if (advanced && this.#usage.isLimited(this.#window)) {
      this.#congestion.onAck(this.#window, deliveredSegments, sample);
    }
  }

  #transmit(): void {
    if (!this.#established) return;
    this.#retransmitLost();
    this.#sendNew();
    this.#observer.onWindow?.(this.#window.cwnd, this.#board.flightBytes);
  }

  #retransmitLost(): void {
    while (this.#board.inFlight < this.#window.cwnd) {
      const segment = this.#board.nextToRetransmit();
      if (segment === undefined) return;
      this.#retransmit(segment);
    }
  }

  #retransmit(segment: SentSegment): void {
    const nowMs = this.#simulation.nowMs;
    this.#board.markRetransmitted(segment, nowMs);
    if (this.#undo !== undefined) this.#undo.firstRetransmissionMs ??= nowMs;
    // RFC 6298 (5.1): the timer of the oldest segment runs from its newest transmission.
    if (segment === this.#board.segments[0]) this.#rtoDueMs = nowMs + this.#rtt.rtoMs;
    this.#reduction.onSent();
    this.#emit({ seq: segment.seq, length: segment.end - segment.seq, retransmission: true });
  }

  #sendNew(): void {
    const nowMs = this.#simulation.nowMs;
    const wasEmpty = this.#board.isEmpty;
    if (wasEmpty && this.unsentBytes > 0) {
      const idleMs = this.#usage.restartAfterIdle(this.#window, nowMs, this.#rtt.rtoMs);
      this.#congestion.onIdleEnd(idleMs, nowMs);
    }
    let sent = false;
    let limited = false;
    while (this.unsentBytes > 0) {
      limited = this.#board.inFlight >= this.#window.cwnd;
      if (limited || !this.#sendOneNew()) break;
      sent = true;
    }
    limited ||= this.#board.inFlight >= this.#window.cwnd;
    this.#usage.onSendAttempt(this.#window, {
      nowMs,
      limited,
      sent,
      outstanding: this.#board.segments.length,
      acknowledged: this.#acknowledged,
      nextSeq: this.#nextSeq,
      rtoMs: this.#rtt.rtoMs,
      mayShrink: this.#state === 'open',
    });
    if (!sent) return;
    if (wasEmpty) this.#rtoDueMs = nowMs + this.#rtt.rtoMs;
    this.#armTimer();
  }

  /** False: the peer's window has no room. */
  #sendOneNew(): boolean {
    const length = Math.min(SMSS_BYTES, this.unsentBytes);
    if (this.#nextSeq + length > this.#peerWindowEnd) return false;
    const seq = this.#nextSeq;
    this.#nextSeq += length;
    const sentMs = this.#simulation.nowMs;
    this.#board.add({
      seq,
      end: this.#nextSeq,
      sentMs,
      transmissions: 1,
      sacked: false,
      lost: false,
      retransmitted: false,
    });
    this.#usage.onDataSent(sentMs);
    if (this.#state === 'fast-recovery') this.#reduction.onSent();
    this.#emit({ seq, length, retransmission: false });
    return true;
  }

  /** One timer: a tail loss probe (RFC 8985 §7) while all is well, the RTO otherwise. */
  #armTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#board.isEmpty) return;
    const probeDueMs = this.#probeDueMs();
    this.#timer =
      probeDueMs < this.#rtoDueMs
        ? this.#simulation.at(probeDueMs, () => this.#sendProbe())
        : this.#simulation.at(this.#rtoDueMs, () => this.#onRetransmissionTimeout());
  }

  #probeDueMs(): TimeMs {
    if (this.#state !== 'open' || this.#board.sackedOut > 0 || this.#probe !== undefined) return Infinity;
    if (this.#rtt.srttMs === undefined) return Infinity;
    // A lone segment may be waiting for a delayed ACK, so it gets the minimum RTO on top.
    const slackMs = this.#board.segments.length === 1 ? RTO_MIN_MS : TIMEOUT_SLACK_MS;
    return this.#simulation.nowMs + 2 * this.#rtt.srttMs + slackMs;
  }

  #sendProbe(): void {
    const sentNew = this.unsentBytes > 0 && this.#sendOneNew();
    if (!sentNew) this.#retransmit(this.#board.segments.at(-1)!);
    this.#probe = { highSeq: this.#nextSeq, retransmission: !sentNew };
    this.#rtoDueMs = this.#simulation.nowMs + this.#rtt.rtoMs;
    this.#armTimer();
  }

  /** RFC 8985 §7.4: a probe that repaired a loss is a congestion event; a duplicate of what had arrived is not. */
  #settleProbe(acknowledgement: Acknowledgement, advanced: boolean): void {
    const probe = this.#probe;
    if (probe === undefined || acknowledgement.ack < probe.highSeq) return;
    if (!probe.retransmission || acknowledgement.duplicate) {
      this.#probe = undefined;
    } else if (acknowledgement.ack > probe.highSeq) {
      this.#probe = undefined;
      this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
      this.#window.cwnd = this.#window.ssthresh;
    } else if (!advanced) {
      this.#probe = undefined;
    }
  }

  /** RFC 6298 (5.4-5.6), RFC 5681 (4). */
  #onRetransmissionTimeout(): void {
    const nowMs = this.#simulation.nowMs;
    // Within an episode the window was reduced already (RFC 5681 §4: once per window of data).
    const recovering = this.#state === 'fast-recovery' || this.#state === 'timeout-recovery';
    if (!recovering || this.#acknowledged >= this.#recoveryEndSeq) {
      this.#rememberForUndo();
      this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
    }
    const [head, ...rest] = this.#board.segments;
    this.#board.markLost(head!);
    for (const segment of rest) if (this.#rack.hasExpired(segment, nowMs)) this.#board.markLost(segment);
    this.#congestion.restart(nowMs, this.#nextSeq);
    this.#window.cwnd = this.#board.inFlight + 1;
    this.#state = 'timeout-recovery';
    this.#recoveryEndSeq = this.#nextSeq;
    this.#probe = undefined;
    this.#rtt.backOff();
    this.#rtoDueMs = nowMs + this.#rtt.rtoMs;
    this.#retransmit(head!);
    this.#observer.onWindow?.(this.#window.cwnd, this.#board.flightBytes);
    this.#armTimer();
  }
}
