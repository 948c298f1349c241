import path from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import prettyMs from 'pretty-ms';
import { catalogEntry } from '../browser/catalog.ts';
import type { InstalledBrowser } from '../browser/installed-browser.ts';
import { provisionBrowser } from '../browser/provision.ts';
import { calibrate } from '../calibrate/calibrate.ts';
import type { Calibration } from '../calibrate/calibration.ts';
import { programmeFor } from '../calibrate/programme.ts';
import { InputError } from '../errors.ts';
import { describeMeasured } from '../run/journey.ts';
import { prepareRun, type PreparedRun } from '../run/prepare.ts';
import type { FinishedRun } from '../run/run-record.ts';
import { ResultFolder } from '../run/result-folder.ts';
import { runScenario } from '../run/run-scenario.ts';
import { planWarnings } from '../run/warnings.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import { applyOverrides } from '../scenario/overrides.ts';
import { disturbances } from '../../reports/digest.ts';
import { originWords } from '../../reports/origins.ts';
import { describeValue } from '../input/problems.ts';
import { DURATION, formatDuration, parseQuantity, SIZE } from '../network/units.ts';
import { tooNoisy } from '../run/disturbance.ts';
import type { Results } from '../run/results.ts';
import { bytesText } from './format.ts';
import { journeyTable } from './journey-table.ts';
import { describeNetwork } from './network-line.ts';
import { wholeNumber } from './numbers.ts';
import { createProgress } from './progress.ts';
import { renderReport } from './render-report.ts';
import { resultTable } from './result-table.ts';
import { refreshIndex } from './write-index.ts';

/** A few hundred loads of a usual page. */
const DEFAULT_PACKET_LIMIT_BYTES = 256_000_000;

interface RunOptions {
  readonly runs?: string;
  readonly strategies?: string;
  readonly network?: string;
  readonly browser?: string;
  readonly out: string;
  readonly film?: boolean;
  readonly seed?: string;
  readonly concurrency?: number;
  readonly maxLateness?: number;
  readonly port: number;
  readonly packets: number;
  readonly dryRun?: boolean;
}

export function runCommand(): Command {
  return new Command('run')
    .description('load the page under every strategy and report which one wins')
    .argument('<scenario...>', 'scenario files, e.g. scenarios/2g-cold.yaml')
    .option('--runs <n>', 'measured loads of each strategy, besides one to warm up')
    .option('--strategies <names>', 'comma list of strategies instead of the scenario’s')
    .option('--network <preset|numbers>', 'another network: a preset, or rtt=100ms,down=1.6mbit/s,…')
    .option('--browser <name|path>', 'another browser: chromium-103, …, playwright, or an executable')
    .option('--out <folder>', 'where results go: <folder>/<scenario>/<time>/', folderName, 'results')
    .option('--film', 'film each strategy once, after the measured loads (the default unless --runs is 1)')
    .option('--no-film', 'no films')
    .option('--seed <n>', 'for the order of trials, random loss and resampling')
    .option(
      '--concurrency <n>',
      'trials side by side (default: as many as leave the CPU idle)',
      wholeNumber('--concurrency', 1, 4),
    )
    .option(
      '--port <n>',
      'first of the loopback ports to listen on; 0 takes any free one',
      wholeNumber('--port', 0, 65_000),
      0,
    )
    .option(
      '--max-lateness <time>',
      'a trial in which the emulator was later than this at the 99th percentile is repeated (default: 4ms, or 1/50 of the RTT)',
      lateness,
    )
    .addOption(
      new Option(
        '--packets <size>',
        'keep the packets of trials until they amount to this, for lab export; or all, or none',
      )
        .argParser(packetLimit)
        .default(DEFAULT_PACKET_LIMIT_BYTES, '256MB'),
    )
    .option('--dry-run', 'check everything, print the plan, load nothing')
    .addHelpText(
      'after',
      '\nExample:\n  lab run scenarios/2g-cold.yaml --runs 6 --strategies no-push,before-html',
    )
    .action(run);
}

