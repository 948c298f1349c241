import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';

/** How much later than asked the kernel may wake a sleeping thread; by default 50 µs. */
const TIMER_SLACK_NS = 1_000;
/** Above the browser's, which is the lowest (lab/browser/real-time.sh): enough to go before everything else. */
const OUR_PRIORITY = '2';
const COMMAND_LIMIT_MS = 2_000;
/**
 * CPU time without once sleeping after which the kernel ends a real-time process (RLIMIT_RTTIME). Two that never sleep
 * hold both cores of a small machine and nothing else runs, not even whoever would stop them; the longest the emulator
 * works in one go is compressing a site. An emulator that ends costs one trial.
 */
const LONGEST_WORK_US = 10_000_000;

/**
 * Of the emulator's process.
 *
 * V8's own threads are no real-time ones: optimising took 20 to 30 ms of a load's CPU, and can wait. Collecting garbage
 * cannot: while one of them had the heap to sweep, the main thread asked over and over whether it was done without ever
 * sleeping, and two emulators under real-time scheduling held both cores of a machine that way for good. So it collects by
 * itself.
 *
 * And what runs once per load, a handshake or the first request, is not cold each time: type feedback from the first call
 * on, kept from load to load. From the end of the handshake to the page's first byte it took 2.7 ms instead of 4.0.
 *
 * A young generation of fixed size has been through all of its memory after a few loads. The one that V8 lets grow to
 * four times as much took pages that nobody had touched for a dozen loads, 380 to 500 in each instead of 140 (a first
 * touch takes 2 to 16 µs, by the machine), and collecting it held up a transfer at 500 Mbit/s for 24 to 32 ms instead of 6.
 */
export const V8_OPTIONS: readonly string[] = [
  '--single-threaded-gc',
  '--no-lazy-feedback-allocation',
  '--no-flush-bytecode',
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
];

/** How the kernel treats the emulator when others want the CPU as well. */
export type Scheduling = 'real-time' | 'high-priority' | 'ordinary';

/**
 * Asks the kernel to wake this process when it is due. The browser wakes up at every byte we deliver and would take the
 * CPU while the next packet is due. Under real-time scheduling the pacer was 0.2 ms late at the 99th percentile with six
 * processes wanting two cores; with the highest nice value 8 ms. It takes no more CPU, only sooner. Both are granted to
 * root and to CAP_SYS_NICE; whatever is refused costs punctuality and nothing else, and the record of lateness says how
 * much.
 */
export function askForPunctuality(): Scheduling {
  attempt(() => writeFileSync('/proc/self/timerslack_ns', String(TIMER_SLACK_NS)));
  const isRealTime = attempt(() => {
    const pid = String(process.pid);
    run('prlimit', [`--rttime=${LONGEST_WORK_US}`, '--pid', pid]);
    // This thread and those it starts from now on.
    run('chrt', ['--rr', '--pid', OUR_PRIORITY, pid]);
  });
  if (isRealTime) return 'real-time';
  const isAhead = attempt(() => os.setPriority(os.constants.priority.PRIORITY_HIGHEST));
  return isAhead ? 'high-priority' : 'ordinary';
}

/** Both are of util-linux. */
function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'ignore', timeout: COMMAND_LIMIT_MS });
}

/** Whether it was allowed. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
