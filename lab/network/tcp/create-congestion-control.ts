import type { CongestionControlName } from '../conditions.ts';
import type { CongestionControl } from './congestion-control.ts';
import { Cubic } from './cubic.ts';
import { Reno } from './reno.ts';

export function createCongestionControl(name: CongestionControlName): CongestionControl {
  return name === 'cubic' ? new Cubic() : new Reno();
}
