import type { Port, RoutedPacket } from '../link.ts';
import type { Simulation } from '../simulation.ts';
import type { Direction } from '../tcp/connection.ts';
import { DelayLine } from './delay-line.ts';

/**
 * The stretch between the shared bottleneck and an origin further away: half of `extraRttMs` in each direction, behind
 * the client's uplink and before its downlink.
 */
export function originPath<P extends RoutedPacket>(
  simulation: Simulation,
  links: Readonly<Record<Direction, Port<P>>>,
  extraRttMs: number,
): Readonly<Record<Direction, Port<P>>> {
  const stretch = (deliver: (packet: P) => void) =>
    new DelayLine<P>(simulation, { delayMs: extraRttMs / 2, jitterMs: 0, random: () => 0, deliver });
  const away = stretch((packet) => packet.deliver());
  const back = stretch((packet) => links.downlink.send(packet));
  return {
    uplink: { send: (packet) => links.uplink.send({ ...packet, deliver: () => away.send(packet) }) },
    downlink: back,
  };
}
