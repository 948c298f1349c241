import type { Results } from '../../../lab/run/results.ts';
import { all } from './dom.ts';

/** The result document of the page, as the file it came from. */
export function startDownload(results: Results): void {
  for (const link of all<HTMLAnchorElement>('a.download')) {
    const text = `${JSON.stringify(results, null, 2)}\n`;
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  }
}
