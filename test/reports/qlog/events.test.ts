import { describe, expect, it } from 'vitest';
import { SMSS_BYTES } from '../../../lab/network/tcp/segment.ts';
import { connectionEvents, type Vantage } from '../../../reports/qlog/events.ts';
import { transferCapture } from '../../support/transfer-capture.ts';

interface PacketData {
  readonly header: { readonly packet_number: number; readonly sequence_number: number };
  readonly is_retransmission?: true;
  readonly raw: { readonly payload_length: number };
  readonly frames?: readonly [{ readonly acked_ranges: readonly (readonly [string, string])[] }];
}

function eventsOf(vantage: Vantage, forcedLosses: readonly number[]) {
  const { packets } = transferCapture(30_000, forcedLosses);
  const events = connectionEvents({
    packets,
    bytes: { records: { uplink: [], downlink: [] }, frames: { uplink: [], downlink: [] } },
    messages: new Map(),
    connection: 1,
    vantage,
    lane: undefined,
    originMs: 0,
  });
  const named = (name: string) =>
    events.flatMap(([timeMs, , event, data], index) =>
      event === name ? [{ timeMs, index, ...(data as PacketData) }] : [],
    );
  return { sent: named('packet_sent'), received: named('packet_received'), lost: named('packet_lost') };
}

describe('packets of a connection', () => {
  const client = eventsOf('client', [3]);
  const server = eventsOf('server', [3]);

  it('have the same number at both ends, so that one is found from the other', () => {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      expect(from.sent.map(({ header }) => header.packet_number)).toEqual(
        from.sent.map((_, index) => index + 1),
      );
      const sent = new Map(from.sent.map(({ header }) => [header.packet_number, header]));
      expect(to.received.length).toBeGreaterThan(5);
      for (const { header } of to.received) expect(header).toEqual(sent.get(header.packet_number));
    }
  });

  it('that are lost are told once, by their sender, when it sends them again', () => {
    // Data packets are counted from 0; SYN-ACK and the acknowledgement of the request went before them.
    expect(server.lost.map(({ header }) => header)).toEqual([{ packet_type: '1RTT', packet_number: 2 + 4 }]);
    expect(client.lost).toEqual([]);
    const lost = server.sent.find(({ header }) => header.packet_number === 2 + 4)!;
    expect(lost.header.sequence_number).toBe(1 + 3 * SMSS_BYTES);
    expect(client.received.some(({ header }) => header.packet_number === 2 + 4)).toBe(false);
    const again = server.sent.find(({ is_retransmission }) => is_retransmission)!;
    expect(again.header.sequence_number).toBe(lost.header.sequence_number);
    expect(server.lost[0]).toMatchObject({ timeMs: again.timeMs, index: again.index - 1 });
  });

  it('are acknowledged by number: once each, all that arrived and nothing else', () => {
    const acked = ({ frames }: PacketData) =>
      (frames?.[0].acked_ranges ?? []).flatMap(([first, last]) =>
        Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
      );
    const arrived = client.received.filter(({ raw }) => raw.payload_length > 0);
    const numbers = server.received.flatMap(acked);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(arrived.map(({ header }) => header.packet_number));
    // What went after the lost packet is told by SACK before that gap is closed.
    const again = server.sent.find(({ is_retransmission }) => is_retransmission)!;
    const before = server.received.filter(({ timeMs }) => timeMs <= again.timeMs).flatMap(acked);
    expect(before).toContain(2 + 5);
    expect(before).not.toContain(again.header.packet_number);
  });
});
