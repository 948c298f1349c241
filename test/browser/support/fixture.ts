import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserEvidence } from '../../../lab/trace/browser-evidence.ts';

/** One real load by Chromium 106 of the push server's page; `LAB_RECORD_FIXTURES=1` with the e2e test renews it. */
export function readFixture(part: 'trace' | 'network' | 'evidence'): unknown {
  const file = path.join(import.meta.dirname, `../../data/browser/every-kind-of-push.${part}.json`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

export const recorded = readFixture('evidence') as BrowserEvidence;
