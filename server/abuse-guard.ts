import { constants } from 'node:http2';
import { FLAG, FRAME, type FrameHeader } from './http2-frames.ts';
import {
  EMPTY_FRAMES,
  MAX_HEADER_BLOCK_BYTES,
  PINGS,
  PRIORITIES,
  RESETS,
  SETTINGS,
  type RateLimit,
} from './limits.ts';

/** Why a connection has to end. */
export interface Violation {
  readonly what: string;
  readonly errorCode: number;
}

/** Watches what a client's frames cost us, before node:http2 has seen them, and what nghttp2 lets pass. */
export class AbuseGuard {
  readonly #nowMs: () => number;
  readonly #onViolation: (violation: Violation) => void;
  readonly #resets = new RateCounter(RESETS);
  readonly #pings = new RateCounter(PINGS);
  readonly #settings = new RateCounter(SETTINGS);
  readonly #priorities = new RateCounter(PRIORITIES);
  readonly #emptyFrames = new RateCounter(EMPTY_FRAMES);
  /** Streams the client has opened and not yet ended: HEADERS there are trailers. */
  readonly #unended = new Set<number>();
  #highest = 0;
  #headerBlockBytes = 0;
  #tripped = false;

  /** @param onViolation called once */
  constructor(nowMs: () => number, onViolation: (violation: Violation) => void) {
    this.#nowMs = nowMs;
    this.#onViolation = onViolation;
  }

  onFrameHeader({ type, flags, streamId, length }: FrameHeader): void {
    switch (type) {
      case FRAME.rstStream:
        this.#unended.delete(streamId);
        // A client may well refuse everything it is promised; that costs it nothing it did not get.
        if (streamId % 2 === 1) this.onReset();
        break;
      case FRAME.ping:
        if (!(flags & FLAG.ack)) this.#count(this.#pings, 'PING frames');
        break;
      case FRAME.settings:
        if (!(flags & FLAG.ack)) this.#count(this.#settings, 'SETTINGS frames');
        break;
      case FRAME.priority:
        this.#count(this.#priorities, 'PRIORITY frames');
        break;
      case FRAME.headers:
        this.#checkOrder(streamId, flags);
        this.#headerBlockBytes = length;
        this.#checkHeaderBlock();
        break;
      case FRAME.continuation:
        this.#headerBlockBytes += length;
        if (length === 0) this.#count(this.#emptyFrames, 'empty frames');
        this.#checkHeaderBlock();
        break;
      case FRAME.data:
        if (flags & FLAG.endStream) this.#unended.delete(streamId);
        else if (length === 0) this.#count(this.#emptyFrames, 'empty frames');
        break;
      default:
    }
  }

  /** A stream the client opened was reset, by whichever side. */
  onReset(): void {
    this.#count(this.#resets, 'streams opened and reset');
  }

  #count(counter: RateCounter, what: string): void {
    if (counter.add(this.#nowMs())) return;
    const { count, windowMs } = counter.limit;
    this.#trip(`more than ${count} ${what} within ${windowMs / 1000} s`);
  }

  /** RFC 9113 §5.1, §5.1.1. nghttp2 drops HEADERS on a closed stream without a word. */
  #checkOrder(streamId: number, flags: number): void {
    const isNew = streamId > this.#highest;
    if (streamId % 2 === 1 && !isNew && !this.#unended.has(streamId)) {
      this.#trip(`HEADERS on stream ${streamId}, which it had ended`, constants.NGHTTP2_STREAM_CLOSED);
    }
    if (isNew) this.#highest = streamId;
    if (flags & FLAG.endStream) this.#unended.delete(streamId);
    else if (isNew) this.#unended.add(streamId);
  }

  #checkHeaderBlock(): void {
    if (this.#headerBlockBytes <= MAX_HEADER_BLOCK_BYTES) return;
    this.#trip(`a header block of more than ${MAX_HEADER_BLOCK_BYTES} B`);
  }

  #trip(what: string, errorCode: number = constants.NGHTTP2_ENHANCE_YOUR_CALM): void {
    if (this.#tripped) return;
    this.#tripped = true;
    this.#onViolation({ what, errorCode });
  }
}

/** Counts in two halves of the window, so that no list of times grows with what is counted. */
class RateCounter {
  readonly limit: RateLimit;
  #halfStartMs = -Infinity;
  #previous = 0;
  #current = 0;

  constructor(limit: RateLimit) {
    this.limit = limit;
  }

  /** False once there were more than the limit allows. */
  add(nowMs: number): boolean {
    const halfMs = this.limit.windowMs / 2;
    const sinceMs = nowMs - this.#halfStartMs;
    if (sinceMs >= halfMs) {
      this.#previous = sinceMs < this.limit.windowMs ? this.#current : 0;
      this.#current = 0;
      this.#halfStartMs = nowMs;
    }
    this.#current++;
    return this.#previous + this.#current <= this.limit.count;
  }
}
