import { SendOrder, SentSegment } from './sent-segment.ts';
import type { TimeMs } from '../simulation.ts';
import type { SackBlock } from './segment.ts';

const FIRST_CAPACITY = 2;

/**
 * What is outstanding and what is known of it (RFC 6675's scoreboard, counted in segments as Linux does):
 * inFlight = outstanding − sacked − lost + retransmitted.
 */
export class Scoreboard {
  /** In sequence order, in a ring: the first is at #head. */
  #ring: (SentSegment | undefined)[] = [];
  /** Acknowledged, to be used again, the newest first: it is still in the processor's cache. Linked by `next`. */
  #spare: SentSegment | undefined;
  #head = 0;
  #length = 0;
  /** Everything lost below this has been retransmitted. */
  #retransmitFrom = 0;
  /** Blocks of the previous acknowledgement: what they cover is marked already. */
  #knownBlocks: readonly SackBlock[] = [];
  readonly sendOrder = new SendOrder();
  sackedOut = 0;
  lostOut = 0;
  retransmittedOut = 0;
  /** Bytes believed to be in the network. */
  flightBytes = 0;
  /** End of the highest segment ever selectively acknowledged (Linux's tcp_highest_sack_seq). */
  highestSackedSeq = 0;
  /** Segments ever marked lost. */
  lostTotal = 0;

  /** Outstanding segments. */
  get length(): number {
    return this.#length;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  get first(): SentSegment | undefined {
    return this.#length === 0 ? undefined : this.#at(0);
  }

  get last(): SentSegment | undefined {
    return this.#length === 0 ? undefined : this.#at(this.#length - 1);
  }

  get inFlight(): number {
    return this.length - this.sackedOut - this.lostOut + this.retransmittedOut;
  }

  /** A segment has left for the first time. */
  add(seq: number, end: number, sentMs: TimeMs, burst: number): SentSegment {
    if (this.#length === this.#ring.length) this.#grow();
    const segment = this.#takeSpare();
    segment.begin(seq, end, sentMs, burst);
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = segment;
    this.sendOrder.append(segment);
    this.flightBytes += end - seq;
    return segment;
  }

  /** Takes the first segment off if it lies wholly below `ack`. It is good until the next one is added. */
  takeAcknowledged(ack: number): SentSegment | undefined {
    const segment = this.first;
    if (segment === undefined || segment.end > ack) return undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    if (isInFlight(segment)) this.flightBytes -= segment.end - segment.seq;
    if (segment.sacked) this.sackedOut--;
    if (segment.lost) this.lostOut--;
    if (segment.retransmitted) this.retransmittedOut--;
    this.sendOrder.remove(segment);
    segment.next = this.#spare;
    this.#spare = segment;
    return segment;
  }

  /** Marks what the blocks newly cover and hands each such segment, as it was before, to `onSacked`. */
  selectivelyAcknowledge(blocks: readonly SackBlock[], onSacked: (segment: SentSegment) => void): void {
    // Lowest first, so that what is new at the top is not mistaken for reordering further down.
    for (let block = lowestFrom(blocks, -1); block !== undefined; block = lowestFrom(blocks, block[0])) {
      const [start, end] = block;
      const known = this.#knownWithin(start, end);
      if (known === undefined) {
        this.#markSacked(start, end, onSacked);
      } else {
        this.#markSacked(start, known[0], onSacked);
        this.#markSacked(known[1], end, onSacked);
      }
    }
    this.#knownBlocks = blocks;
  }

  /** A block of the previous acknowledgement that lies inside, and not below what is outstanding. */
  #knownWithin(start: number, end: number): SackBlock | undefined {
    const lowest = this.first?.seq ?? 0;
    for (const known of this.#knownBlocks) {
      if (known[0] >= start && known[1] <= end && known[1] > lowest) return known;
    }
    return undefined;
  }

