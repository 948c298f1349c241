import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transferText } from '../../lab/cli/transfer-table.ts';
import { ByteSource } from '../../lab/emulator/byte-source.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { transferThrough, type TransferEmulator } from '../../lab/transfer/real-path.ts';
import { simulateTransfer } from '../../lab/transfer/simulate-transfer.ts';
import type { TimedValue, TransferOrder } from '../../lab/transfer/transfer.ts';
import { FAST } from '../emulator/support.ts';

const ORDER: TransferOrder = { network: FAST, bytes: 100_000, flows: 2, gapMs: 30, seed: 1 };

describe('transferThrough', () => {
  let emulator: Emulator;
  let port: number;
  let inProcess: TransferEmulator;

  beforeEach(async () => {
    emulator = new Emulator();
    port = await emulator.listen();
    inProcess = {
      begin({ peer, ...path }) {
        if (peer.kind !== 'byte-source') throw new Error('a transfer needs a byte source');
        emulator.begin(path, () => new ByteSource(peer.answerBytes));
        return Promise.resolve();
      },
      end: () => Promise.resolve(emulator.end()),
    };
  });
  afterEach(() => emulator.stop());

  it('records every byte at the client, never earlier than the model lets it arrive', async () => {
    const { record, evidence } = await transferThrough(inProcess, port, ORDER);
    expect(record.flows).toHaveLength(2);
    for (const { connectMs, arrivals, cwndSegments } of record.flows) {
      // SYN and SYN-ACK: 10 ms of propagation and 2 × 60 B at 50 Mbit/s.
      expect(connectMs).toBeGreaterThanOrEqual(10.019);
      // The request and the first segment take as long again.
      expect(arrivals[0]![0]).toBeGreaterThan(connectMs! + 10);
      expect(arrivals.at(-1)![1]).toBe(100_000);
      expect(cwndSegments[0]![1]).toBe(10);
    }
    expect(record.flows[0]!.startMs).toBe(0);
    expect(record.flows[1]!.startMs).toBeGreaterThanOrEqual(30);
    expect(record).toMatchObject({ drops: 0, retransmitted: 0 });
    expect(record.maxQueueBytes).toBeGreaterThan(1500);
    expect(evidence.latenessMs.length).toBeGreaterThan(0);
    expect(record.latenessMs).toEqual(evidence.latenessMs);
    expect(transferText(ORDER, record)).toMatch(
      /\nlateness {7}\d+\.\d\d ms, \d+\.\d\d ms at the 99th percentile, \d+\.\d\d ms at most$/,
    );
    expect(emulator.openConnections).toBe(0);
  });

  it('takes the very steps of the virtual clock, at whatever part of a millisecond it begins', async () => {
    const link = { bandwidthBps: 20e6, queueLimitBytes: 65_536, lossRate: 0 };
    const network = { ...FAST, baseRttMs: 150, downlink: link, uplink: link };
    // The receiver tunes its window by timestamps of whole milliseconds, and acknowledges singly while the window grows.
    const order = { ...ORDER, network, bytes: 500_000, flows: 1 };
    const [virtual] = simulateTransfer(order).flows;
    for (let round = 0; round < 4; round++) {
      const { record } = await transferThrough(inProcess, port, order);
      const [real] = record.flows;
      for (const series of ['cwndSegments', 'flightBytes'] as const) {
        const expected = sinceFirst(virtual![series]);
        // On the virtual clock it ends with the last byte, before that is acknowledged.
        expect(sinceFirst(real![series]).slice(0, expected.length)).toEqual(expected);
      }
    }
  });

  it('gives up in time, keeps what had arrived, and frees everything', async () => {
    const slow = { ...FAST.downlink, bandwidthBps: 100e3 };
    const order = { ...ORDER, network: { ...FAST, downlink: slow }, gapMs: 0 };
    const { record } = await transferThrough(inProcess, port, order, 500);
    for (const { arrivals } of record.flows) expect(arrivals.at(-1)?.[1] ?? 0).toBeLessThan(100_000);
    expect(emulator.openConnections).toBe(0);
  });

  it('a flow that is cut off ends the transfer without its bytes', async () => {
    const cutOff: TransferEmulator = {
      begin({ peer: _peer, ...path }) {
        emulator.begin(path, () => ({
          isIdle: true,
          accept: ({ socket }) => {
            socket.on('error', () => undefined);
            socket.on('data', () => {
              socket.write(Buffer.alloc(1000));
              setTimeout(() => socket.destroy(), 30);
            });
          },
        }));
        return Promise.resolve();
      },
      end: () => inProcess.end(),
    };
    const { record } = await transferThrough(cutOff, port, { ...ORDER, flows: 1 });
    expect(record.flows[0]!.arrivals.at(-1)![1]).toBe(1000);
  });

  it('an emulator that is gone is told, not waited for', async () => {
    const gone: TransferEmulator = {
      begin: () => Promise.reject(new Error('gone')),
      end: () => Promise.reject(new Error('gone')),
    };
    await expect(transferThrough(gone, port, ORDER)).rejects.toThrow('gone');
  });
});

/** Times to the microsecond. */
function sinceFirst(steps: readonly TimedValue[]): TimedValue[] {
  return steps.map(([timeMs, value]) => [Math.round((timeMs - steps[0]![0]) * 1000), value]);
}
