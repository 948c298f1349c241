import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import type { EmulatorEvidence } from './evidence.ts';

/** One trial, in values that cross a process border. */
export interface TrialOrder {
  readonly strategy: ResolvedStrategy;
  readonly network: NetworkConditions;
  readonly thinkMs: number;
  readonly seed: number;
}

/** Runner → emulator process. Each request is answered by one reply with the same `id`. */
export type Request = { readonly id: number } & (
  | {
      readonly kind: 'start';
      readonly site: string;
      readonly certificate: { readonly keyPem: string; readonly certPem: string };
      readonly port: number;
    }
  | { readonly kind: 'begin'; readonly trial: TrialOrder }
  | { readonly kind: 'settled'; readonly quietMs: number; readonly limitMs: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'stop' }
);

export interface Replies {
  start: { readonly port: number };
  begin: undefined;
  /** Whether all was quiet before the limit. */
  settled: boolean;
  end: EmulatorEvidence;
  stop: undefined;
}

/** Emulator process → runner. */
export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: Replies[keyof Replies] }
  | { readonly id: number; readonly ok: false; readonly message: string };
