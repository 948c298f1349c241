import type { Simulation, TimeMs } from '../simulation.ts';
import { AckReader } from './ack-reader.ts';
import type { AckReport } from './ack-report.ts';
import type { CongestionControl, CongestionWindow, RatePolicy, WindowPolicy } from './congestion-control.ts';
import { createCongestionControl } from './create-congestion-control.ts';
import type { CongestionControlName } from '../conditions.ts';
import { Deadline } from './deadline.ts';
import { LossRecovery, type SequenceSpace } from './loss-recovery.ts';
import { DEFER_LIMIT_MS, DEFER_WINDOW_DIVISOR, Pacing } from './pacing.ts';
import { ProportionalRateReduction } from './proportional-rate-reduction.ts';
import { Rack } from './rack.ts';
import { RetransmissionTimer } from './retransmission-timer.ts';
import { RttEstimator } from './rtt-estimator.ts';
import { Scoreboard } from './scoreboard.ts';
import type { SentSegment } from './sent-segment.ts';
import { DEFAULT_WINDOWS_BUFFERED } from './send-buffer.ts';
import { SMSS_BYTES, timestampAt, type Acknowledgement } from './segment.ts';
import { WindowUsage } from './window-usage.ts';

export interface SenderOptions {
  readonly initialWindowSegments: number;
  readonly congestionControl: CongestionControlName;
  readonly pacing: boolean;
  /** The only chance a sender takes. */
  readonly random: () => number;
}

/** Where a sender's segments go, and who follows its window. */
export interface SenderOutlet {
  /** Puts payload on the wire now. */
  emit(seq: number, length: number, push: boolean, retransmission: boolean): void;
  /** After every change: window, bytes in flight. */
  onWindow(cwndSegments: number, flightBytes: number): void;
}

/**
 * Sending half of a TCP endpoint: what may leave, when. Bytes are counted, never held.
 *
 * 1. New data leaves only within cwnd (segments) and the peer's window, in bursts as Linux hands them to its device;
 *    lost segments first.
 * 2. What is lost and how the window answers is LossRecovery's; when to act without an ACK, RetransmissionTimer's.
 */
export class TcpSender implements SequenceSpace {
  readonly #simulation: Simulation;
  readonly #outlet: SenderOutlet;
  readonly #congestion: CongestionControl;
  /** The same, if it steers by rate. */
  readonly #rate: RatePolicy | undefined;
  readonly #window: CongestionWindow;
  readonly #usage: WindowUsage;
  readonly #pacing: Pacing;
  readonly #paceTimer: Deadline;
  readonly #rtt = new RttEstimator();
  readonly #board = new Scoreboard();
  readonly #rack = new Rack();
  readonly #reduction = new ProportionalRateReduction();
  readonly #recovery: LossRecovery;
  readonly #timer: RetransmissionTimer;
  readonly #reader: AckReader;

  #established = false;
  /** For good: whatever is still going on then sends nothing more. */
  #stopped = false;
  #acknowledged = 0;
  #nextSeq = 0;
  #writtenSeq = 0;
  #peerWindowEnd = 0;
  #bursts = 0;
  /** Sequence sent when the outstanding tail loss probe left, and whether it was a retransmission. */
  #probe: { highSeq: number; retransmission: boolean } | undefined;
  /** RACK found segments to wait for, so the timer is its. */
  #reorderingWatched = false;

