import type { CapturedConnection, CapturedPacket, WireCapture } from '../../lab/emulator/wire-capture.ts';

/** A packet as a capture on the client's interface sees it. */
export interface SeenPacket {
  readonly connection: CapturedConnection;
  readonly packet: CapturedPacket;
  /** CLOCK_MONOTONIC ms. */
  readonly atMs: number;
}

/**
 * What the client sends, when it sends it, and what arrives there, when it arrives. Of one moment, what arrives comes
 * first: the client's answer to it follows.
 */
export function seenByClient({ connections, packets }: WireCapture): SeenPacket[] {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const seen = packets.flatMap((packet): SeenPacket[] => {
    const connection = byId.get(packet.connection);
    const atMs = packet.direction === 'uplink' ? packet.sentMs : packet.arrivedMs;
    return connection === undefined || atMs === undefined ? [] : [{ connection, packet, atMs }];
  });
  const rank = ({ packet }: SeenPacket) => (packet.direction === 'downlink' ? 0 : 1);
  return seen.sort((a, b) => a.atMs - b.atMs || rank(a) - rank(b));
}
