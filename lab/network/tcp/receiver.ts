import type { Simulation } from '../simulation.ts';
import { Deadline } from './deadline.ts';
import { DelayedAckPolicy } from './delayed-ack.ts';
import { kernelTimerMs } from './kernel-timer.ts';
import { Reassembly } from './reassembly.ts';
import { ReceiverRtt } from './receiver-rtt.ts';
import { ReceiveWindow, segmentMemoryBytes } from './receive-window.ts';
import { SMSS_BYTES, type Acknowledgement, type SackBlock, type TcpSegment } from './segment.ts';
import type { Writable } from './wire-packet.ts';

/** RFC 2018 §3: with the timestamp option there is room for three blocks. */
const MAX_SACK_BLOCKS = 3;
/** TCP_MSS_DEFAULT: the peer's segments are taken to be this short until longer ones arrive. */
const INITIAL_RECEIVED_MSS = 536;
/** Shorter segments with PSH say nothing about the peer's MSS; shorter than this, none does (TCP_MIN_MSS). */
const SMALLEST_MSS = 88;
/** Out-of-order segments acknowledged at once before acknowledgements are compressed. */
const UNCOMPRESSED_DUPLICATES = 3;
/** tcp_comp_sack_nr, tcp_comp_sack_rtt_percent, tcp_comp_sack_delay_ns with its slack: at most this many ACKs held... */
const MAX_COMPRESSED = 44;
/** ... for a third of the RTT, but no longer than this. */
const COMPRESSION_RTT_SHARE = 0.33;
const COMPRESSION_DELAY_MS = 1.1;
/** TCP_SACK_BLOCKS_EXPECTED: a held acknowledgement leaves before news of older blocks would push out what it reports. */
const SACK_BLOCKS_EXPECTED = 2;

/** What a receiver calls for. */
export interface ReceiverOutlet {
  /** Send a pure acknowledgement now. */
  acknowledge(): void;
  /** The next `bytes` in order have arrived. */
  deliver(bytes: number): void;
}

/** What a receiver borrows from the sender beside it. */
export interface PeerTiming {
  readonly rtoMs: number;
  /** Infinity: no sample yet. */
  readonly srttMs: number;
}

/**
 * Receiving half of a TCP endpoint: reassembly, selective acknowledgement, and when to acknowledge. The application
 * reads at once whatever has arrived in order; a hole holds back everything behind it.
 */
export class TcpReceiver {
  readonly #simulation: Simulation;
  readonly #outlet: ReceiverOutlet;
  readonly #timing: PeerTiming;
  readonly #policy = new DelayedAckPolicy();
  readonly #window: ReceiveWindow;
  readonly #rtt = new ReceiverRtt();
  readonly #held = new Reassembly();
  readonly #delayTimer: Deadline;
  readonly #compressionTimer: Deadline;
  #nextExpected = 0;
  /** Highest `nextExpected` the peer has been told. */
  #announced = 0;
  /** TSval to echo: of the segment that the next acknowledgement answers (RFC 7323 §4.3). */
  #echo: number | undefined;
  #duplicate: SackBlock | undefined;
  #receivedMss = INITIAL_RECEIVED_MSS;
  #unreadMemoryBytes = 0;
  #lastShortLength = 0;
  /** An acknowledgement is due; its data came with PSH, or is short; once more. */
  #due = false;
  #pushed = false;
  #pushedAgain = false;
  /** Acknowledgements of out-of-order data held back; those sent at once since the last progress. */
  #compressed = 0;
  #duplicatesSent = 0;
  #duplicatesFor = -1;

