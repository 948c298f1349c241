// @ts-nocheck -- a script over the built code
// The push server against a bare http2.createSecureServer that sends the same bytes: loopback, no emulated network.
// `floor`: node:http2 behind a duplex that does nothing, one chunk under way at a time, as any server has to be that
// orders chunks by what the client's frames say. Each server is a process of its own; rounds alternate.
// Usage: npm run bench:server [-- --rounds 9]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';

const dist = path.join(import.meta.dirname, '../../dist');
const { createCertificate } = await import(path.join(dist, 'lab/emulator/certificate.js'));
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const rounds = Number(values.rounds);
const certificate = await createCertificate(['bench.test']);

/** `loads` per round, `atOnce` of them side by side. */
const CASES = [
  { name: 'a page without pushes', pageBytes: 20_000, pushes: 0, pushBytes: 0, loads: 100, atOnce: 1 },
  { name: '100 pushed resources', pageBytes: 20_000, pushes: 100, pushBytes: 5000, loads: 20, atOnce: 1 },
  {
    name: '1,000 pushes, one connection',
    pageBytes: 20_000,
    pushes: 1000,
    pushBytes: 1000,
    loads: 4,
    atOnce: 1,
  },
  { name: '200 connections at once', pageBytes: 20_000, pushes: 0, pushBytes: 0, loads: 200, atOnce: 200 },
];

const KINDS = ['bare', 'floor', 'lab'];
/** The first rounds compile. */
const WARM_UP_ROUNDS = 5;
const FIGURES = [
  { key: 'firstByteMs', title: 'first byte, ms', digits: 2 },
  { key: 'cpuUs', title: 'CPU per response, µs', digits: 0 },
  { key: 'loadMs', title: 'whole load, ms', digits: 2 },
];

console.log(''.padEnd(30) + FIGURES.map(({ title }) => title.padStart(36)).join(''));
console.log('case'.padEnd(30) + FIGURES.map(() => [...KINDS, 'lab/bare'].map(cell).join('')).join(''));
for (const test of CASES) {
  const servers = {};
  const measured = {};
  for (const kind of KINDS) {
    servers[kind] = await start(kind, test);
    measured[kind] = [];
  }
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    // Whoever goes second finds the machine as the first has left it: they take turns.
    const first = round % KINDS.length;
    for (const kind of [...KINDS.slice(first), ...KINDS.slice(0, first)]) {
      const figures = await measure(servers[kind], test);
      if (round >= WARM_UP_ROUNDS) measured[kind].push(figures);
    }
  }
  const columns = FIGURES.map(({ key, digits }) => {
    const medians = KINDS.map((kind) => median(measured[kind].map((figures) => figures[key])));
    const ratio = medians.at(-1) / medians[0];
    return [...medians.map((value) => value.toFixed(digits)), ratio.toFixed(2)].map(cell).join('');
  });
  console.log(test.name.padEnd(30) + columns.join(''));
  for (const { child } of Object.values(servers)) child.kill();
}
process.exit();

function cell(text) {
  return text.padStart(9);
}

async function start(kind, { pageBytes, pushes, pushBytes }) {
  const child = fork(path.join(import.meta.dirname, 'server-process.mjs'));
  child.send({ kind, start: { certificate, pageBytes, pushes, pushBytes } });
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

async function cpuMsOf({ child }) {
  child.send({ usage: true });
  const [{ cpuMs }] = await once(child, 'message');
  return cpuMs;
}

async function measure(server, { loads, atOnce, pushes }) {
  const before = await cpuMsOf(server);
  const results = [];
  for (let done = 0; done < loads; done += atOnce) {
    results.push(...(await Promise.all(Array.from({ length: atOnce }, () => load(server.port, pushes)))));
  }
  const cpuMs = (await cpuMsOf(server)) - before;
  return {
    firstByteMs: median(results.map(({ firstByteMs }) => firstByteMs)),
    loadMs: median(results.map(({ loadMs }) => loadMs)),
    cpuUs: (1000 * cpuMs) / (loads * (1 + pushes)),
  };
}

/** From the request, on a fresh connection, to the first byte of the page and the last byte of everything. */
async function load(port, pushes) {
  const session = http2.connect(`https://127.0.0.1:${port}`, {
    ca: certificate.certPem,
    servername: 'bench.test',
    maxReservedRemoteStreams: 2000,
    settings: { initialWindowSize: 6_291_456, maxConcurrentStreams: 2000 },
  });
  session.on('error', (error) => {
    throw error;
  });
  await once(session, 'connect');
  session.setLocalWindowSize(15_000_000);
  let left = pushes + 1;
  let firstByteMs;
  await new Promise((resolve) => {
    const startMs = performance.now();
    const finished = () => {
      if (--left === 0) resolve();
    };
    session.on('stream', (push) => {
      push.resume();
      push.on('end', finished);
    });
    const request = session.request({ ':path': '/', ':authority': `bench.test:${port}` });
    request.once('data', () => {
      firstByteMs = performance.now() - startMs;
    });
    request.on('end', finished);
    request.resume();
    session.startMs = startMs;
  });
  const loadMs = performance.now() - session.startMs;
  session.destroy();
  return { firstByteMs, loadMs };
}
