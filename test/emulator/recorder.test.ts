import { describe, expect, it } from 'vitest';
import { Recorder } from '../../lab/emulator/recorder.ts';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { Network } from '../../lab/network/network.ts';
import { Simulation } from '../../lab/network/simulation.ts';
import { SMSS_BYTES } from '../../lab/network/tcp/segment.ts';

/** 1500 B packets take 12 ms at 1 Mbit/s. */
const SERIALISATION_MS = 12;
const link = { bandwidthBps: 1e6, queueLimitBytes: 64_000, lossRate: 0 };
const conditions: NetworkConditions = {
  name: 'slow',
  baseRttMs: 100,
  downlink: link,
  uplink: link,
  initialWindowSegments: 10,
  congestionControl: 'cubic',
  sendBufferBytes: 'auto',
  pacing: false,
};

/** The server sends so many full segments once the connection stands. */
function send(segments: number, more: Partial<NetworkConditions> = {}) {
  const simulation = new Simulation();
  const recorder = new Recorder(() => simulation.nowMs, 0);
  const network = new Network(simulation, {
    conditions: { ...conditions, ...more },
    random: () => 0.5,
    observer: {
      onSend: (packet) => recorder.sent(packet),
      onDrop: (packet, cause) => recorder.dropped(packet, cause),
      onPass: (packet) => recorder.passed(packet),
    },
  });
  const connection = network.connect({
    onClientReceived: () => undefined,
    onServerReceived: () => connection.serverWrite(segments * SMSS_BYTES),
    onConnected: () => connection.clientWrite(1),
  });
  const evidence = recorder.connection(connection.id, { clientPort: 4711 }, () => 77);
  simulation.run({ done: () => false, limitMs: 10_000 });
  return { evidence, recorder };
}

describe('the passage of a segment through the bottleneck', () => {
  it('begins when the one before has left: three at once leave 12 ms apart, back to back', () => {
    const passages = send(3).evidence.passages!;
    const [first] = passages;
    const fromFirst = passages.map(([startMs, endMs, offset, bytes]) => [
      Math.round(startMs - first![0]),
      Math.round(endMs - first![0]),
      offset,
      bytes,
    ]);
    expect(fromFirst).toEqual([
      [0, SERIALISATION_MS, 0, SMSS_BYTES],
      [SERIALISATION_MS, 2 * SERIALISATION_MS, SMSS_BYTES, SMSS_BYTES],
      [2 * SERIALISATION_MS, 3 * SERIALISATION_MS, 2 * SMSS_BYTES, SMSS_BYTES],
    ]);
  });

  it('is marked where the segment was lost behind it, and comes again with the retransmission', () => {
    // Data packets of the downlink count from 0: the second is lost.
    const { passages } = send(4, { downlink: { ...link, forcedLosses: [1] } }).evidence;
    const ofSecond = passages!.filter(([, , offset]) => offset === SMSS_BYTES);
    expect(ofSecond.map(([, , , , lost]) => lost)).toEqual(['lost', undefined]);
    expect(ofSecond[1]![1]).toBeGreaterThan(ofSecond[0]![1]);
  });

  it('of background traffic is known as busy time only', () => {
    const background = [{ direction: 'downlink' as const, flows: 1, startMs: 0, stopMs: 1000 }];
    const { recorder } = send(1, { background });
    const busy = recorder.evidence([]).backgroundBusy!;
    const busyMs = busy.reduce((total, [startMs, endMs]) => total + endMs - startMs, 0);
    expect(busyMs).toBeGreaterThan(100);
    for (const [index, [startMs]] of busy.entries())
      expect(startMs).toBeGreaterThanOrEqual(busy[index - 1]?.[1] ?? 0);
  });
});

describe('what the server logs', () => {
  it('is stamped with the bytes its connection had handed over by then', () => {
    const { recorder } = send(1);
    recorder.server(1, { kind: 'hint', streamId: 1, how: 'early-hints', paths: ['/a.css'] }, 5);
    expect(recorder.evidence([]).server).toEqual([
      {
        atMs: 5,
        connection: 1,
        atOffset: 77,
        kind: 'hint',
        streamId: 1,
        how: 'early-hints',
        paths: ['/a.css'],
      },
    ]);
  });
});