async function run(files: string[], options: RunOptions): Promise<void> {
  // Everything is checked before anything is started.
  let runs: PreparedRun[] = [];
  const { concurrency, maxLateness: maxLatenessMs } = options;
  for (const file of files) {
    const scenario = applyOverrides(await loadScenario(file), options);
    const browser = catalogEntry(scenario.browser);
    runs.push(await prepareRun(scenario, { concurrency, maxLatenessMs, browser }));
  }
  if (options.dryRun === true) {
    for (const prepared of runs) printPlan(prepared, { withTrials: true });
    return;
  }
  for (const { scenario } of runs) await ResultFolder.check(path.resolve(options.out), scenario.name);
  const browsers = new Map<string, InstalledBrowser>();
  for (const { scenario } of runs) {
    const { browser } = scenario;
    if (!browsers.has(browser)) browsers.set(browser, await provisionBrowser(browser));
  }
  // What one from elsewhere can do was only learnt by asking it.
  runs = await Promise.all(
    runs.map(async (prepared) => {
      if (prepared.browser !== undefined) return prepared;
      const browser = browsers.get(prepared.scenario.browser);
      return prepareRun(prepared.scenario, { concurrency, maxLatenessMs, browser });
    }),
  );
  const interrupt = interruptible();
  try {
    for (const prepared of runs) {
      if (interrupt.signal.aborted) break;
      await runOne(prepared, browsers.get(prepared.scenario.browser)!, options, interrupt.signal);
    }
  } finally {
    interrupt.restore();
  }
  // As shells report a program ended by Ctrl-C.
  if (interrupt.signal.aborted) process.exitCode = 130;
}

async function runOne(
  prepared: PreparedRun,
  installed: InstalledBrowser,
  options: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  printPlan(prepared, { withTrials: false });
  const calibration = await calibrate(programmeFor(prepared.scenario.network));
  console.log(`  machine     ${calibrationText(calibration)}`);
  const progress = createProgress(
    {
      trials: prepared.trials.length,
      films: prepared.films.length,
      concurrency: prepared.concurrency,
      primaryMetric: prepared.scenario.primaryMetric,
    },
    process.stderr,
  );
  let finished: FinishedRun | undefined;
  try {
    finished = await runScenario(prepared, installed, {
      out: path.resolve(options.out),
      port: options.port,
      packetLimitBytes: options.packets,
      signal,
      calibration,
      onEvent: (event) => progress.onEvent(event),
    });
  } finally {
    progress.stop();
  }
  if (finished === undefined) {
    console.log('Interrupted before the first trial had finished: nothing was written.');
    return;
  }
  const { folder, results, waterfalls, frames } = finished;
  const { html } = await renderReport(folder.path, { results, waterfalls, frames });
  const report = await folder.writeReport(html);
  const index = await refreshIndex(path.resolve(options.out));
  console.log();
  if (results.partial) console.log(pc.yellow('Interrupted: only finished trials are counted.\n'));
  console.log(results.answer.sentence);
  if (results.answer.reason !== undefined) console.log(`Why ${results.answer.reason}.`);
  console.log();
  // Not a terminal, or one that does not know its width: no limit.
  const { columns } = process.stdout;
  console.log(resultTable(results, columns > 0 ? columns : Infinity));
  const perPage = journeyTable(results);
  if (perPage !== undefined) console.log(perPage);
  const known = new Set(planWarnings(prepared));
  const discarded = discardedText(results);
  if (discarded !== undefined) console.log(`${pc.yellow('note:')} ${discarded}`);
  for (const warning of results.warnings) {
    if (!known.has(warning)) console.log(`${pc.yellow('note:')} ${warning}`);
  }
  complainIfTooNoisy(results);
  console.log(`\nreport:  ${path.relative(process.cwd(), report)}`);
  console.log(`results: ${path.relative(process.cwd(), path.join(folder.path, 'results.json'))}`);
  if (index !== undefined) console.log(`all:     ${path.relative(process.cwd(), index)}`);
  console.log();
}

/** `good: pacer lateness, p99 0.2 ms; …` */
function calibrationText({ lines, verdict }: Calibration): string {
  const words = lines.map(({ name, words: found, measured, predicted }) =>
    predicted === undefined ? `${name} ${measured.toFixed(2)} ms` : `${name} ${found.replace(/^\w+, /, '')}`,
  );
  const colour = { good: pc.green, fair: pc.yellow, off: pc.red }[verdict];
  return `${colour(verdict)}: ${words.join('; ')}`;
}

