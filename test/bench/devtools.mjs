// @ts-nocheck -- a script that drives the built lab
// DevTools throttling (CDP Network.emulateNetworkConditions) on the ground-truth page, against the same page over kernel
// TCP (test/data/kernel-tcp/page.json): its error, and what it makes of push. The lab's own server and Chromium, over a
// path that is fast enough to be none. With --lab the emulated path is loaded in turn with it, without throttling.
// Prints medians; nothing here fails.
// Usage: npm run bench:devtools [-- --runs 7] [-- --only 20ms] [-- --lab] [-- --json]
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';
import { CONDITIONS, STRATEGIES, truthOf } from './ground-truth-page.mjs';

const root = path.join(import.meta.dirname, '../..');
/** From a path that is computed, so that nothing checks the types of what the build made. */
const built = (file) => import(path.join(root, 'dist/lab', file));
const { nextPaint, readPageMetrics } = await built('browser/page-metrics.js');
const { provisionBrowser } = await built('browser/provision.js');
const { createSiteCertificate } = await built('emulator/certificate.js');
const { prepareRun } = await built('run/prepare.js');
const { Slot } = await built('run/slot.js');
const { loadScenario } = await built('scenario/load-scenario.js');

const BROWSER = 'chromium-106';
const LOAD_LIMIT_MS = 60_000;
/** Nothing under way for this long: the load is over, unclaimed pushes included. */
const QUIET_MS = 100;
/** A path without a delay to speak of: the page's 359 kB leave in 0.3 ms, and no queue overflows. */
const UNSHAPED_BPS = 10e9;
const UNSHAPED_QUEUE_BYTES = 4e6;
/** Those whose kernel loads are compared; pushing images as well says nothing that pushing before does not. */
const COMPARED = Object.entries(STRATEGIES).filter(([, trueName]) => trueName !== 'allbefore');

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    only: { type: 'string' },
    lab: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs);
const conditions = CONDITIONS.filter(({ name }) => options.only === undefined || options.only === name);
if (!(Number.isInteger(runs) && runs > 0) || conditions.length === 0) {
  const names = CONDITIONS.map(({ name }) => name).join(', ');
  console.error(`--runs takes a whole number from 1, --only one of ${names}`);
  process.exit(2);
}
const WAYS = options.lab ? ['devtools', 'lab'] : ['devtools'];

const measured = [];
for (const condition of conditions) measured.push(...(await measure(condition)));
if (options.json) console.log(JSON.stringify(measured));
else print();

/** Every way and strategy in turn, so that a busy moment of the machine falls on all alike; the first round warms up. */
async function measure(condition) {
  const scenario = await loadScenario(path.join(root, `scenarios/${condition.scenario}.yaml`));
  const run = await prepareRun(scenario);
  const slot = new Slot({
    installed: await provisionBrowser(BROWSER),
    certificate: await createSiteCertificate(run.site),
    site: scenario.site,
    hosts: run.site,
    port: 0,
  });
  const cells = WAYS.flatMap((way) =>
    COMPARED.map(([strategy, trueName]) => ({ condition, way, strategy, trueName, fcp: [], load: [] })),
  );
  try {
    const pair = await slot.open();
    for (let round = 0; round <= runs; round++) {
      for (const cell of cells) {
        const strategy = run.strategies.find(({ name }) => name === cell.strategy);
        const network = cell.way === 'lab' ? scenario.network : unshaped(scenario.network);
        const order = { network, seed: 1, peer: { kind: 'push-server', strategy, thinkMs: 0 } };
        const metrics = await load(pair, order, run.url, cell.way === 'devtools' ? condition : undefined);
        if (round === 0) continue;
        cell.fcp.push(metrics.firstContentfulPaint);
        cell.load.push(metrics.loadEventEnd);
      }
    }
  } finally {
    await slot.close();
  }
  return cells;
}

/** A cold load in a fresh context; `throttled`: by DevTools, to this condition. */
async function load({ browser, emulator }, order, url, throttled) {
  await emulator.begin(order);
  const context = await browser.newContext({ viewport: null });
  const page = await context.newPage();
  if (throttled !== undefined) {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    const bytesPerSecond = (throttled.mbit * 1e6) / 8;
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: throttled.rttMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
  }
  await page.goto(url, { waitUntil: 'load', timeout: LOAD_LIMIT_MS });
  await emulator.settled(QUIET_MS, LOAD_LIMIT_MS);
  await nextPaint(page);
  await sleep(QUIET_MS);
  const metrics = await readPageMetrics(page);
  await emulator.end();
  await context.close();
  return metrics;
}

function unshaped(network) {
  const link = {
    bandwidthBps: UNSHAPED_BPS,
    queueLimitBytes: UNSHAPED_QUEUE_BYTES,
    lossRate: 0,
  };
  // The whole page fits the first window: no slow start either.
  return { ...network, baseRttMs: 0, initialWindowSegments: 1000, downlink: link, uplink: link };
}

function print() {
  console.log(
    `Chromium 106, ${availableParallelism()} cores, load average ${loadavg()[0].toFixed(1)} at the end; medians of ${runs}, ms\n`,
  );
  const columns = WAYS.flatMap((way) => [way, 'error', `${way} load`, 'error']);
  console.log(row(['condition', 'strategy', 'kernel FCP', 'kernel load', ...columns]));
  for (const condition of conditions) {
    for (const [strategy, trueName] of COMPARED) {
      const truth = truthOf(condition, trueName);
      const numbers = WAYS.flatMap((way) => {
        const { fcp, load } = find(condition, way, strategy);
        return [
          ms(median(fcp)),
          error(median(fcp), truth?.fcpMs),
          ms(median(load)),
          error(median(load), truth?.loadMs),
        ];
      });
      console.log(row([condition.name, strategy, ms(truth?.fcpMs), ms(truth?.loadMs), ...numbers]));
    }
  }
  console.log('\neffect of push on FCP, after-html − no-push');
  console.log(row(['condition', '', 'kernel', ...WAYS]));
  for (const condition of conditions) {
    const [none, after] = ['none', 'after'].map((name) => truthOf(condition, name)?.fcpMs);
    const effects = WAYS.map((way) => {
      const [without, with_] = ['no-push', 'after-html'].map((name) =>
        median(find(condition, way, name).fcp),
      );
      return signed(with_ - without);
    });
    console.log(row([condition.name, '', none === undefined ? '–' : signed(after - none), ...effects]));
  }
}

function find(condition, way, strategy) {
  return measured.find(
    (cell) => cell.condition === condition && cell.way === way && cell.strategy === strategy,
  );
}

function row([condition, strategy, ...numbers]) {
  return `${condition.padEnd(11)}${strategy.padEnd(13)}${numbers.map((text) => text.padStart(15)).join('')}`;
}

function ms(value) {
  return value === undefined ? '–' : value.toFixed(1);
}

function error(valueMs, truthMs) {
  return truthMs === undefined ? '–' : `${signed((valueMs / truthMs - 1) * 100)} %`;
}

function signed(value) {
  return `${value > 0 ? '+' : ''}${value.toFixed(0)}`.replace('-', '−');
}
