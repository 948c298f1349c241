import type { Port } from '../link.ts';
import type { Simulation } from '../simulation.ts';
import type { Direction, WirePacket } from '../tcp/wire-packet.ts';
import { DelayLine } from './delay-line.ts';

/**
 * The stretch between the shared bottleneck and an origin further away: half of `extraRttMs` in each direction, behind
 * the client's uplink and before its downlink.
 */
export function originPath(
  simulation: Simulation,
  links: Readonly<Record<Direction, Port<WirePacket>>>,
  extraRttMs: number,
): Readonly<Record<Direction, Port<WirePacket>>> {
  const stretch = (deliver: (packet: WirePacket) => void) =>
    new DelayLine<WirePacket>(simulation, { delayMs: extraRttMs / 2, jitterMs: 0, random: () => 0, deliver });
  const away = stretch((packet) => packet.deliver());
  const back = stretch((packet) => links.downlink.send(packet));
  return {
    uplink: { send: (packet) => links.uplink.send(packet.via(away)) },
    downlink: back,
  };
}
