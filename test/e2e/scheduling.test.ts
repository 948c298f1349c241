import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { startLab, temporaryFolder } from './support/lab.ts';

const SCHED_RR = '2';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** proc_pid_stat(5), from the field behind the command's name: the third. */
function statFields(folder: string): string[] {
  const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${folder}/stat`, 'utf8')) ?? [];
  return fields.split(' ');
}

function descendantsOf(ancestor: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): Process[] => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return [{ pid: Number(name), parent: Number(statFields(name)[4 - 3]), command }];
      } catch {
        return [];
      }
    });
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(ancestor);
}

/** Of each thread; undefined: it is no real-time thread. Those that end meanwhile are left out. */
function realTimePriorities(pid: number): (number | undefined)[] {
  return threadsOf(pid).flatMap((thread) => {
    try {
      const fields = statFields(`${pid}/task/${thread}`);
      return [fields[41 - 3] === SCHED_RR ? Number(fields[40 - 3]) : undefined];
    } catch {
      return [];
    }
  });
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

test('every thread of the browser goes before others where the emulator goes before it, and the runner never', async () => {
  const out = await temporaryFolder();
  const scenario = path.join(packageRoot, 'scenarios/ground-truth-20ms.yaml');
  const { child, outcome } = startLab([
    'run',
    scenario,
    '--runs',
    '6',
    '--strategies',
    'no-push',
    '--no-film',
    '--out',
    out.path,
  ]);
  try {
    await new Promise<void>((resolve, reject) => {
      const look = (bytes: Buffer) => void (/trial \d/.test(bytes.toString()) && resolve());
      child.stdout!.on('data', look);
      child.stderr!.on('data', look);
      child.on('exit', () => reject(new Error('it ended without a trial')));
    });
    const isGranted = spawnSync('chrt', ['--rr', '2', 'true'], { stdio: 'ignore' }).status === 0;
    const processes = descendantsOf(child.pid!);
    const emulators = processes.filter(({ command }) => command.includes('emulator/process.js'));
    const browser = processes.filter(({ command }) => /\bchromium\b.* --/.test(command));
    expect(emulators).toHaveLength(1);
    expect(browser.length).toBeGreaterThanOrEqual(4);
    const [ofEmulator] = realTimePriorities(emulators[0]!.pid);
    const ofBrowser = new Set(browser.flatMap(({ pid }) => realTimePriorities(pid)));
    expect([ofEmulator, ...ofBrowser]).toEqual(isGranted ? [2, 1] : [undefined, undefined]);
    expect(realTimePriorities(child.pid!)).not.toContain(1);
  } finally {
    child.kill('SIGINT');
    await outcome;
    await out.remove();
  }
});
