import type { ServerEnvironment, ServerTransport } from '../../server/server-task.ts';

/** What stands behind the emulated path: it is handed connections and answers what comes over them. */
export interface Peer {
  /** Everything asked for so far has been handed over. */
  readonly isIdle: boolean;
  accept(transport: ServerTransport): void;
  /** What it held back during an unmeasured visit it does from now on. */
  endPrelude?(): void;
  /**
   * It answers within the model's event, at the event's due time, as if it took no time at all, however late the event
   * is processed. Only for a peer that does nothing but write; any other gets to run after the events now due.
   */
  readonly answersAtOnce?: boolean;
}

/** Makes the peer of one trial, in the emulator's world: its clock, its log. */
export type PeerFactory = (environment: ServerEnvironment) => Peer;
