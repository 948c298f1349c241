// Renders the report of a made-up run, large in files and trials: bytes of its parts, seconds, resident memory.
//   npm run bench:report -- 1000x300     files x trials (default: 500x30 and 1000x300)
import { build } from 'esbuild';
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const root = path.join(import.meta.dirname, '../..');
const asked = process.argv.slice(2).filter((arg) => /^\d+x\d+$/.test(arg));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'push-lab-bench-'));
// Bundled where its packages are found.
const generator = path.join(root, 'node_modules/.cache', `large-report-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [path.join(root, 'test/reports/large-report.ts')],
    outfile: generator,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  });
  const { largeReport, writeResultFolder } = await import(pathToFileURL(generator).href);
  for (const size of asked.length > 0 ? asked : ['500x30', '1000x300']) {
    const [resources, trials] = size.split('x').map(Number);
    const run = path.join(folder, size);
    writeResultFolder(run, largeReport({ resources, trials }));
    console.log(JSON.stringify({ resources, trials, ...render(run) }));
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.rmSync(generator, { force: true });
}

/**
 * `lab report` in a process of its own, which says at its end how much memory it had.
 *
 * @param {string} run
 */
function render(run) {
  const hook =
    'process.on("exit",()=>process.stderr.write(`\\nmaxRssKb=${process.resourceUsage().maxRSS}\\n`))';
  const started = performance.now();
  const child = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      path.join(root, 'dist/lab/cli/main.js'),
      'report',
      run,
    ],
    { encoding: 'utf8' },
  );
  if (child.status !== 0) throw new Error(`lab report ended with ${child.status}: ${child.stderr}`);
  const seconds = Number(((performance.now() - started) / 1000).toFixed(2));
  const html = fs.readFileSync(path.join(run, 'report.html'), 'utf8');
  return {
    seconds,
    maxRssMb: Math.round(Number(/maxRssKb=(\d+)/.exec(child.stderr)?.[1]) / 1024),
    resultsJsonBytes: fs.statSync(path.join(run, 'results.json')).size,
    reportBytes: Buffer.byteLength(html),
    partsBytes: parts(html),
  };
}

/** @param {string} html */
function parts(html) {
  const [head = '', ...sections] = html.slice(0, html.indexOf('</main>')).split('<section id="');
  const data = [...html.matchAll(/<script type="application\/json" id="(\w+)">[\s\S]*?<\/script>/g)];
  return Object.fromEntries([
    ['head and answer', Buffer.byteLength(head)],
    ...sections.map((text) => [text.slice(0, text.indexOf('"')), Buffer.byteLength(text)]),
    ...data.map(([text, id]) => [`embedded ${id}`, Buffer.byteLength(text)]),
  ]);
}