  markLost(segment: SentSegment): void {
    if (segment.sacked) return;
    if (isInFlight(segment)) this.flightBytes -= segment.end - segment.seq;
    if (segment.retransmitted) {
      segment.retransmitted = false;
      this.retransmittedOut--;
    }
    if (!segment.lost) {
      segment.lost = true;
      this.lostOut++;
    }
    this.lostTotal++;
    this.#retransmitFrom = Math.min(this.#retransmitFrom, segment.seq);
    this.sendOrder.remove(segment);
  }

  /** Loss marks were wrong (spurious timeout): everything counts as in flight again. */
  unmarkLost(): void {
    for (let index = 0; index < this.#length; index++) {
      const segment = this.#at(index);
      if (!segment.lost) continue;
      segment.lost = false;
      if (!segment.retransmitted) this.flightBytes += segment.end - segment.seq;
    }
    this.lostOut = 0;
  }

  /** In sequence order; `index` from 0 to below `length`. */
  outstanding(index: number): SentSegment {
    return this.#at(index);
  }

  nextToRetransmit(): SentSegment | undefined {
    if (this.retransmittedOut >= this.lostOut) return undefined;
    for (let index = this.#indexOf(this.#retransmitFrom); index < this.#length; index++) {
      const segment = this.#at(index);
      if (segment.lost && !segment.retransmitted) {
        this.#retransmitFrom = segment.seq;
        return segment;
      }
    }
    return undefined;
  }

  markRetransmitted(segment: SentSegment, nowMs: TimeMs): void {
    if (!isInFlight(segment)) this.flightBytes += segment.end - segment.seq;
    segment.sentMs = nowMs;
    segment.everRetransmitted = true;
    if (!segment.retransmitted) {
      segment.retransmitted = true;
      this.retransmittedOut++;
    }
    this.sendOrder.append(segment);
  }

  /** Sent again as a tail loss probe, which the count of retransmissions under way leaves out. */
  markProbed(segment: SentSegment, nowMs: TimeMs): void {
    segment.sentMs = nowMs;
    segment.everRetransmitted = true;
    this.sendOrder.append(segment);
  }

  #markSacked(start: number, end: number, onSacked: (segment: SentSegment) => void): void {
    for (let index = this.#indexOf(start); index < this.#length; index++) {
      const segment = this.#at(index);
      if (segment.end > end) return;
      if (segment.sacked) continue;
      onSacked(segment);
      this.#markOneSacked(segment);
    }
  }

  #markOneSacked(segment: SentSegment): void {
    if (isInFlight(segment)) this.flightBytes -= segment.end - segment.seq;
    if (segment.lost) this.lostOut--;
    // A retransmission that was not given up is still on its way: Linux leaves its mark until it is acknowledged.
    if (segment.retransmitted && segment.lost) {
      segment.retransmitted = false;
      this.retransmittedOut--;
    }
    segment.lost = false;
    segment.sacked = true;
    this.sackedOut++;
    this.highestSackedSeq = Math.max(this.highestSackedSeq, segment.end);
    this.sendOrder.remove(segment);
  }

  #takeSpare(): SentSegment {
    const segment = this.#spare ?? new SentSegment();
    this.#spare = segment.next;
    segment.next = undefined;
    return segment;
  }

  #at(index: number): SentSegment {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)]!;
  }

  /** The capacity stays a power of two, so that a mask does for a remainder. */
  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 * this.#ring.length);
    this.#ring = Array.from({ length: capacity }, (_, index) =>
      index < this.#length ? this.#at(index) : undefined,
    );
    this.#head = 0;
  }

  /** Index of the first outstanding segment that begins at or after `seq`. */
  #indexOf(seq: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle).seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The first of the blocks, which do not overlap, that begins beyond `seq`. */
function lowestFrom(blocks: readonly SackBlock[], seq: number): SackBlock | undefined {
  let lowest: SackBlock | undefined;
  for (const block of blocks) {
    if (block[0] > seq && (lowest === undefined || block[0] < lowest[0])) lowest = block;
  }
  return lowest;
}

function isInFlight(segment: SentSegment): boolean {
  return !segment.sacked && (!segment.lost || segment.retransmitted);
}
