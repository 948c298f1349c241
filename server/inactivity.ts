import { IDLE_MS, STALL_MS } from './limits.ts';
import type { ServerEnvironment } from './server-task.ts';

/** A connection as its watch sees it at one moment. */
export interface Watched {
  /** Nothing is asked and nothing under way. */
  readonly isIdle: boolean;
  /** When it last moved. */
  readonly activeMs: number;
  /** Nobody uses it. */
  onIdle(): void;
  /** Something waits to be sent and nothing is let out. */
  onStalled(what: string): void;
}

/** Ends the connection that nobody uses and the one that lets nothing out. Returns what ends the watch. */
export function watchInactivity(environment: ServerEnvironment, look: () => Watched): () => void {
  const leftMs = ({ activeMs, isIdle }: Watched) =>
    activeMs + (isIdle ? IDLE_MS : STALL_MS) - environment.nowMs();
  let cancel: () => void;
  const wait = () => {
    // A timer may be early by a fraction of a millisecond.
    cancel = environment.delay(Math.max(leftMs(look()), 1), () => {
      const watched = look();
      if (leftMs(watched) > 0) wait();
      else if (watched.isIdle) watched.onIdle();
      else watched.onStalled(`let nothing be sent for ${STALL_MS / 1000} s`);
    });
  };
  wait();
  return () => cancel();
}
