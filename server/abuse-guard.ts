import type { FrameHeader } from './http2-frames.ts';
import {
  EMPTY_FRAMES,
  MAX_HEADER_BLOCK_BYTES,
  PINGS,
  PRIORITIES,
  RESETS,
  SETTINGS,
  type RateLimit,
} from './limits.ts';
import { FLAG, FRAME } from './http2-frames.ts';

/** Watches what a client's frames cost us, before node:http2 has seen them. */
export class AbuseGuard {
  readonly #nowMs: () => number;
  readonly #onAbuse: (what: string) => void;
  readonly #resets = new RateCounter(RESETS);
  readonly #pings = new RateCounter(PINGS);
  readonly #settings = new RateCounter(SETTINGS);
  readonly #priorities = new RateCounter(PRIORITIES);
  readonly #emptyFrames = new RateCounter(EMPTY_FRAMES);
  #headerBlockBytes = 0;
  #tripped = false;

  /** @param onAbuse called once, with what the client did */
  constructor(nowMs: () => number, onAbuse: (what: string) => void) {
    this.#nowMs = nowMs;
    this.#onAbuse = onAbuse;
  }

  onFrameHeader({ type, flags, streamId, length }: FrameHeader): void {
    switch (type) {
      case FRAME.rstStream:
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
        this.#headerBlockBytes = length;
        this.#checkHeaderBlock();
        break;
      case FRAME.continuation:
        this.#headerBlockBytes += length;
        if (length === 0) this.#count(this.#emptyFrames, 'empty frames');
        this.#checkHeaderBlock();
        break;
      case FRAME.data:
        if (length === 0 && !(flags & FLAG.endStream)) this.#count(this.#emptyFrames, 'empty frames');
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

  #checkHeaderBlock(): void {
    if (this.#headerBlockBytes <= MAX_HEADER_BLOCK_BYTES) return;
    this.#trip(`a header block of more than ${MAX_HEADER_BLOCK_BYTES} B`);
  }

  #trip(what: string): void {
    if (this.#tripped) return;
    this.#tripped = true;
    this.#onAbuse(what);
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
