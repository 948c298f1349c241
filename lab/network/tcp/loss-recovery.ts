import type { AckReport } from './ack-report.ts';
import type { CongestionControl, CongestionWindow } from './congestion-control.ts';
import type { ProportionalRateReduction } from './proportional-rate-reduction.ts';
import type { Rack } from './rack.ts';
import type { Scoreboard } from './scoreboard.ts';
import type { SentSegment } from './sent-segment.ts';
import { SMSS_BYTES } from './segment.ts';
import { rememberedSsthresh } from './window-usage.ts';

/** Linux's congestion avoidance states (tcp_ca_state) by RFC 5681's names. */
export type RecoveryState = 'open' | 'disorder' | 'fast-recovery' | 'timeout-recovery';

/** The sender's sequence space, as recovery needs to know it. */
export interface SequenceSpace {
  readonly acknowledged: number;
  readonly nextSeq: number;
  /** There is unsent data and room for it in the peer's window. */
  readonly canSendNew: boolean;
}

/** What to send because of an acknowledgement: nothing special, lost segments, or new data to test a timeout (F-RTO). */
export type RecoverySend = 'nothing' | 'lost' | 'new';

/**
 * When to believe in loss, when to reduce, when to take it back: Linux's tcp_fastretrans_alert with RACK (RFC 8985) as
 * the judge of losses, PRR (RFC 6937), F-RTO (RFC 5682), and undo by timestamps (RFC 4015) or D-SACK (RFC 3708).
 */
export class LossRecovery {
  state: RecoveryState = 'open';
  readonly #board: Scoreboard;
  readonly #rack: Rack;
  readonly #reduction: ProportionalRateReduction;
  readonly #congestion: CongestionControl;
  readonly #window: CongestionWindow;
  readonly #space: SequenceSpace;
  /** Marks newly lost segments; true: a retransmission was among them. */
  readonly #findLosses: () => boolean;

  /** The episode ends when everything sent before it began is acknowledged. */
  #highSeq = 0;
  /** What to restore if the episode proves needless; undefined once it cannot. */
  #undo: { ssthresh: number; cwnd: number; markerSeq: number } | undefined;
  /** Retransmissions not yet reported as duplicates; negative: none was made. */
  #unreportedRetransmissions = -1;
  /** TSval of the first retransmission since all was well. */
  #firstRetransmission: number | undefined;
  #testingTimeout = false;
  /** Timeouts without progress in between. */
  #timeouts = 0;

  constructor(parts: {
    board: Scoreboard;
    rack: Rack;
    reduction: ProportionalRateReduction;
    congestion: CongestionControl;
    window: CongestionWindow;
    space: SequenceSpace;
    findLosses: () => boolean;
  }) {
    this.#board = parts.board;
    this.#rack = parts.rack;
    this.#reduction = parts.reduction;
    this.#congestion = parts.congestion;
    this.#window = parts.window;
    this.#space = parts.space;
    this.#findLosses = parts.findLosses;
  }

  get isRecovering(): boolean {
    return this.state === 'fast-recovery' || this.state === 'timeout-recovery';
  }

  /** Whether `segment` was sent before the present episode began. */
  precedesEpisode(segment: SentSegment): boolean {
    return segment.end <= this.#highSeq;
  }

  /** A segment was retransmitted (probes do not count). */
  onRetransmitted(timestamp: number): void {
    this.#firstRetransmission ??= timestamp;
    this.#unreportedRetransmissions = Math.max(this.#unreportedRetransmissions, 0) + 1;
  }

