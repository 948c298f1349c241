import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import type { ServerCertificate } from '../../server/push-server.ts';
import type { EdgeTerms } from '../../server/server-task.ts';
import type { ServerEvent } from '../../server/server-log.ts';
import type { PathOrder } from './emulator.ts';
import type { EmulatorEvidence } from './evidence.ts';
import type { PortRefusal } from './port-error.ts';
import type { Scheduling } from './punctuality.ts';
import type { WireCapture } from './wire-capture.ts';

/** What stands behind the path, in values that cross a process border. */
export type PeerOrder =
  | {
      readonly kind: 'push-server';
      readonly strategy: ResolvedStrategy;
      readonly thinkMs: number;
      /** Send nothing ahead until told that the prelude is over. */
      readonly prelude?: boolean;
      readonly edge?: EdgeTerms | undefined;
    }
  | { readonly kind: 'byte-source'; readonly answerBytes: number };

export interface TrialOrder extends PathOrder {
  readonly peer: PeerOrder;
  /** Tell of each server event as it happens, and record nothing. */
  readonly live?: boolean;
}

/** What a push server needs besides the orders of its trials. */
export interface ServedSite {
  /** Name or folder, as loadSite takes it. */
  readonly site: string;
  readonly certificate: ServerCertificate;
}

/** Runner → emulator process. Each request is answered by one reply with the same `id`. */
export type Request = { readonly id: number } & (
  | { readonly kind: 'start'; readonly port: number; readonly served?: ServedSite | undefined }
  | { readonly kind: 'begin'; readonly trial: TrialOrder }
  | { readonly kind: 'settled'; readonly quietMs: number; readonly limitMs: number }
  | { readonly kind: 'end-prelude' }
  | { readonly kind: 'server-events' }
  | { readonly kind: 'end' }
  | { readonly kind: 'take-capture' }
  | { readonly kind: 'usage' }
  | { readonly kind: 'time-pacer'; readonly durationMs: number }
  | { readonly kind: 'stop' }
);

/** What the emulator process has taken of the machine so far. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

export interface Replies {
  start: { readonly port: number; readonly scheduling: Scheduling };
  begin: undefined;
  /** Whether all was quiet before the limit. */
  settled: boolean;
  'end-prelude': undefined;
  /** Of the trial so far. */
  'server-events': readonly ServerEvent[];
  end: EmulatorEvidence;
  'take-capture': WireCapture | undefined;
  usage: ProcessUsage;
  /** How late each wake-up was, ms. */
  'time-pacer': readonly number[];
  stop: undefined;
}

/** Emulator process → runner, unasked, while a live trial goes on. */
export interface Notice {
  readonly event: ServerEvent;
}

/** Emulator process → runner. */
export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: Replies[keyof Replies] }
  | {
      readonly id: number;
      readonly ok: false;
      readonly message: string;
      /** Where it was about a port. */
      readonly refusal?: PortRefusal | undefined;
    };