/** Per strategy, so that a bias shows. */
function discardedText(results: Results): string | undefined {
  const hit = disturbances(results).filter(({ repeated }) => repeated > 0);
  if (hit.length === 0) return undefined;
  const total = hit.reduce((sum, { repeated }) => sum + repeated, 0);
  const list = hit.map(({ strategy, repeated, loads }) => `${repeated} of ${loads} of ${strategy}`);
  return `${total} ${total === 1 ? 'load was' : 'loads were'} disturbed by this machine, discarded and repeated: ${list.join(', ')}`;
}

function printPlan(prepared: PreparedRun, options: { withTrials: boolean }): void {
  const { scenario, site, siteRecord, pageBytes, strategies, trials, concurrency } = prepared;
  const used = siteRecord.resources.filter(({ unused }) => unused !== true);
  console.log(pc.bold(scenario.name));
  console.log(`  network     ${describeNetwork(scenario.network)}`);
  console.log(
    `  page        ${site.name} ${site.entry}, ${used.length} resources, ${bytesText(pageBytes)} as sent`,
  );
  for (const origin of site.origins) console.log(`  host        ${origin.hostname}, ${originWords(origin)}`);
  const subject = describeMeasured(scenario);
  if (subject !== undefined) {
    const steps = scenario.journey.map(({ path: page, afterMs }) =>
      afterMs === undefined ? page : `${page} ${prettyMs(afterMs)} after load`,
    );
    console.log(`  journey     ${steps.join(' → ')}; the answer is about ${subject}`);
  }
  if (scenario.thinkMs > 0)
    console.log(`  origin      thinks for ${prettyMs(scenario.thinkMs)} before the HTML`);
  console.log(`  browser     ${scenario.browser}`);
  if (scenario.edge !== undefined) {
    const { rttMs, connection } = scenario.edge;
    console.log(`  edge        ${prettyMs(rttMs)} from the origin, over a ${connection} connection`);
  }
  console.log(`  strategies  ${strategies.map(({ name }) => name).join(', ')}`);
  console.log(
    `  trials      ${trials.length}: 1 warm-up block, ${scenario.runs} measured, ${concurrency} side by side, seed ${scenario.seed}`,
  );
  if (scenario.filmRuns > 0)
    console.log(`  film        ${scenario.filmRuns} of each strategy afterwards; their times do not count`);
  for (const warning of planWarnings(prepared)) console.log(`  ${pc.yellow('note')}        ${warning}`);
  if (!options.withTrials) return;
  for (const { name, paths } of strategies)
    if (paths.length > 0) console.log(`  ${name}: ${paths.join(' ')}`);
  for (const { id, block, warmup } of trials)
    console.log(`  ${id}  ${warmup ? 'warm-up' : `block ${block}`}`);
}

/** What was measured is kept and shown; that it is no answer is told by the exit status. */
function complainIfTooNoisy(results: Results): void {
  const problem = tooNoisy(results.trials);
  if (problem === undefined) return;
  console.error(`${pc.red('error:')} ${results.scenario.name}: ${problem}`);
  console.error(
    `${pc.bold('next:')}  end other programs and run again, with --concurrency 1; lab calibrate shows how late this machine is`,
  );
  process.exitCode = 3;
}

/** Ctrl-C: the first one keeps what has finished, the second one ends at once. */
function interruptible(): { signal: AbortSignal; restore: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error('\nStopping; finished trials are kept. Press Ctrl-C again to end at once.');
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  return {
    signal: controller.signal,
    restore: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      process.off('SIGHUP', onSignal);
    },
  };
}

/** `--out "$UNSET"` would fill the working directory. */
function folderName(text: string): string {
  if (text !== '') return text;
  throw new InputError('--out: found ""; expected the name of a folder, or leave it out for results');
}

function lateness(text: string): number {
  const parsed = parseQuantity(DURATION, text);
  if ('value' in parsed && parsed.value > 0) return parsed.value;
  throw new InputError(
    `--max-lateness: found ${describeValue(text)}; expected a time such as ${formatDuration(4)}`,
  );
}

function packetLimit(text: string): number {
  if (text === 'all') return Infinity;
  if (text === 'none') return 0;
  const parsed = parseQuantity(SIZE, text);
  if ('value' in parsed) return parsed.value;
  throw new InputError(`--packets: found ${describeValue(text)}; expected all, none or a size such as 256MB`);
}
