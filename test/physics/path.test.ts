import { describe, expect, it } from 'vitest';
import type { Direction } from '../../lab/network/tcp/connection.ts';
import { serializationDelayMs } from '../../lab/network/link.ts';
import { HOST_DELAY_MS } from '../../lab/network/network.ts';
import { download, timeOf } from './support.ts';

const ms = (sizeBytes: number, bps: number) => (sizeBytes * 8 * 1000) / bps;

describe('the path', () => {
  it('serialises 1500 bytes at 1.6 Mbit/s in 7.5 ms', () => {
    expect(serializationDelayMs(1500, 1.6e6)).toBe(7.5);
  });

  it('connects in one round trip and two 60-byte packets', () => {
    const { downloads } = download({ rttMs: 100, downBps: 1.6e6 }, 1);
    // 100 + 8·60/1600 + 8·60/1600 = 100.6, and two hosts that take 0.02 ms each to act.
    expect(downloads[0]!.connectMs).toBeCloseTo(100 + ms(60, 1.6e6) + ms(60, 1.6e6) + 2 * HOST_DELAY_MS, 9);
  });

  it('delivers the first data one round trip later, behind the handshake ACK and the ACK of the request', () => {
    const { downloads } = download({ rttMs: 100, downBps: 1.6e6 }, 14_480);
    // up: ACK 52 B and request 53 B; down: the pure 52 B ACK of the request, then a full segment of 1500 B
    const expected = 100.6 + 100 + ms(52 + 53, 1.6e6) + ms(52 + 1500, 1.6e6) + 4 * HOST_DELAY_MS;
    expect(downloads[0]!.arrivals[0]![0]).toBeCloseTo(expected, 9);
  });

  it('charges each direction its own rate', () => {
    const { downloads } = download({ rttMs: 40, downBps: 8e6, upBps: 0.8e6 }, 1);
    expect(downloads[0]!.connectMs).toBeCloseTo(40 + ms(60, 0.8e6) + ms(60, 8e6) + 2 * HOST_DELAY_MS, 9);
  });

  it('spaces back-to-back segments by their serialisation: queueing delay is queue / rate', () => {
    const { downloads } = download({ rttMs: 100, downBps: 1.6e6 }, 14_480);
    const times = downloads[0]!.arrivals.map(([time]) => time);
    expect(times).toHaveLength(10);
    // The tenth waited behind nine: 9 × 7.5 = 67.5 ms.
    expect(times[9]! - times[0]!).toBeCloseTo(67.5, 9);
  });

  it('drops what does not fit, counting the packet in service in full', () => {
    const drops: [Direction, seq: number | undefined][] = [];
    // A queue of 15,000 B holds the 52 B ACK and nine segments of 1500 B: 13,552; the tenth would make 15,052.
    download({ rttMs: 300, downBps: 0.4e6, queueBytes: 15_000 }, 14_480, {
      observer: {
        onDrop: ({ direction, segment }, cause) => cause === 'queue' && drops.push([direction, segment?.seq]),
      },
    });
    expect(drops[0]).toEqual(['downlink', 9 * 1448]);
  });

  it('shares one bottleneck among connections', () => {
    const alone = download({ rttMs: 50, downBps: 4e6 }, 2_000_000).downloads[0]!;
    const { downloads } = download({ rttMs: 50, downBps: 4e6 }, 2_000_000, { startsMs: [0, 0] });
    const together = Math.max(...downloads.map((d) => timeOf(d, 2_000_000)));
    // 2 × 2 MB need at least 2 × 2,000,000 · 1500/1448 · 8 / 4e6 = 8.287 s; alone 4.14 s and the ramp.
    expect(together).toBeGreaterThan(8287);
    expect(together).toBeLessThan(2.1 * timeOf(alone, 2_000_000));
  });
});
