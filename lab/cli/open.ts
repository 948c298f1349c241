import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import openWithDesktop from 'open';
import { EnvironmentError, InputError } from '../errors.ts';
import { didYouMean } from '../input/problems.ts';
import { listRuns, type RunFolder } from '../run/run-folders.ts';
import { whyNoDesktop } from './desktop.ts';
import { refuseForeign, writeIndex } from './write-index.ts';

export function openCommand(): Command {
  return new Command('open')
    .description('open the newest report, or another one, in your own browser')
    .argument('[folder|scenario]', 'a folder that `lab run` wrote, or the name of a scenario')
    .option('--index', 'the page over all runs instead')
    .option('--out <folder>', 'where results are', 'results')
    .addHelpText('after', '\nExample:\n  lab open 2g-cold')
    .action(async (what: string | undefined, options: { index?: boolean; out: string }) => {
      await show(
        options.index === true ? await indexIn(what ?? options.out) : await reportOf(what, options.out),
      );
    });
}

/** Without a desktop the path is the answer. */
async function show(file: string): Promise<void> {
  const url = pathToFileURL(file).href;
  const reason = whyNoDesktop(process.env, process.platform);
  if (reason !== undefined) {
    console.log(`${path.relative(process.cwd(), file)}\n${url}\nNot opened: ${reason}.`);
    return;
  }
  console.log(path.relative(process.cwd(), file));
  if (await isOpened(file)) return;
  throw new EnvironmentError('this desktop found no browser to open a page with', {
    nextStep: `open ${url} yourself`,
  });
}

async function isOpened(file: string): Promise<boolean> {
  const launcher = await openWithDesktop(file).catch(() => undefined);
  if (launcher === undefined) return false;
  // It may live as long as the browser; one that found no browser ends at once.
  const code =
    launcher.exitCode ??
    (await new Promise<number | null>((resolve) => {
      const patience = setTimeout(() => resolve(0), LAUNCH_MS);
      launcher.once('close', (status) => {
        clearTimeout(patience);
        resolve(status);
      });
    }));
  return code === 0 || code === null;
}

/** @throws {InputError} where there is none */
async function reportOf(what: string | undefined, out: string): Promise<string> {
  if (what === undefined) return newestReport(await listRuns(out), `below ${out}`);
  if (!existsSync(what)) {
    const runs = await listRuns(out);
    const own = runs.filter(({ scenario }) => scenario === what);
    if (own.length > 0) return newestReport(own, `of ${what}`);
    const hint = didYouMean(
      what,
      runs.map(({ scenario }) => scenario),
    );
    throw new InputError(`${what} is neither a folder nor a scenario with results below ${out}${hint}`, {
      nextStep: 'name a folder that `lab run` wrote; lab open --index shows all of them',
    });
  }
  if (path.basename(what) === 'report.html') return path.resolve(what);
  const report = path.resolve(what, 'report.html');
  if (existsSync(report)) return report;
  if (existsSync(path.join(what, 'results.json'))) {
    throw new InputError(`${what} has results, but no report.html`, {
      nextStep: `npx lab report ${what} renders it`,
    });
  }
  // Not a run itself: a folder of results, or of one scenario.
  const parent = path.dirname(path.resolve(what));
  const ofScenario = (await listRuns(parent)).filter((run) => path.dirname(run.path) === path.resolve(what));
  return newestReport(ofScenario.length > 0 ? ofScenario : await listRuns(what), `below ${what}`);
}

function newestReport(runs: readonly RunFolder[], where: string): string {
  const newest = runs.findLast(({ hasReport }) => hasReport);
  if (newest !== undefined) return path.resolve(newest.path, 'report.html');
  const unrendered = runs.at(-1);
  if (unrendered === undefined)
    throw new InputError(`there are no results ${where}`, { nextStep: 'npx lab run scenarios/2g-cold.yaml' });
  throw new InputError(`there is no report.html ${where}`, {
    nextStep: `npx lab report ${unrendered.path} renders one`,
  });
}

/** Made where it is missing: results may be older than the page. */
async function indexIn(out: string): Promise<string> {
  const file = path.resolve(out, 'index.html');
  if ((await listRuns(out)).length === 0) {
    throw new InputError(`there are no results below ${out}`, {
      nextStep: 'npx lab run scenarios/2g-cold.yaml',
    });
  }
  try {
    if (existsSync(file)) await refuseForeign(file);
    else await writeIndex(path.resolve(out));
    return file;
  } catch (cause) {
    throw new EnvironmentError(`there is no index of all runs to open: ${(cause as Error).message}`, {
      nextStep: 'npx lab open   (the newest report, without it)',
      cause,
    });
  }
}

const LAUNCH_MS = 2000;
