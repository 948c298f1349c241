import type { CongestionControlName } from '../conditions.ts';
import { Bbr } from './bbr.ts';
import type { CongestionControl } from './congestion-control.ts';
import { Cubic } from './cubic.ts';
import { Reno } from './reno.ts';

/** @param random what a policy leaves to chance */
export function createCongestionControl(
  name: CongestionControlName,
  random: () => number,
): CongestionControl {
  switch (name) {
    case 'cubic':
      return new Cubic();
    case 'reno':
      return new Reno();
    case 'bbr':
      return new Bbr(random);
  }
}
