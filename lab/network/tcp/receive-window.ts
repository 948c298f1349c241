import type { TimeMs } from '../simulation.ts';
import { SMSS_BYTES } from './segment.ts';

/** What a Linux receiver with tcp_rmem[1] = 131072 announces first: a multiple of the MSS, rounded to the scale. */
export const INITIAL_RECEIVE_WINDOW_BYTES = 64_256;
/** tcp_rmem[1] and tcp_rmem[2]: memory for received segments, at first and at most. */
const INITIAL_BUFFER_BYTES = 131_072;
const MAX_BUFFER_BYTES = 6_291_456;
/** Windows travel in units of 2^7 bytes: the scale that fits tcp_rmem[2] into 16 bits. */
const WINDOW_UNIT_BYTES = 128;
/** TCP_INIT_CWND segments: what is taken for one RTT's worth before anything was measured. */
const INITIAL_SPACE_BYTES = 10 * SMSS_BYTES;
/** Segments shorter than this do not open the window. */
const SMALLEST_GROWING_BYTES = 128;
/** Share of memory that is payload, in 256ths, before a full segment was seen (TCP_DEFAULT_SCALING_RATIO). */
const DEFAULT_PAYLOAD_SHARE = 128;
const SHARE_ONE = 256;

/** Memory a Linux receiver reckons for a segment: head room, headers and shared info in a power of two, and the sk_buff. */
export function segmentMemoryBytes(payloadBytes: number): number {
  return payloadBytes === SMSS_BYTES ? FULL_SEGMENT_MEMORY_BYTES : memoryFor(payloadBytes);
}

function memoryFor(payloadBytes: number): number {
  const neededBytes = payloadBytes + 52 + 64 + 320;
  return 2 ** Math.ceil(Math.log2(neededBytes)) + 256;
}

const FULL_SEGMENT_MEMORY_BYTES = memoryFor(SMSS_BYTES);

/**
 * The window a Linux receiver announces to a sender whose data is read at once. It opens by two segments per full
 * segment received (tcp_grow_window), as far as the buffer allows, and the buffer follows the amount read per round
 * trip (dynamic right-sizing, tcp_rcv_space_adjust).
 */
export class ReceiveWindow {
  #bufferBytes = INITIAL_BUFFER_BYTES;
  #payloadShare = DEFAULT_PAYLOAD_SHARE;
  /** Largest window worth announcing (window_clamp). */
  #clampBytes = (INITIAL_BUFFER_BYTES * DEFAULT_PAYLOAD_SHARE) / SHARE_ONE;
  /** Window that slow opening has reached (rcv_ssthresh). */
  #openBytes = INITIAL_RECEIVE_WINDOW_BYTES;
  /** Right edge last announced; it never moves back. */
  #announcedEnd = INITIAL_RECEIVE_WINDOW_BYTES;
  /** Window of the last acknowledgement. */
  lastAnnouncedBytes = INITIAL_RECEIVE_WINDOW_BYTES;
  /** Bytes read in the round trip before (rcvq_space). */
  #readPerRtt = INITIAL_SPACE_BYTES;
  #readSeq = 0;
  #readSinceMs: TimeMs;

  constructor(nowMs: TimeMs) {
    this.#readSinceMs = nowMs;
  }

