import type { CongestionControlName, NetworkConditions } from '../../lab/network/conditions.ts';
import { Network, type NetworkObserver } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';

export interface Path {
  rttMs: number;
  downBps: number;
  upBps?: number;
  queueBytes?: number;
  initialWindowSegments?: number;
  congestionControl?: CongestionControlName;
  lossRate?: number;
}

export function conditionsOf(path: Path): NetworkConditions {
  const link = (bandwidthBps: number) => ({
    bandwidthBps,
    queueLimitBytes: path.queueBytes ?? 65_536,
    lossRate: path.lossRate ?? 0,
  });
  return {
    name: 'test',
    baseRttMs: path.rttMs,
    downlink: link(path.downBps),
    uplink: link(path.upBps ?? path.downBps),
    initialWindowSegments: path.initialWindowSegments ?? 10,
    congestionControl: path.congestionControl ?? 'cubic',
    sendBufferBytes: 'auto',
    pacing: false,
  };
}

export interface Download {
  startMs: number;
  connectMs: number | undefined;
  /** [ms since connect(), cumulative bytes] at the client. */
  readonly arrivals: [timeMs: number, bytes: number][];
  readonly cwnd: number[];
  /** [ms since connect(), flight] on the server's side. */
  readonly flight: [timeMs: number, bytes: number][];
}

/** A one-byte request answered with `bytes`, on the virtual clock; several of them, started at `startsMs`. */
export function download(
  path: Path,
  bytes: number,
  options: { startsMs?: readonly number[]; seed?: number; observer?: NetworkObserver; limitMs?: number } = {},
): { downloads: Download[]; simulation: Simulation } {
  const simulation = new Simulation();
  const network = new Network(simulation, {
    conditions: conditionsOf(path),
    random: createRandom(options.seed ?? 1),
    ...(options.observer && { observer: options.observer }),
  });
  const downloads: Download[] = [];
  for (const startMs of options.startsMs ?? [0]) {
    simulation.at(startMs, () => {
      const record: Download = { startMs, connectMs: undefined, arrivals: [], cwnd: [], flight: [] };
      downloads.push(record);
      let received = 0;
      const since = () => simulation.nowMs - startMs;
      const connection = network.connect({
        onConnected: () => {
          record.connectMs = since();
          connection.clientWrite(1);
        },
        onServerReceived: () => connection.serverWrite(bytes),
        onClientReceived: (count) => {
          received += count;
          record.arrivals.push([since(), received]);
        },
        onWindow: (cwndSegments, flightBytes) => {
          record.cwnd.push(cwndSegments);
          record.flight.push([since(), flightBytes]);
        },
      });
    });
  }
  const all = options.startsMs?.length ?? 1;
  const complete = () => downloads.length === all && downloads.every((d) => d.arrivals.at(-1)?.[1] === bytes);
  simulation.run({ done: complete, limitMs: options.limitMs ?? 600_000 });
  return { downloads, simulation };
}

/** When the client had `bytes`, ms since connect(). */
export function timeOf(record: Download, bytes: number): number {
  const arrival = record.arrivals.find(([, received]) => received >= bytes);
  if (arrival === undefined) throw new Error(`${bytes} bytes never arrived`);
  return arrival[0];
}