  /** D-SACK for data of this episode: one retransmission was needless. */
  onDuplicateReported(endSeq: number, segments: number): void {
    if (this.#undo === undefined || this.#unreportedRetransmissions <= 0) return;
    if (endSeq > this.#space.acknowledged || endSeq <= this.#undo.markerSeq) return;
    this.#unreportedRetransmissions = Math.max(this.#unreportedRetransmissions - segments, 0);
  }

  onAck(ack: AckReport): RecoverySend {
    if (ack.advanced) this.#timeouts = 0;
    const dubious =
      this.state !== 'open' || ack.dataSacked || ack.duplicateEnd !== undefined || ack.isDuplicateAck;
    return dubious ? this.#alert(ack) : 'nothing';
  }

  /** After the reordering timer has marked losses; true if that began a recovery. */
  enterRecoveryAfterTimer(): boolean {
    if (this.state === 'fast-recovery') return false;
    this.#enterFastRecovery();
    return true;
  }

  /** RFC 6298 (5.4-5.6), RFC 5681 (4). Leaves one segment of window for the retransmission. */
  onRetransmissionTimeout(nowMs: number): void {
    const isNew = !this.isRecovering;
    this.#markTimedOut(nowMs);
    // Within an episode the window was reduced already (RFC 5681 §4: once per window of data).
    const episodeOver = this.#highSeq <= this.#space.acknowledged;
    if (isNew || episodeOver || (this.state === 'timeout-recovery' && this.#timeouts === 0)) {
      this.#rememberForUndo();
      this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
    }
    if (this.#congestion.steers === 'rate') this.#congestion.onRetransmissionTimeout();
    else this.#congestion.restart(nowMs, this.#space.nextSeq);
    this.#window.cwnd = this.#board.inFlight + 1;
    this.state = 'timeout-recovery';
    this.#highSeq = this.#space.nextSeq;
    this.#testingTimeout = isNew || this.#timeouts > 0;
    this.#timeouts++;
  }

  /** RFC 8985 §7.4: a probe repaired a loss. One reduction, nothing left to repair. */
  reduceForProbe(): void {
    this.#reduction.start(this.#window);
    this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
    if (this.#congestion.steers === 'window') this.#window.cwnd = this.#window.ssthresh;
    this.#highSeq = this.#space.nextSeq;
    this.#keepOpen();
  }

  #alert(ack: AckReport): RecoverySend {
    const done = this.#space.acknowledged >= this.#highSeq;
    if (this.state === 'open') this.#firstRetransmission = undefined;
    else if (done && this.state === 'fast-recovery') this.#finishFastRecovery(ack);

    if (this.state === 'fast-recovery') return this.#continueFastRecovery(ack);
    if (this.state === 'timeout-recovery') {
      const send = this.#continueTimeoutRecovery(ack);
      const retransmissionLost = this.#findLosses();
      // `state` may have changed meanwhile.
      if (!(this.#isOpen() || retransmissionLost)) return send;
      return this.#recoverIfLost(send);
    }
    this.#undoByDuplicates();
    this.#findLosses();
    return this.#recoverIfLost('nothing');
  }

  #isOpen(): boolean {
    return this.state === 'open';
  }

  #recoverIfLost(otherwise: RecoverySend): RecoverySend {
    if (this.#board.lostOut === 0) {
      if (!this.#anyRetransmitted()) this.#firstRetransmission = undefined;
      this.#keepOpen();
      return otherwise;
    }
    this.#enterFastRecovery();
    return 'lost';
  }

  #continueFastRecovery(ack: AckReport): RecoverySend {
    if (ack.advanced && this.#undoByPartialAck(ack)) return 'nothing';
    if (this.#undoByDuplicates()) this.#keepOpen();
    this.#findLosses();
    if (this.state !== 'fast-recovery') {
      if (this.#board.lostOut === 0) return 'nothing';
      this.#enterFastRecovery();
    }
    return 'lost';
  }

  /** Linux's tcp_process_loss. */
  #continueTimeoutRecovery(ack: AckReport): RecoverySend {
    const recovered = this.#space.acknowledged >= this.#highSeq;
    if (ack.advanced && this.#undoTimeout(ack, false)) return 'nothing';
    if (this.#testingTimeout) {
      if (ack.originalDelivered && this.#undoTimeout(ack, true)) return 'nothing';
      if (this.#space.nextSeq > this.#highSeq) {
        if (ack.dataSacked || ack.isDuplicateAck) this.#testingTimeout = false;
      } else if (ack.advanced && !recovered) {
        this.#highSeq = this.#space.nextSeq;
        if (this.#space.canSendNew) return 'new';
        this.#testingTimeout = false;
      }
    }
    if (recovered) {
      this.#undoIfNeedless(ack);
      this.state = 'open';
      return 'nothing';
    }
    return 'lost';
  }

  /** F-RTO: new data could not be sent after all, so repair what the timeout gave up. */
  giveUpTest(): void {
    this.#testingTimeout = false;
  }

  get endSeq(): number {
    return this.#highSeq;
  }

  #finishFastRecovery(ack: AckReport): void {
    this.#undoIfNeedless(ack);
    this.state = 'open';
    if (this.#congestion.steers === 'rate') return;
    if (this.#undo !== undefined && Number.isFinite(this.#window.ssthresh))
      this.#window.cwnd = this.#window.ssthresh;
  }

  #enterFastRecovery(): void {
    if (!this.#anyRetransmitted()) this.#firstRetransmission = undefined;
    this.#rememberForUndo();
    this.#reduction.start(this.#window);
    this.#window.ssthresh = this.#congestion.reducedSsthresh(this.#window);
    this.#highSeq = this.#space.nextSeq;
    this.state = 'fast-recovery';
  }

  #keepOpen(): void {
    const leftOut = this.#board.sackedOut + this.#board.lostOut;
    const state = leftOut > 0 || this.#anyRetransmitted() ? 'disorder' : 'open';
    if (state === this.state) return;
    this.state = state;
    this.#highSeq = this.#space.nextSeq;
  }

  #anyRetransmitted(): boolean {
    return this.#board.retransmittedOut > 0 || this.#board.first?.everRetransmitted === true;
  }

  #rememberForUndo(): void {
    this.#undo = {
      ssthresh: rememberedSsthresh(this.#window),
      cwnd: this.#window.cwnd,
      markerSeq: this.#space.acknowledged,
    };
    this.#unreportedRetransmissions = this.#board.retransmittedOut > 0 ? this.#board.retransmittedOut : -1;
  }

  /** The acknowledgement answers a segment sent before the first retransmission, or nothing was retransmitted. */
  #wasDelayed(echo: number | undefined): boolean {
    const first = this.#firstRetransmission;
    return first === undefined || (echo !== undefined && echo < first);
  }

  #mayUndo(echo: number | undefined): boolean {
    return this.#undo !== undefined && (this.#unreportedRetransmissions === 0 || this.#wasDelayed(echo));
  }

  #undoIfNeedless(ack: AckReport): void {
    if (this.#mayUndo(ack.echo)) this.#undoReduction(false);
  }

  #undoByDuplicates(): boolean {
    if (this.#undo === undefined || this.#unreportedRetransmissions !== 0) return false;
    this.#undoReduction(false);
    return true;
  }

  #undoByPartialAck(ack: AckReport): boolean {
    if (this.#undo === undefined || !this.#wasDelayed(ack.echo)) return false;
    this.#noteReordering(ack.previouslyAcknowledged);
    // Some retransmissions are still out: send new data meanwhile, but believe in no further losses.
    if (this.#board.retransmittedOut > 0) return true;
    if (!this.#anyRetransmitted()) this.#firstRetransmission = undefined;
    this.#undoReduction(true);
    this.#keepOpen();
    return false;
  }

  #undoTimeout(ack: AckReport, proven: boolean): boolean {
    if (!proven && !this.#mayUndo(ack.echo)) return false;
    this.#undoReduction(true);
    this.#timeouts = 0;
    this.state = 'open';
    return true;
  }

  #undoReduction(unmarkLosses: boolean): void {
    if (unmarkLosses) this.#board.unmarkLost();
    if (this.#undo !== undefined) {
      if (this.#congestion.steers === 'rate') this.#congestion.onUndo();
      else this.#window.cwnd = Math.max(this.#window.cwnd, this.#undo.cwnd);
      this.#window.ssthresh = Math.max(this.#window.ssthresh, this.#undo.ssthresh);
    }
    this.#undo = undefined;
    this.#rack.reexamine();
  }

  /** A hole below the highest selective acknowledgement was filled by a segment that was sent once. */
  #noteReordering(lowSeq: number): void {
    const distanceBytes = this.#board.highestSackedSeq - lowSeq;
    if (distanceBytes > 0) this.#rack.onReordering(Math.ceil(distanceBytes / SMSS_BYTES));
  }

  /** The first burst is given up, and of the others what has been out for longer than an RTT. */
  #markTimedOut(nowMs: number): void {
    const first = this.#board.first;
    if (first === undefined) return;
    for (let index = 0; index < this.#board.length; index++) {
      const segment = this.#board.outstanding(index);
      if (segment.burst === first.burst || this.#rack.hasExpired(segment, nowMs))
        this.#board.markLost(segment);
    }
  }
}
