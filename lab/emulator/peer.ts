import type { ServerEnvironment, ServerTransport } from '../../server/server-task.ts';

/** What stands behind the emulated path: it is handed connections and answers what comes over them. */
export interface Peer {
  /** Everything asked for so far has been handed over. */
  readonly isIdle: boolean;
  accept(transport: ServerTransport): void;
}

/** Makes the peer of one trial, in the emulator's world: its clock, its log. */
export type PeerFactory = (environment: ServerEnvironment) => Peer;