  /** The first full segment shows how much of the memory is payload. */
  onLargerSegment(payloadBytes: number): void {
    const share = Math.max(Math.floor((payloadBytes * SHARE_ONE) / segmentMemoryBytes(payloadBytes)), 1);
    if (share === this.#payloadShare) return;
    this.#payloadShare = share;
    this.#clampBytes = this.#windowOf(this.#bufferBytes);
    this.#readPerRtt = Math.min(this.#readPerRtt, this.#clampBytes);
  }

  /**
   * Opens the window for a received segment.
   * @param heldBytes memory taken by segments not yet read, this one included
   * @returns whether it opened
   */
  grow(payloadBytes: number, heldBytes: number, receivedMss: number): boolean {
    if (payloadBytes < SMALLEST_GROWING_BYTES) return false;
    const limitBytes = Math.min(this.#clampBytes, this.#windowOf(this.#bufferBytes - heldBytes));
    const roomBytes = limitBytes - this.#openBytes;
    if (roomBytes <= 0) return false;
    const stepBytes = this.#step(payloadBytes, receivedMss);
    if (stepBytes === 0) return false;
    this.#openBytes += Math.min(roomBytes, Math.max(stepBytes, 2 * payloadBytes));
    return true;
  }

  /** Whether the round trip over which reading is measured is over: `onRead` is to be told. */
  measuresAt(nowMs: TimeMs, rttMs: number): boolean {
    return nowMs - this.#readSinceMs >= rttMs;
  }

  /**
   * The application has read on (Linux's tcp_rcv_space_adjust), a round trip after it was last told: the amount read in
   * between counts.
   * @param read.readSeq up to where
   * @param read.unreadBytes what is in order beyond `readSeq`: it arrived in one go, not at the sender's rate
   * @param read.outOfOrderBytes how far the highest segment that has to wait reaches beyond what is in order
   */
  onRead(nowMs: TimeMs, read: { readSeq: number; unreadBytes: number; outOfOrderBytes: number }): void {
    const bytes = read.readSeq - this.#readSeq - read.unreadBytes;
    if (bytes > this.#readPerRtt) this.#growBuffer(bytes, read.outOfOrderBytes);
    this.#readSeq = read.readSeq;
    this.#readSinceMs = nowMs;
  }

  /** A segment has to wait behind a hole: the buffer makes room for it. */
  onOutOfOrder(outOfOrderBytes: number): void {
    this.#growBuffer(this.#readPerRtt, outOfOrderBytes);
  }

  /**
   * The window to announce beyond `ack` (Linux's __tcp_select_window and tcp_select_window).
   * @param heldBytes memory taken by segments not yet read
   */
  announce(ack: number, heldBytes: number): number {
    const bytes = Math.max(roundUp(this.#selectable(heldBytes)), this.#announcedEnd - ack);
    this.#announcedEnd = ack + bytes;
    this.lastAnnouncedBytes = bytes;
    return bytes;
  }

  /** Whether a window announced now would be at least as large as the last one was. */
  mayAdvance(heldBytes: number): boolean {
    return roundUp(this.#selectable(heldBytes)) >= this.lastAnnouncedBytes;
  }

  /** Whether reading has freed at least twice what the sender still knows of (tcp_cleanup_rbuf). */
  hasDoubled(nextExpected: number, heldBytes: number): boolean {
    const knownBytes = Math.max(this.#announcedEnd - nextExpected, 0);
    return 2 * knownBytes <= this.#clampBytes && roundUp(this.#selectable(heldBytes)) >= 2 * knownBytes;
  }

  #selectable(heldBytes: number): number {
    const freeBytes = this.#windowOf(this.#bufferBytes - heldBytes);
    return Math.max(Math.min(freeBytes, this.#openBytes), 0);
  }

  #step(payloadBytes: number, receivedMss: number): number {
    const memoryBytes = segmentMemoryBytes(payloadBytes);
    if (this.#windowOf(memoryBytes) <= payloadBytes) return 2 * SMSS_BYTES;
    // Segments with much overhead open the window only while the buffer could hold more of them (__tcp_grow_window).
    let truesize = this.#windowOf(memoryBytes) >> 1;
    let window = this.#windowOf(MAX_BUFFER_BYTES) >> 1;
    while (this.#openBytes <= window) {
      if (truesize <= payloadBytes) return 2 * receivedMss;
      truesize >>= 1;
      window >>= 1;
    }
    return 0;
  }

  /** Twice what was read in the last round trip, and as much more as slow start will send (tcp_rcvbuf_grow). */
  #growBuffer(read: number, outOfOrderBytes: number): void {
    const before = this.#readPerRtt;
    this.#readPerRtt = read;
    const growth = (2 * read * (read - before)) / before;
    const windowBytes = 2 * read + 2 * Math.floor(growth) + outOfOrderBytes;
    const bufferBytes = Math.min(
      Math.floor((windowBytes * SHARE_ONE) / this.#payloadShare),
      MAX_BUFFER_BYTES,
    );
    if (bufferBytes <= this.#bufferBytes) return;
    this.#bufferBytes = bufferBytes;
    this.#clampBytes = this.#windowOf(bufferBytes);
  }

  #windowOf(memoryBytes: number): number {
    return Math.floor((Math.max(memoryBytes, 0) * this.#payloadShare) / SHARE_ONE);
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / WINDOW_UNIT_BYTES) * WINDOW_UNIT_BYTES;
}