  constructor(simulation: Simulation, outlet: ReceiverOutlet, timing: PeerTiming) {
    this.#simulation = simulation;
    this.#outlet = outlet;
    this.#timing = timing;
    this.#window = new ReceiveWindow(simulation.nowMs);
    this.#delayTimer = new Deadline(simulation, () => {
      this.#policy.onTimerFired(this.#timing.rtoMs);
      this.#outlet.acknowledge();
    });
    this.#compressionTimer = new Deadline(simulation, () => this.#sendCompressed());
  }

  /** Every segment, also without data: its timestamp is the one to echo if it is the next in line. */
  onTimestamp(segment: TcpSegment): void {
    if (segment.seq <= this.#announced) this.#echo = segment.timestamp;
    if (segment.length === 0) this.#rtt.onEcho(this.#simulation.nowMs, segment.acknowledgement.echo, false);
  }

  /** A segment with data. */
  receive(segment: TcpSegment): void {
    const nowMs = this.#simulation.nowMs;
    const end = segment.seq + segment.length;
    this.#rtt.onEcho(nowMs, segment.acknowledgement.echo, segment.length >= this.#receivedMss);
    if (end <= this.#nextExpected) this.#onDuplicate([segment.seq, end]);
    else if (segment.seq > this.#nextExpected) this.#onOutOfOrder(segment.seq, end);
    else this.#onInOrder(segment, end);
  }

  /**
   * Writes the acknowledgement fields of a segment about to leave; counts as having acknowledged.
   * @param length of its payload: beside a full one there is no room for SACK blocks (RFC 6691)
   */
  fillAcknowledgement(acknowledgement: Writable<Acknowledgement>, length: number): void {
    this.#policy.onAckSent(this.#due);
    this.#delayTimer.clear();
    if (this.#compressed > 0) this.#compressionTimer.clear();
    this.#compressed = 0;
    this.#due = this.#pushed = this.#pushedAgain = false;
    const duplicate = this.#duplicate;
    this.#duplicate = undefined;
    this.#announced = this.#nextExpected;
    const room = sackRoom(length);
    const reported = room > 0 ? duplicate : undefined;
    const blocks = room - (reported === undefined ? 0 : 1);
    acknowledgement.ack = this.#nextExpected;
    acknowledgement.windowBytes = this.#window.announce(this.#nextExpected, this.#heldBytes());
    acknowledgement.echo = this.#echo;
    acknowledgement.duplicate = reported;
    acknowledgement.sackBlocks =
      this.#held.isEmpty || blocks <= 0 ? NO_BLOCKS : this.#held.blocks.slice(0, blocks);
  }

  onDataSent(): void {
    this.#policy.onDataSent(this.#simulation.nowMs);
  }

  stop(): void {
    this.#delayTimer.stop();
    this.#compressionTimer.stop();
  }

  /** Memory taken by what waits behind a hole, and by what the application has not read yet. */
  #heldBytes(): number {
    return memoryOf(this.#held.bytes) + this.#unreadMemoryBytes;
  }

  #windowSegments(): number {
    return this.#window.lastAnnouncedBytes / this.#receivedMss;
  }

  #onDuplicate(block: SackBlock): void {
    this.#duplicate = block;
    this.#policy.enterQuickMode(this.#windowSegments());
    this.#due = true;
    this.#outlet.acknowledge();
  }

  #onOutOfOrder(start: number, end: number): void {
    this.#due = true;
    if (this.#held.contains(start, end)) {
      this.#duplicate = [start, end];
      this.#acknowledgeHole();
      return;
    }
    const touched = this.#held.blockTouching(start, end);
    const displaced = touched === -1 ? this.#held.blocks.length : touched;
    if (this.#compressed > 0 && displaced >= SACK_BLOCKS_EXPECTED) this.#sendCompressed();
    this.#held.add(start, end);
    this.#due = true;
    if (this.#window.grow(end - start, this.#heldBytes(), this.#receivedMss)) this.#policy.onWindowOpened();
    this.#window.onOutOfOrder(this.#held.highestEnd - this.#nextExpected);
    this.#acknowledgeHole();
  }

  #onInOrder(segment: TcpSegment, end: number): void {
    const nowMs = this.#simulation.nowMs;
    const before = this.#nextExpected;
    const { length } = segment;
    this.#due = true;
    this.#measure(segment);
    this.#rtt.onData(nowMs, end, this.#window.lastAnnouncedBytes);
    this.#policy.onData(nowMs, this.#timing.rtoMs, this.#windowSegments());
    this.#unreadMemoryBytes = segmentMemoryBytes(length);
    if (this.#window.grow(length, this.#heldBytes(), this.#receivedMss)) this.#policy.onWindowOpened();
    const hadHole = !this.#held.isEmpty;
    this.#nextExpected = hadHole ? this.#held.absorb(end) : end;
    this.#unreadMemoryBytes += memoryOf(this.#nextExpected - end);
    this.#acknowledgeInOrder(hadHole && this.#held.isEmpty);
    this.#unreadMemoryBytes = 0;
    this.#read(before, end);
  }

  /** Linux's __tcp_ack_snd_check, from within the stack: the application has not read yet. */
  #acknowledgeInOrder(holeClosed: boolean): void {
    const isSecond = this.#nextExpected - this.#announced > this.#receivedMss;
    const windowMoves = isSecond && this.#window.mayAdvance(this.#heldBytes());
    if (windowMoves || holeClosed || this.#policy.acknowledgesAtOnce) this.#outlet.acknowledge();
    else if (this.#held.isEmpty) this.#delay();
    else this.#acknowledgeHole();
  }

  /**
   * The application takes all that is in order, a segment at a time; Linux's tcp_cleanup_rbuf may acknowledge then.
   * @param firstEnd end of the first of these segments: the others take no time, so only it can end a measurement
   */
  #read(before: number, firstEnd: number): void {
    const nowMs = this.#simulation.nowMs;
    if (this.#window.measuresAt(nowMs, this.#rtt.rttMs)) {
      this.#window.onRead(nowMs, {
        readSeq: firstEnd,
        unreadBytes: this.#nextExpected - firstEnd,
        outOfOrderBytes: this.#held.isEmpty ? 0 : this.#held.highestEnd - this.#nextExpected,
      });
    }
    const drained = this.#held.isEmpty;
    const pushed = this.#pushedAgain || (this.#pushed && !this.#policy.isInteractive);
    const isSecond = this.#nextExpected - this.#announced > this.#receivedMss;
    if (
      (this.#due && (isSecond || (pushed && drained))) ||
      this.#window.hasDoubled(this.#nextExpected, this.#heldBytes())
    ) {
      this.#outlet.acknowledge();
    }
    // Last: the stack acknowledges before the application gets to answer.
    this.#outlet.deliver(this.#nextExpected - before);
  }

  #delay(): void {
    const nowMs = this.#simulation.nowMs;
    const delayMs = this.#policy.delayMs(this.#timing.srttMs, this.#pushed);
    if (this.#delayTimer.isSet) {
      // About to fire anyway.
      if (this.#delayTimer.dueMs <= nowMs + delayMs / 4) this.#outlet.acknowledge();
      return;
    }
    this.#delayTimer.set(nowMs + kernelTimerMs(delayMs));
  }

  /** Data waits behind a hole: the sender needs to know, but not of every segment by itself. */
  #acknowledgeHole(): void {
    if (this.#policy.acknowledgesAtOnce || this.#compressed >= MAX_COMPRESSED) {
      this.#outlet.acknowledge();
      return;
    }
    if (this.#duplicatesFor !== this.#nextExpected) {
      this.#duplicatesFor = this.#nextExpected;
      this.#duplicatesSent = 0;
    }
    if (this.#duplicatesSent < UNCOMPRESSED_DUPLICATES) {
      this.#duplicatesSent++;
      this.#outlet.acknowledge();
      return;
    }
    this.#compressed++;
    if (this.#compressionTimer.isSet) return;
    const rttMs = Math.min(this.#rtt.rttMs, this.#timing.srttMs);
    const delayMs = Math.min(COMPRESSION_DELAY_MS, rttMs * COMPRESSION_RTT_SHARE);
    this.#compressionTimer.set(this.#simulation.nowMs + delayMs);
  }

  #sendCompressed(): void {
    if (this.#compressed > 0) this.#outlet.acknowledge();
  }

  /** How long the peer's segments are, and whether this one ends what it had to say (tcp_measure_rcv_mss). */
  #measure({ length, push }: TcpSegment): void {
    const lastShortLength = this.#lastShortLength;
    this.#lastShortLength = 0;
    if (length >= this.#receivedMss) {
      if (length !== this.#receivedMss) this.#window.onLargerSegment(length);
      this.#receivedMss = Math.min(length, SMSS_BYTES);
      if (push) this.#pushed = true;
      return;
    }
    if (length >= INITIAL_RECEIVED_MSS || (length >= SMALLEST_MSS && !push)) {
      this.#lastShortLength = length;
      if (length === lastShortLength) {
        this.#receivedMss = length;
        return;
      }
    }
    if (this.#pushed) this.#pushedAgain = true;
    this.#pushed = true;
  }
}

/** SACK blocks that fit beside so much payload: 4 bytes of option and 8 per block. */
function sackRoom(length: number): number {
  return length === 0
    ? MAX_SACK_BLOCKS
    : Math.max(0, Math.min(MAX_SACK_BLOCKS, Math.floor((SMSS_BYTES - length - 4) / 8)));
}

function memoryOf(payloadBytes: number): number {
  return payloadBytes === 0 ? 0 : Math.ceil(payloadBytes / SMSS_BYTES) * segmentMemoryBytes(SMSS_BYTES);
}

const NO_BLOCKS: readonly SackBlock[] = [];
