import { AckReport } from './ack-report.ts';
import type { RatePolicy } from './congestion-control.ts';
import type { LossRecovery } from './loss-recovery.ts';
import type { Rack } from './rack.ts';
import type { RttEstimator } from './rtt-estimator.ts';
import type { Scoreboard } from './scoreboard.ts';
import { SMSS_BYTES, timestampAt, type Acknowledgement } from './segment.ts';
import type { SentSegment } from './sent-segment.ts';

/** Of every sender: one acknowledgement has been dealt with before the next is looked at, whosever it is. */
const REPORT = new AckReport();

/**
 * What an acknowledgement says of the segments outstanding: marks them on the scoreboard, tells RACK and the rate
 * sampler of what was delivered, takes the RTT (Linux's tcp_sacktag_write_queue and tcp_clean_rtx_queue).
 */
export class AckReader {
  readonly #board: Scoreboard;
  readonly #rack: Rack;
  readonly #rtt: RttEstimator;
  readonly #recovery: LossRecovery;
  readonly #rate: RatePolicy | undefined;

  constructor(parts: {
    board: Scoreboard;
    rack: Rack;
    rtt: RttEstimator;
    recovery: LossRecovery;
    /** Where congestion control samples the delivery rate. */
    rate: RatePolicy | undefined;
  }) {
    this.#board = parts.board;
    this.#rack = parts.rack;
    this.#rtt = parts.rtt;
    this.#recovery = parts.recovery;
    this.#rate = parts.rate;
  }

  /** Cleared, for the next acknowledgement: the sender says what it knows, `read` adds the rest. */
  begin(): AckReport {
    REPORT.clear();
    return REPORT;
  }

  read({ ack, sackBlocks, duplicate }: Acknowledgement, report: AckReport): void {
    const highestSackedBefore = this.#board.highestSackedSeq;
    if (duplicate !== undefined) {
      const segments = Math.ceil((duplicate[1] - duplicate[0]) / SMSS_BYTES);
      report.duplicateEnd = duplicate[1];
      report.delivered += segments;
      this.#recovery.onDuplicateReported(duplicate[1], segments);
    }
    this.#board.selectivelyAcknowledge(sackBlocks, this.#onSacked);
    let segment = this.#board.takeAcknowledged(ack);
    while (segment !== undefined) {
      this.#onAcknowledged(segment, report);
      segment = this.#board.takeAcknowledged(ack);
    }
    // A hole filled by something sent once is reordering, not loss.
    if (report.lowestOriginalSeq < highestSackedBefore) {
      this.#rack.onReordering(Math.ceil((highestSackedBefore - report.lowestOriginalSeq) / SMSS_BYTES));
    }
    this.#sampleRtt(report);
  }

  readonly #onSacked = (segment: SentSegment): void => {
    const report = REPORT;
    report.delivered++;
    report.dataSacked = true;
    this.#rate?.deliveryRate.onDelivered(segment);
    this.#rack.onDelivered(segment, report.nowMs, this.#rtt.minRttMs);
    if (segment.everRetransmitted) return;
    if (segment.seq < this.#board.highestSackedSeq)
      report.lowestOriginalSeq = Math.min(report.lowestOriginalSeq, segment.seq);
    if (this.#recovery.precedesEpisode(segment)) report.originalDelivered = true;
    if (report.firstSackedMs === Infinity) report.firstSackedMs = segment.sentMs;
    report.lastSackedMs = segment.sentMs;
  };

  #onAcknowledged(segment: SentSegment, report: AckReport): void {
    report.dataAcked = true;
    if (segment.everRetransmitted) report.retransmittedAcked = true;
    if (segment.sacked) return;
    report.delivered++;
    this.#rate?.deliveryRate.onDelivered(segment);
    if (segment.everRetransmitted) {
      // The echoed timestamp is older than the retransmission: the original arrived.
      if (report.echo !== undefined && report.echo < timestampAt(segment.sentMs)) return;
    } else {
      if (report.firstAckedMs === Infinity) report.firstAckedMs = segment.sentMs;
      report.lastAckedMs = segment.sentMs;
      report.lowestOriginalSeq = Math.min(report.lowestOriginalSeq, segment.seq);
      if (this.#recovery.precedesEpisode(segment)) report.originalDelivered = true;
    }
    this.#rack.onDelivered(segment, report.nowMs, this.#rtt.minRttMs);
  }

  #sampleRtt(report: AckReport): void {
    const { nowMs, echo } = report;
    let firstMs = Infinity;
    // Karn's algorithm: nothing can be told from an acknowledgement that covers retransmitted data.
    if (report.firstAckedMs !== Infinity && !report.retransmittedAcked) {
      firstMs = nowMs - report.firstAckedMs;
      report.rttMs = nowMs - report.lastAckedMs;
    }
    if (report.firstSackedMs !== Infinity) {
      if (firstMs === Infinity) firstMs = nowMs - report.firstSackedMs;
      report.rttMs = nowMs - report.lastSackedMs;
    }
    // ... unless its timestamp tells which transmission arrived (RFC 7323 §4).
    if (firstMs === Infinity && report.dataAcked && echo !== undefined) {
      firstMs = report.rttMs = Math.max(timestampAt(nowMs) - echo, 1);
    }
    if (firstMs !== Infinity) this.#rtt.sample(firstMs, report.rttMs, report.acknowledged, report.nextSeq);
  }
}
