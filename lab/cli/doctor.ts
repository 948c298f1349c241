import { Command } from 'commander';
import pc from 'picocolors';
import { diagnose, type Diagnosis, type Finding, type FindingStatus } from '../browser/doctor.ts';
import { catalogEntry, DEFAULT_BROWSER } from '../browser/catalog.ts';
import { installBrowser } from '../browser/install-browser.ts';
import { installLibraries } from '../browser/install-libraries.ts';
import { LabError } from '../errors.ts';
import { readBrowserOption } from '../scenario/overrides.ts';

const EXIT_ENVIRONMENT = 3;

interface DoctorOptions {
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly browser: string;
}

/** `lab doctor`: what is missing on this machine and how to get it. Exit status 0 all well, 3 something is missing. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check this machine: Node.js, browser, shared libraries, fonts, loopback, cores, memory')
    .option(
      '--fix',
      'install missing shared libraries with apt-get (as root); does nothing where all is well',
    )
    .option('--browser <name>', 'the browser to check; with --fix it is installed', DEFAULT_BROWSER)
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit status: 0 all well, 3 something is missing.')
    .action(runDoctor);
}

async function runDoctor(options: DoctorOptions): Promise<void> {
  const name = readBrowserOption(options.browser);
  if (options.fix && catalogEntry(name) !== undefined) await installBrowser(name);
  let diagnosis = await diagnose(name);
  let notFixed: string | undefined;
  if (options.fix && diagnosis.missingLibraries.length > 0) {
    try {
      await installLibraries(diagnosis.missingLibraries);
      diagnosis = await diagnose(name);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      notFixed = error.message;
    }
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ healthy: diagnosis.healthy, findings: diagnosis.findings, notFixed }, null, 2)}\n`
      : renderDiagnosis(diagnosis, notFixed),
  );
  if (!diagnosis.healthy) process.exitCode = EXIT_ENVIRONMENT;
}

/** One line per finding, and below it, where something is wrong, what it means and what to type. */
export function renderDiagnosis(diagnosis: Diagnosis, notFixed?: string): string {
  const lines = diagnosis.findings.flatMap(renderFinding);
  const missing = diagnosis.findings.filter((finding) => finding.status === 'missing').length;
  lines.push('');
  if (notFixed !== undefined) lines.push(`Not fixed: ${notFixed}.`);
  if (missing === 0) {
    lines.push('This machine can run the lab.');
  } else {
    lines.push(`${missing} ${missing === 1 ? 'thing is' : 'things are'} missing.`);
    if (diagnosis.missingLibraries.length > 0 && notFixed === undefined) {
      lines.push('To install the libraries: npx lab doctor --fix');
    }
  }
  return `${lines.join('\n')}\n`;
}

function renderFinding(finding: Finding): string[] {
  const lines = [`${mark(finding.status)}  ${finding.check.padEnd(9)}  ${finding.found}`];
  const indent = ' '.repeat(20);
  if (finding.meaning !== undefined) lines.push(`${indent}${finding.meaning}`);
  if (finding.fix !== undefined) lines.push(`${indent}fix: ${finding.fix}`);
  return lines;
}

function mark(status: FindingStatus): string {
  const word = status.padEnd(7);
  switch (status) {
    case 'ok':
      return pc.green(word);
    case 'warning':
      return pc.yellow(word);
    case 'missing':
      return pc.red(word);
  }
}