  constructor(simulation: Simulation, outlet: SenderOutlet, options: SenderOptions) {
    this.#simulation = simulation;
    this.#outlet = outlet;
    this.#congestion = createCongestionControl(options.congestionControl, options.random);
    this.#rate = this.#congestion.steers === 'rate' ? this.#congestion : undefined;
    this.#window = { cwnd: options.initialWindowSegments, ssthresh: Infinity };
    this.#usage = new WindowUsage(options.initialWindowSegments);
    this.#pacing = new Pacing(options.pacing || this.#rate !== undefined);
    this.#paceTimer = new Deadline(simulation, () => {
      this.#retransmitLost();
      this.#transmit();
    });
    this.#recovery = new LossRecovery({
      board: this.#board,
      rack: this.#rack,
      reduction: this.#reduction,
      congestion: this.#congestion,
      window: this.#window,
      space: this,
      findLosses: () => this.#findLosses(),
    });
    this.#reader = new AckReader({
      board: this.#board,
      rack: this.#rack,
      rtt: this.#rtt,
      recovery: this.#recovery,
      rate: this.#rate,
    });
    const timed = { board: this.#board, rtt: this.#rtt, pacing: this.#pacing };
    this.#timer = new RetransmissionTimer(simulation, timed, {
      onProbe: () => this.#sendProbe(),
      onReorderingTimeout: () => this.#onReorderingTimeout(),
      onRetransmissionTimeout: () => this.#onRetransmissionTimeout(),
    });
  }

  get cwndSegments(): number {
    return this.#window.cwnd;
  }

  get rtoMs(): number {
    return this.#rtt.rtoMs;
  }

  get srttMs(): number {
    return this.#rtt.srttMs;
  }

  /** How many windows the send buffer is to hold. */
  get windowsBuffered(): number {
    return this.#rate?.windowsBuffered ?? DEFAULT_WINDOWS_BUFFERED;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Next sequence to send for the first time: also how many payload bytes have left. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Bytes written by the application and not yet acknowledged: what the socket's send buffer holds. */
  get bufferedBytes(): number {
    return this.#writtenSeq - this.#acknowledged;
  }

  /** Written, never sent. */
  get unsentBytes(): number {
    return this.#writtenSeq - this.#nextSeq;
  }

  get canSendNew(): boolean {
    return this.unsentBytes > 0 && this.#peerWindowEnd > this.#nextSeq;
  }

  /** The handshake is done: it gave the first RTT sample and the peer's window. */
  establish(handshakeRttMs: number, peerWindowBytes: number): void {
    if (this.#stopped) return;
    this.#established = true;
    this.#rtt.sample(handshakeRttMs, handshakeRttMs, 0, 0);
    this.#peerWindowEnd = peerWindowBytes;
    const { nowMs } = this.#simulation;
    if (this.#congestion.steers === 'rate') {
      this.#congestion.start(this.#window, nowMs, handshakeRttMs);
      this.#pacing.follow(this.#congestion);
    } else {
      this.#pacing.update(this.#window, 0, handshakeRttMs);
      this.#congestion.restart(nowMs, 0);
    }
    this.#transmit();
  }

  /** The application wrote `bytes`; they leave when the window allows (TCP_NODELAY: no waiting for full segments). */
  write(bytes: number): void {
    if (this.#rate !== undefined) this.#noticeAppLimit(this.#rate);
    this.#writtenSeq += bytes;
    this.#transmit();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer.stop();
    this.#paceTimer.stop();
  }

  /**
   * Linux's tcp_ack.
   * @param length payload of the segment that brought the acknowledgement
   */
  receive(acknowledgement: Acknowledgement, length: number): void {
    if (this.#board.isEmpty) {
      this.#receiveWithNothingOutstanding(acknowledgement, length);
      return;
    }
    const report = this.#beginReport(acknowledgement, length);
    const lostBefore = this.#board.lostTotal;
    const inFlightBefore = this.#board.inFlight;
    this.#reader.read(acknowledgement, report);
    if (this.#congestion.steers === 'window') this.#congestion.onRttSample(this.#window, report);
    if (this.#probe !== undefined) this.#settleProbe(this.#probe, report);
    this.#reorderingWatched = false;
    const send = this.#recovery.onAck(report);
    // An episode of recovery covers what the probe was to find out.
    if (this.#recovery.isRecovering) this.#probe = undefined;
    if (!this.#reorderingWatched && (report.dataAcked || this.#sackRestartsTimer(report))) {
      this.#timer.onProgress(this.#recovery.state === 'open');
    }
    const losses = this.#board.lostTotal - lostBefore;
    if (this.#congestion.steers === 'rate') this.#steer(this.#congestion, report, losses, inFlightBefore);
    else this.#resizeWindow(this.#congestion, report, losses);

    if (send === 'lost') this.#retransmitLost();
    else if (send === 'new') this.#testTimeoutWithNewData();
    this.#transmit();
  }

  /** It can still report that a retransmission or a probe was needless, and move the peer's window. */
  #receiveWithNothingOutstanding(acknowledgement: Acknowledgement, length: number): void {
    const { ack, windowBytes, duplicate } = acknowledgement;
    if (duplicate === undefined && this.#probe === undefined) {
      this.#peerWindowEnd = Math.max(this.#peerWindowEnd, ack + windowBytes);
    } else {
      const report = this.#beginReport(acknowledgement, length);
      this.#reader.read(acknowledgement, report);
      if (duplicate !== undefined) this.#recovery.onAck(report);
      if (this.#probe !== undefined) this.#settleProbe(this.#probe, report);
    }
    if (this.unsentBytes > 0) this.#transmit();
  }

  /** A window policy's part of an acknowledgement: recovery's way down, or growth. */
  #resizeWindow(policy: WindowPolicy, report: AckReport, losses: number): void {
    if (this.#recovery.state === 'fast-recovery') {
      const undisturbed = report.advanced && losses === 0;
      this.#reduction.onAck(this.#window, report.delivered, this.#board.inFlight, undisturbed);
    } else if (this.#mayGrow(report) && this.#usage.isLimited(this.#window)) {
      policy.onAck(this.#window, report.delivered, report);
    }
    this.#pacing.update(this.#window, this.#board.length, this.#rtt.srttMs);
  }

  /** A rate policy's part of it. */
  #steer(policy: RatePolicy, report: AckReport, losses: number, priorInFlight: number): void {
    const { nowMs, rttMs, delivered } = report;
    const { deliveryRate } = policy;
    deliveryRate.sample(nowMs, delivered, this.#rtt.minRttMs);
    const bytes = report.acknowledged - report.previouslyAcknowledged;
    policy.onDelivery(this.#window, {
      nowMs,
      rttMs,
      maybeDelayed: delivered === 1 && deliveryRate.sampleSegments === 1 && bytes > 0 && bytes < SMSS_BYTES,
      delivered,
      losses,
      priorInFlight,
      inFlight: this.#board.inFlight,
      recovery: this.#recovery.state,
      departureMs: this.#pacing.stampMs,
    });
    this.#pacing.follow(policy);
  }

  /** There was too little to send: what is delivered until more is says nothing of the path (tcp_rate_check_app_limited). */
  #noticeAppLimit({ deliveryRate }: RatePolicy): void {
    const { inFlight, lostOut, retransmittedOut } = this.#board;
    if (this.unsentBytes < SMSS_BYTES && inFlight < this.#window.cwnd && lostOut <= retransmittedOut)
      deliveryRate.markAppLimited(inFlight);
  }

  /** What is known before the scoreboard is looked at; moves the windows. */
  #beginReport({ ack, windowBytes, echo }: Acknowledgement, length: number): AckReport {
    const report = this.#reader.begin();
    report.nowMs = this.#simulation.nowMs;
    report.previouslyAcknowledged = this.#acknowledged;
    report.advanced = ack > this.#acknowledged;
    const windowEnd = Math.max(this.#peerWindowEnd, ack + windowBytes);
    report.windowMoved = report.advanced || windowEnd > this.#peerWindowEnd;
    report.carriesData = length > 0;
    report.echo = echo;
    report.nextSeq = this.#nextSeq;
    report.paced = this.#pacing.isOn;
    this.#peerWindowEnd = windowEnd;
    this.#acknowledged = report.acknowledged = Math.max(this.#acknowledged, ack);
    return report;
  }

  /** Selective news of data sent after the first outstanding segment was last sent: the RTO need not run out. */
  #sackRestartsTimer({ firstSackedMs }: AckReport): boolean {
    const first = this.#board.first;
    return first !== undefined && firstSackedMs < first.sentMs;
  }

  #mayGrow({ dataAcked, dataSacked }: AckReport): boolean {
    return dataAcked || (dataSacked && this.#rack.hasSeenHighReordering);
  }

  /** LossRecovery's eye: RACK looks through what is outstanding. */
  #findLosses(): boolean {
    const retransmittedBefore = this.#board.retransmittedOut;
    const waitMs = this.#rack.detectLossesOnAck(this.#board, this.#rackState());
    if (waitMs !== undefined) {
      this.#timer.watchReordering(waitMs);
      this.#reorderingWatched = true;
    }
    return retransmittedBefore > this.#board.retransmittedOut;
  }

  #rackState() {
    return {
      nowMs: this.#simulation.nowMs,
      minRttMs: this.#rtt.minRttMs,
      srttMs: this.#rtt.srttMs,
      recovering: this.#recovery.isRecovering,
    };
  }

  #onReorderingTimeout(): void {
    const inFlightBefore = this.#board.inFlight;
    this.#rack.detectLosses(this.#board, this.#rackState());
    if (inFlightBefore !== this.#board.inFlight) {
      if (this.#recovery.enterRecoveryAfterTimer() && this.#congestion.steers === 'window') {
        this.#reduction.onAck(this.#window, 1, this.#board.inFlight, false);
      }
      this.#retransmitLost();
    }
    this.#timer.settleReordering();
    this.#reportWindow();
  }

  #transmit(): void {
    if (!this.#established || this.#stopped) return;
    this.#sendNew('window');
    this.#reportWindow();
  }

  #reportWindow(): void {
    this.#outlet.onWindow(this.#window.cwnd, this.#board.flightBytes);
  }

  #retransmitLost(): void {
    while (this.#board.inFlight < this.#window.cwnd) {
      if (this.#stopped || this.#isPaced()) return;
      const segment = this.#board.nextToRetransmit();
      if (segment === undefined) return;
      const isFirst = segment === this.#board.first;
      this.#retransmit(segment);
      if (this.#recovery.state === 'fast-recovery') this.#reduction.onSent(1);
      if (isFirst) this.#timer.onFirstRetransmitted();
    }
  }

  #retransmit(segment: SentSegment): void {
    const nowMs = this.#simulation.nowMs;
    this.#beforeSending(nowMs);
    this.#board.markRetransmitted(segment, nowMs);
    this.#recovery.onRetransmitted(timestampAt(nowMs));
    this.#emitAgain(segment);
  }

  #emitAgain(segment: SentSegment): void {
    const { nowMs } = this.#simulation;
    const length = segment.end - segment.seq;
    this.#usage.onDataSent(nowMs);
    this.#pacing.onBurstSent(length, 1, nowMs);
    this.#rate?.deliveryRate.onSent(segment, false, nowMs);
    const push = segment.end === this.#writtenSeq;
    this.#outlet.emit(segment.seq, length, push, true);
  }

  /** F-RTO (RFC 5682 §3.1 step 2b): if new data cannot go out, the lost segments do. */
  #testTimeoutWithNewData(): void {
    this.#sendNew('window');
    if (this.#nextSeq > this.#recovery.endSeq) return;
    this.#recovery.giveUpTest();
    this.#retransmitLost();
  }

  /**
   * Linux's tcp_write_xmit: bursts, as long as windows and pacing allow. `probe` sends one burst even if the congestion
   * window is full.
   */
  #sendNew(mode: 'window' | 'probe'): boolean {
    if (this.unsentBytes === 0) return false;
    const nowMs = this.#simulation.nowMs;
    if (this.#board.isEmpty && this.#congestion.steers === 'window') {
      const idleMs = this.#usage.restartAfterIdle(this.#window, nowMs, this.#rtt.rtoMs);
      this.#congestion.onIdleEnd(idleMs, nowMs);
    }
    const burstSegments = this.#pacing.burstSegments(this.#rtt.minRttMs);
    let sentSegments = 0;
    let limited = false;
    while (this.unsentBytes > 0 && !this.#stopped && !this.#isPaced()) {
      const quota = this.#cwndQuota() || (mode === 'probe' ? 1 : 0);
      if (quota === 0) break;
      const roomBytes = this.#peerWindowEnd - this.#nextSeq;
      const sendableBytes = Math.min(this.unsentBytes, roomBytes);
      if (roomBytes < Math.min(SMSS_BYTES, this.unsentBytes)) break;
      if (mode === 'window' && this.unsentBytes > SMSS_BYTES && this.#defers(burstSegments, roomBytes)) {
        limited = true;
        break;
      }
      sentSegments += this.#sendBurst(Math.min(Math.min(quota, burstSegments) * SMSS_BYTES, sendableBytes));
      if (mode === 'probe') break;
    }
    limited ||= this.#board.inFlight >= this.#window.cwnd;
    if (this.#rate === undefined && (sentSegments > 0 || limited)) this.#noteUsage(limited);
    if (sentSegments === 0) return false;
    if (this.#recovery.state === 'fast-recovery') this.#reduction.onSent(sentSegments);
    if (mode === 'window' && this.#recovery.state === 'open') this.#timer.scheduleProbe(false);
    return true;
  }

  /** Pacing holds back what would leave now; it will be looked at again in time. */
  #isPaced(): boolean {
    const departureMs = this.#pacing.nextDepartureMs;
    if (departureMs <= this.#simulation.nowMs) return false;
    this.#paceTimer.set(departureMs);
    return true;
  }

  /** Segments the congestion window allows at once: at most half of it, so that two bursts are in flight. */
  #cwndQuota(): number {
    const { cwnd } = this.#window;
    const free = cwnd - this.#board.inFlight;
    return free <= 0 ? 0 : Math.min(Math.max(cwnd >> 1, 1), free);
  }

  /**
   * Linux's tcp_tso_should_defer: a burst that could not be full is held back for an acknowledgement about to come, so
   * that bursts do not crumble. Only right after a burst, and only if little of the window is free.
   */
  #defers(burstSegments: number, roomBytes: number): boolean {
    if (this.#recovery.isRecovering) return false;
    const nowMs = this.#simulation.nowMs;
    if (nowMs - this.#pacing.stampMs > DEFER_LIMIT_MS) return false;
    const freeBytes = (this.#window.cwnd - this.#board.inFlight) * SMSS_BYTES;
    const limitBytes = Math.min(roomBytes, freeBytes);
    if (limitBytes >= burstSegments * SMSS_BYTES) return false;
    if (limitBytes >= this.unsentBytes) return false;
    const windowBytes = Math.min(this.#peerWindowEnd - this.#acknowledged, this.#window.cwnd * SMSS_BYTES);
    if (limitBytes >= Math.floor(windowBytes / DEFER_WINDOW_DIVISOR)) return false;
    const first = this.#board.first;
    if (first === undefined) return false;
    const srttMs = this.#rtt.srttMs;
    const ackInMs = first.sentMs + srttMs - nowMs;
    return ackInMs <= Math.min(srttMs / 2, DEFER_LIMIT_MS);
  }

  /** A rate policy is told of segments that leave when nothing is in flight. */
  #beforeSending(nowMs: TimeMs): void {
    if (this.#rate === undefined || this.#board.inFlight > 0) return;
    this.#rate.onTransmitStart(this.#window, nowMs);
    this.#pacing.follow(this.#rate);
  }

  /** Returns how many segments left. */
  #sendBurst(bytes: number): number {
    const nowMs = this.#simulation.nowMs;
    const wasEmpty = this.#board.isEmpty;
    const burst = ++this.#bursts;
    const endSeq = this.#nextSeq + bytes;
    const segments = Math.ceil(bytes / SMSS_BYTES);
    this.#usage.onDataSent(nowMs);
    this.#beforeSending(nowMs);
    while (this.#nextSeq < endSeq) {
      const seq = this.#nextSeq;
      const end = Math.min(seq + SMSS_BYTES, endSeq);
      this.#nextSeq = end;
      const segment = this.#board.add(seq, end, nowMs, burst);
      this.#rate?.deliveryRate.onSent(segment, this.#board.length === 1, nowMs);
      const push = end === endSeq && (segments > 1 || end === this.#writtenSeq);
      this.#outlet.emit(seq, end - seq, push, false);
    }
    this.#pacing.onBurstSent(bytes, segments, nowMs);
    this.#timer.onNewDataSent(wasEmpty);
    return segments;
  }

  #noteUsage(limited: boolean): void {
    const { nowMs } = this.#simulation;
    const used = this.#usage.onSendAttempt(this.#window, limited, this.#board.length, this, nowMs);
    if (!used && this.#recovery.state === 'open')
      this.#usage.shrinkIfIdle(this.#window, nowMs, this.#rtt.rtoMs);
  }

  /** RFC 8985 §7.3: new data if there is some, the last segment otherwise; one probe at a time. */
  #sendProbe(): void {
    if (this.#probe !== undefined) {
      this.#timer.restartRto();
      return;
    }
    const last = this.#board.last;
    const hasNew = this.canSendNew;
    if (hasNew && !this.#sendNew('probe')) {
      this.#timer.restartRto();
      return;
    }
    if (!hasNew) {
      if (last === undefined) return;
      this.#board.markProbed(last, this.#simulation.nowMs);
      this.#emitAgain(last);
    }
    this.#probe = { highSeq: this.#nextSeq, retransmission: !hasNew };
    this.#timer.onProbeSent();
    this.#reportWindow();
  }

  /** RFC 8985 §7.4: a probe that repaired a loss is a congestion event; a duplicate of what had arrived is not. */
  #settleProbe(probe: { highSeq: number; retransmission: boolean }, report: AckReport): void {
    const ack = report.acknowledged;
    if (ack < probe.highSeq) return;
    if (!probe.retransmission || report.duplicateEnd === probe.highSeq) {
      this.#probe = undefined;
    } else if (ack > probe.highSeq) {
      this.#probe = undefined;
      this.#recovery.reduceForProbe();
    } else if (!report.windowMoved) {
      this.#probe = undefined;
    }
  }

  #onRetransmissionTimeout(): void {
    const nowMs = this.#simulation.nowMs;
    if (this.#board.isEmpty) return;
    this.#recovery.onRetransmissionTimeout(nowMs);
    this.#probe = undefined;
    this.#retransmit(this.#board.first!);
    this.#rtt.backOff();
    this.#timer.restartRto();
    this.#reportWindow();
  }
}
