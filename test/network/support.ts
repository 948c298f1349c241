import type { LinkConditions } from '../../lab/network/conditions.ts';
import { Link, type DropCause, type RoutedPacket } from '../../lab/network/link.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';

export interface TestPacket extends RoutedPacket {
  readonly number: number;
  readonly sentMs: number;
}

export interface Fate {
  readonly packet: TestPacket;
  readonly atMs: number;
}

/** One link on the virtual clock, and what became of every packet. */
export function testLink(
  conditions: Partial<LinkConditions>,
  options: { propagationDelayMs?: number; seed?: number; startMs?: number } = {},
) {
  const simulation = new Simulation();
  simulation.advanceTo(options.startMs ?? 0);
  const delivered: Fate[] = [];
  const dropped: (Fate & { readonly cause: DropCause })[] = [];
  const depths: [timeMs: number, bytes: number][] = [];
  const link = new Link<TestPacket>(simulation, {
    conditions: { bandwidthBps: 1.2e6, queueLimitBytes: 1e9, lossRate: 0, ...conditions },
    propagationDelayMs: options.propagationDelayMs ?? 0,
    random: createRandom(options.seed ?? 1),
    observer: {
      onQueueChange: (bytes) => depths.push([simulation.nowMs, bytes]),
      onDrop: (packet, cause) => dropped.push({ packet, cause, atMs: simulation.nowMs }),
    },
  });
  let sent = 0;
  const send = (sizeBytes = 1500, connection = 1) => {
    const packet: TestPacket = {
      sizeBytes,
      payloadBytes: Math.max(0, sizeBytes - 52),
      connection,
      number: sent++,
      sentMs: simulation.nowMs,
      deliver: () => delivered.push({ packet, atMs: simulation.nowMs }),
    };
    link.send(packet);
    return packet;
  };
  /** A packet every `gapMs` from `fromMs`, as long as `toMs` is not reached. */
  const sendEvery = (gapMs: number, fromMs: number, toMs: number, sizeBytes = 1500, connection = 1) => {
    const count = Math.ceil((toMs - fromMs) / gapMs);
    for (let index = 0; index < count; index++)
      simulation.at(fromMs + index * gapMs, () => send(sizeBytes, connection));
  };
  return { simulation, link, send, sendEvery, delivered, dropped, depths };
}

export const numbersOf = (fates: readonly Fate[]) => fates.map(({ packet }) => packet.number);
export const timesOf = (fates: readonly Fate[]) => fates.map(({ atMs }) => atMs);
export const bytesOf = (fates: readonly Fate[]) =>
  fates.reduce((total, { packet }) => total + packet.sizeBytes, 0);

/** Everything random within 3 σ: chance fails it once in 370 seeds, and the seed is fixed. */
export function expectWithin3Sigma(found: number, expected: number, sigma: number): void {
  const deviations = Math.abs(found - expected) / sigma;
  if (deviations > 3)
    throw new Error(`${found} is ${deviations.toFixed(1)} σ from ${expected} (σ = ${sigma})`);
}
