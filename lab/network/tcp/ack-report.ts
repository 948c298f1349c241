import type { AckSample } from './congestion-control.ts';
import type { TimeMs } from '../simulation.ts';

/**
 * All that one acknowledgement told the sender: filled while the scoreboard is gone through, then read by RTT
 * estimation, loss recovery and congestion control. There is one, cleared for every acknowledgement.
 */
export class AckReport implements AckSample {
  nowMs: TimeMs = 0;
  /** Highest cumulative acknowledgement, and what it was before; next new sequence to send. */
  acknowledged = 0;
  previouslyAcknowledged = 0;
  nextSeq = 0;
  paced = false;
  /** TSecr. */
  echo: number | undefined;

  /** It moved the cumulative acknowledgement. */
  advanced = false;
  /** ... or the right edge of the peer's window. */
  windowMoved = false;
  /** It came with data. */
  carriesData = false;
  /** It covered data cumulatively / selectively. */
  dataAcked = false;
  dataSacked = false;
  /** End of what it reported to have arrived twice (RFC 2883). */
  duplicateEnd: number | undefined;
  /** Data sent once, before the present episode of recovery began, was (selectively) acknowledged. */
  originalDelivered = false;
  retransmittedAcked = false;
  /** Segments newly (selectively) acknowledged, duplicates reported included. */
  delivered = 0;

  /** Send times of the first and last segment sent once, cumulatively and selectively acknowledged; Infinity: none. */
  firstAckedMs: TimeMs = Infinity;
  lastAckedMs: TimeMs = Infinity;
  firstSackedMs: TimeMs = Infinity;
  lastSackedMs: TimeMs = Infinity;
  /** Lowest sequence sent once and only now acknowledged. */
  lowestOriginalSeq = Infinity;
  /** RTT of the newest segment it covers, if that was sent once; Infinity: none. */
  rttMs = Infinity;

  /** Neither data, nor news of any kind. */
  get isDuplicateAck(): boolean {
    return !this.carriesData && !this.windowMoved && !this.dataAcked && this.duplicateEnd === undefined;
  }

  clear(): void {
    this.dataAcked = this.dataSacked = this.originalDelivered = this.retransmittedAcked = false;
    this.duplicateEnd = undefined;
    this.delivered = 0;
    this.firstAckedMs = this.lastAckedMs = this.firstSackedMs = this.lastSackedMs = Infinity;
    this.lowestOriginalSeq = Infinity;
    this.rttMs = Infinity;
  }
}
