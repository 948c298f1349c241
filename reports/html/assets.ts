import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../../lab/errors.ts';
import { packageRoot } from '../../lab/package-root.ts';

/** The bundled client script that every report carries. The one place where an HTML report touches a disk. */
export function loadReportClient(root: string = packageRoot): string {
  return loadClient(root, 'html');
}

/** The same of the plot of a bare transfer. */
export function loadTransferClient(root: string = packageRoot): string {
  return loadClient(root, 'transfer');
}

/** The same of the index page over all runs. */
export function loadIndexClient(root: string = packageRoot): string {
  return loadClient(root, 'index');
}

/** The same of the page of an inspected log. */
export function loadInspectClient(root: string = packageRoot): string {
  return loadClient(root, 'inspect');
}

function loadClient(root: string, report: string): string {
  const file = path.join(root, 'dist', 'reports', report, 'client.js');
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EnvironmentError(`the script of the HTML report is not built: cannot read ${file}`, {
      nextStep: 'npm run build',
      cause,
    });
  }
}
