import { describe, expect, it } from 'vitest';
import { PacketPool, type WirePacket } from '../../../lab/network/tcp/wire-packet.ts';
import { download, timeOf } from '../../physics/support.ts';

describe('packets', () => {
  /** 1 MB through a queue of 64 KiB at 50 ms and 9 Mbit/s, with losses in both directions. */
  const observed = () => {
    const ever = new Set<WirePacket>();
    const under = new Set<WirePacket>();
    const counts = { sent: 0, mostUnderWay: 0, sentTwice: 0 };
    const { downloads } = download({ rttMs: 50, downBps: 9e6, lossRate: 0.01 }, 1_000_000, {
      startsMs: [0, 100],
      observer: {
        onSend: (packet) => {
          counts.sent++;
          if (under.has(packet)) counts.sentTwice++;
          under.add(packet);
          ever.add(packet);
          counts.mostUnderWay = Math.max(counts.mostUnderWay, under.size);
        },
        onDrop: (packet) => under.delete(packet),
        onArrive: (packet) => under.delete(packet),
      },
    });
    return { ...counts, different: ever.size, downloads };
  };

  it('are used again, and never while they are under way', () => {
    const { sent, sentTwice, different, mostUnderWay, downloads } = observed();
    expect(downloads.map((record) => timeOf(record, 1_000_000))).toHaveLength(2);
    // 2 × 691 data packets, and acknowledgements.
    expect(sent).toBeGreaterThan(1382);
    expect(sentTwice).toBe(0);
    // One more: an answer is filled while what caused it is still being read.
    expect(different).toBeLessThanOrEqual(mostUnderWay + 1);
  });

  it.each(['deliver', 'discard'] as const)('hold nothing of their connection after %s', (end) => {
    const pool = new PacketPool();
    let arrivals = 0;
    const packet = pool.take(1, 'downlink', { onArrival: () => arrivals++ });
    packet[end]();
    const before = arrivals;
    // What it would tell now has been let go.
    packet.deliver();
    expect(arrivals).toBe(before);
  });
});
