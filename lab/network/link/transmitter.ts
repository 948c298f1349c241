import type { Packet } from '../queue/packet.ts';

/** Serialises packets one after the other, at its own pace. */
export interface Transmitter {
  /** A packet waits: begins unless busy. */
  wake(): void;
  /** Lets go of a packet whose last bit leaves at this very moment: what arrives now finds its place free. */
  settle(): void;
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
