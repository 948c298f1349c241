import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../lab/network/tcp/connection.ts';
import { orderOf, parseCells } from '../../lab/transfer/cells.ts';
import { Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';

/** Not milestones but packets: what the kernel put on the wire, one by one, the model puts there too. */

const folder = path.join(import.meta.dirname, '../data/kernel-tcp');
const cells = parseCells(readFileSync(path.join(folder, 'curves.json'), 'utf8'), 'curves.json');

/** When the packet came to the link, and what it carried. */
interface WirePacketRecord {
  readonly atMs: number;
  readonly seq: number;
  readonly length: number;
  readonly ack: number;
}

type Row = readonly [
  sentMs: number,
  deliveredMs: number | null,
  direction: 0 | 1,
  flow: number,
  payload: number,
  seq: number,
  ack: number | null,
  rawWindow: number,
  tcpFlags: number,
  ...rest: unknown[],
];
const SYN = 2;

/** Packets of one direction after the handshake, up to the acknowledgement of the last byte. */
function kernelPackets(file: string, size: number, direction: Direction): WirePacketRecord[] {
  const { rows } = JSON.parse(readFileSync(path.join(folder, 'traces', file), 'utf8')) as { rows: Row[] };
  const isUplink = direction === 'uplink';
  const end = rows.findIndex((row) => row[2] === 1 && row[6] === size);
  return (
    rows
      .slice(0, end + 1)
      .filter((row) => row[2] === (isUplink ? 1 : 0) && (row[8] & SYN) === 0)
      // The bare ACK that ends the handshake carries no segment in the model.
      .slice(isUplink ? 1 : 0)
      .map(([atMs, , , , length, seq, ack]) => ({ atMs, seq, length, ack: ack ?? 0 }))
  );
}

function modelPackets(id: string): Record<Direction, WirePacketRecord[]> {
  const order = orderOf(
    cells.find((cell) => cell.id === id)!,
    1,
  );
  const simulation = new Simulation();
  const packets: Record<Direction, WirePacketRecord[]> = { uplink: [], downlink: [] };
  const network = new Network(simulation, {
    conditions: order.network,
    random: createRandom(1),
    observer: {
      onSend: ({ direction, segment }) => {
        if (segment === undefined) return;
        const { seq, length, acknowledgement } = segment;
        packets[direction].push({ atMs: simulation.nowMs, seq, length, ack: acknowledgement.ack });
      },
    },
  });
  let received = 0;
  const connection = network.connect({
    onConnected: () => connection.clientWrite(1),
    onServerReceived: () => connection.serverWrite(order.bytes),
    onClientReceived: (bytes) => (received += bytes),
  });
  simulation.run({ done: () => received === order.bytes, limitMs: 60_000 });
  return packets;
}

describe('packet by packet', () => {
  it.each(readdirSync(path.join(folder, 'traces')))('%s', (file) => {
    const cell = cells.find(({ id }) => String(id).replaceAll(' ', '_') === file.replace('.json', ''));
    const model = modelPackets(String(cell!.id));
    for (const direction of ['downlink', 'uplink'] as const) {
      const kernel = kernelPackets(file, cell!.size, direction);
      const seen = model[direction].slice(0, kernel.length);
      const identity = ({ seq, length, ack }: WirePacketRecord) => `seq ${seq} length ${length} ack ${ack}`;
      expect(seen.map(identity)).toEqual(kernel.map(identity));
      const latenessMs = seen.map((packet, index) => Math.abs(packet.atMs - kernel[index]!.atMs));
      // The kernel's timers fire somewhere within a slot of 4 or 32 ms, the model's in its middle.
      expect(Math.max(...latenessMs)).toBeLessThan(24);
    }
  });
});
