// Reads a NetLog made of a recorded one over and over: how long it takes, in a heap of what size.
//   npm run bench:inspect -- 200       MB (default 200), [--heap MB of the reading process]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';

const root = path.join(import.meta.dirname, '../..');
const args = process.argv.slice(2).filter((arg) => arg !== '--');
const heapAt = args.indexOf('--heap');
const heapMb = heapAt === -1 ? 200 : Number(args[heapAt + 1]);
const [sizeMb] = args.map(Number).filter((value, index) => value > 0 && index !== heapAt + 1);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'push-lab-bench-'));
try {
  const file = path.join(folder, 'large.json');
  write(file, (sizeMb ?? 200) * 1e6);
  const started = performance.now();
  const child = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heapMb}`, path.join(root, 'dist/lab/cli/main.js'), 'inspect', '--json', file],
    { maxBuffer: 1 << 30, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (child.status !== 0) throw new Error(`lab inspect ended with ${child.status ?? child.signal}`);
  const { sessions, pushes, requests } = JSON.parse(child.stdout);
  const result = {
    bytes: fs.statSync(file).size,
    seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
    heapMb,
    sessions: sessions.length,
    pushes: pushes.length,
    requests: requests.length,
  };
  console.log(JSON.stringify(result));
} finally {
  fs.rmSync(folder, { recursive: true });
}

/**
 * Every repetition with sources and times of its own.
 *
 * @param {string} file
 * @param {number} bytes
 */
function write(file, bytes) {
  const recorded = path.join(root, 'test/data/netlog/chromium-106-default.json.gz');
  const [constants, , ...lines] = gunzipSync(fs.readFileSync(recorded)).toString().trim().split('\n');
  const events = lines.map((line) => JSON.parse(line.replace(/(,|\]\})$/, '')));
  const out = fs.openSync(file, 'w');
  let written = fs.writeSync(out, `${constants}\n"events": [\n`);
  for (let round = 0; written < bytes; round++) {
    const text = events
      .map((event) => JSON.stringify(shifted(event, round * 1000, round * 8000)))
      .join(',\n');
    written += fs.writeSync(out, round === 0 ? text : `,\n${text}`);
  }
  fs.writeSync(out, ']}\n');
  fs.closeSync(out);
}

/**
 * @param {any} event
 * @param {number} ids
 * @param {number} ms
 */
function shifted(event, ids, ms) {
  const source = { ...event.source, id: event.source.id + ids };
  const dependency = event.params?.source_dependency;
  const params = dependency
    ? { ...event.params, source_dependency: { ...dependency, id: dependency.id + ids } }
    : event.params;
  return { ...event, source, time: String(Number(event.time) + ms), ...(params && { params }) };
}
