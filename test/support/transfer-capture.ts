import type { WireCapture } from '../../lab/emulator/wire-capture.ts';
import { WireRecorder } from '../../lab/emulator/wire-recorder.ts';
import { Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';

const LINK = { bandwidthBps: 1e6, queueLimitBytes: 1e9, lossRate: 0 };
export const RTT_MS = 100;
export const EPOCH_OFFSET_MS = 1_700_000_000_000;

/** One transfer through the model: 20 bytes up, `bytes` down, recorded as the emulator records it. */
export function transferCapture(bytes: number, forcedLosses: readonly number[] = []): WireCapture {
  const simulation = new Simulation();
  const recorder = new WireRecorder(() => simulation.nowMs, EPOCH_OFFSET_MS);
  const network = new Network(simulation, {
    conditions: {
      name: 'test',
      baseRttMs: RTT_MS,
      downlink: { ...LINK, forcedLosses: [...forcedLosses] },
      uplink: LINK,
      initialWindowSegments: 10,
      congestionControl: 'cubic',
      sendBufferBytes: 1e9,
      pacing: false,
    },
    random: createRandom(1),
    observer: {
      onSend: (packet) => recorder.sent(packet),
      onArrive: (packet) => recorder.arrived(packet),
      onDrop: (packet, cause) => recorder.dropped(packet, cause),
    },
  });
  const connection = network.connect({
    onConnected: () => {
      recorder.written(1, 'uplink', Buffer.alloc(20, 'q'));
      connection.clientWrite(20);
    },
    onServerReceived: () => {
      recorder.written(1, 'downlink', Buffer.alloc(bytes, 'r'));
      connection.serverWrite(bytes);
    },
    onClientReceived: () => undefined,
  });
  simulation.advanceTo(60_000);
  recorder.keyLogged('CLIENT_RANDOM 00 11');
  return recorder.capture([
    {
      id: 1,
      clientPort: 40_000,
      synMs: 0,
      cwndSegments: [],
      flightBytes: [],
      sentBytes: [],
      deliveredBytes: [],
    },
  ])!;
}
