import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCapture } from '../../lab/browser/capture.ts';
import { launchFlags } from '../../lab/browser/launch-flags.ts';
import { browserEnvironment } from '../../lab/browser/launch.ts';
import { provisionBrowser } from '../../lab/browser/provision.ts';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { Inspection } from '../../lab/inspect/inspection.ts';
import { reconcile } from '../../lab/trace/reconcile.ts';
import type { PushLife } from '../../lab/trace/waterfall.ts';
import { expectFates } from './support/expected-pushes.ts';
import { HOSTS, startFateServer, type FateServer } from './support/fate-server.ts';
import { FATES } from './support/fates.ts';
import { lab, temporaryFolder } from './support/lab.ts';

/**
 * Every fate once, in one browser run that is witnessed twice: by the capture of a trial, reconciled, and by the browser's
 * own NetLog, read by `lab inspect` when the browser is gone.
 */
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: FateServer;
let browser: Browser;
let netLog: string;
const lives: PushLife[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  netLog = path.join(folder.path, 'net-log.json');
  server = await startFateServer();
  const installed = await provisionBrowser('chromium-106');
  const hosts = HOSTS.map((hostname) => ({ hostname, port: server.port }));
  browser = await chromium.launch({
    executablePath: installed.executablePath,
    env: browserEnvironment(installed),
    args: [...launchFlags({ spkiSha256Base64: server.spkiSha256Base64, hosts }), `--log-net-log=${netLog}`],
  });
  for (const fate of FATES) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const capture = await startCapture(browser, page);
    const settled = async (): Promise<void> => {
      await fate.then?.(page);
      await page.waitForTimeout(60);
    };
    for (const [index, visit] of fate.visits.entries()) {
      const url = `https://${HOSTS[0]}/${fate.name}${visit}`;
      const isLast = index === fate.visits.length - 1;
      await capture.navigate(url, { timeoutMs: 10_000, paintSettleMs: 0, ...(isLast && { settled }) });
    }
    const { evidence } = await capture.finish();
    const facts = { siteUrl: `https://${HOSTS[0]}/`, criticalPaths: new Set<string>() };
    lives.push(...reconcile(evidence, portsOnly(server.clientPorts), facts).pushes);
    await context.close();
  }
  await browser.close();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  await folder.remove();
});

/** No emulated network here: connections are told apart by the client's port, the browser is the only witness. */
function portsOnly(clientPorts: readonly number[]): EmulatorEvidence {
  const series = { cwndSegments: [], flightBytes: [], sentBytes: [], deliveredBytes: [] };
  return {
    connections: clientPorts.map((clientPort, index) => ({ id: index + 1, clientPort, synMs: 0, ...series })),
    queueBytes: { uplink: [], downlink: [] },
    drops: [],
    server: [],
    downlink: { queueDrops: 0, linkDrops: 0, retransmitted: 0, maxQueueBytes: 0 },
    latenessMs: [],
  };
}

test('a trial tells the fate of every push', () => {
  expectFates(lives);
});

test('lab inspect tells the same from the NetLog of the browser', async () => {
  const { status, stdout, stderr } = await lab(['inspect', netLog, '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { kind, truncated, pushes } = JSON.parse(stdout) as Inspection;
  expect({ kind, truncated }).toEqual({ kind: 'netlog', truncated: false });
  expectFates(pushes);
});

test('and, cut off in the middle of an event, says so and tells what it has', async () => {
  const cut = path.join(folder.path, 'cut.json');
  const text = await readFile(netLog, 'utf8');
  await writeFile(cut, text.slice(0, -5000));
  const { status, stdout, stderr } = await lab(['inspect', cut]);
  expect(status).toBe(0);
  expect(stderr).toContain('ends before its document does');
  expect(stdout).toContain('Duplicate pushed stream');
});

test('what is no NetLog is refused with what would be one', async () => {
  for (const file of [folder.path, path.join(folder.path, 'none'), 'package.json']) {
    const { status, stderr } = await lab(['inspect', file]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toContain('    at ');
  }
});
