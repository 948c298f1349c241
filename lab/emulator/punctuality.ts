import { writeFileSync } from 'node:fs';
import os from 'node:os';

/** How much later than asked the kernel may wake a sleeping thread; by default 50 µs. */
const TIMER_SLACK_NS = 1_000;

/**
 * Asks the kernel to wake this thread, and the threads it starts from now on, when it is due. Whatever is refused costs
 * punctuality and nothing else; the record of lateness says how much.
 */
export function askForPunctuality(): void {
  // The browser wakes up at every byte we deliver and would take the CPU while the next packet is due. Only root may ask.
  attempt(() => os.setPriority(os.constants.priority.PRIORITY_HIGHEST));
  attempt(() => writeFileSync('/proc/self/timerslack_ns', String(TIMER_SLACK_NS)));
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Not allowed here.
  }
}
