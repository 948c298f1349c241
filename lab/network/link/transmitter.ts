import type { Packet } from '../queue/packet.ts';

/** Serialises packets one after the other, at its own pace. */
export interface Transmitter {
  /** Finishes what is due by now, so that whoever arrives at this very moment comes after it. */
  catchUp(): void;
  /** A packet waits: begins unless busy. */
  wake(): void;
  /** Takes effect at once, also for the packet in service. */
  setBandwidth(bandwidthBps: number): void;
  /** The moment from which a trace counts. */
  start(): void;
}

/** Where packets come from and where they go. */
export interface PacketSource<P extends Packet> {
  /** The packet to serialise next. */
  take(): P | undefined;
  /** Its last bit has left. */
  sent(packet: P): void;
}
