import type { WirePacket } from '../network/tcp/connection.ts';

/** Since when the bottleneck serves the packet that leaves it: since it came, or since the one before it had left. */
export class BottleneckClock {
  readonly #arrivedMs = new Map<WirePacket, number>();
  #lastLeftMs = -Infinity;

  arrived(packet: WirePacket, nowMs: number): void {
    this.#arrivedMs.set(packet, nowMs);
  }

  /** In the queue: it was never served. */
  dropped(packet: WirePacket): void {
    this.#arrivedMs.delete(packet);
  }

  /** Returns when its service began. */
  left(packet: WirePacket, nowMs: number): number {
    const startMs = Math.max(this.#arrivedMs.get(packet) ?? nowMs, this.#lastLeftMs);
    this.#arrivedMs.delete(packet);
    this.#lastLeftMs = nowMs;
    return startMs;
  }
}
