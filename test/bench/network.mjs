// @ts-nocheck -- a script that drives the built model
// What the network model costs on the virtual clock, in CPU time of one core. Nothing is recorded but counts.
// A packet is whatever comes to one of the two links: data, acknowledgements, and what is then dropped. What a loss costs
// (selective acknowledgements, timeouts, sending again) is not taken out; the tables say how much was dropped.
// Connections under like conditions take the same steps per packet however many they are (2.05 timers, 0.36
// acknowledgements): what grows is the time to fetch the state of the next one, some 20 kB with what it has under way, once
// all of them together are larger than a core's own cache. In each other's way there are losses to repair as well, and a
// connection with few packets has its beginning to pay for, about 20 µs.
// Each row has a process of its own, so that none pays for what another has left in the heap; they take turns.
// Prints medians and ratios; nothing here fails. Usage: npm run bench:network [-- --repeat 5] [-- --large]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';

/** From a path that is computed, so that nothing checks the types of what the build made. */
const built = (file) => import(path.join(import.meta.dirname, '../../dist/lab/network', file));
const { Network } = await built('network.js');
const { createRandom } = await built('random.js');
const { Simulation } = await built('simulation.js');
const { findNetworkPreset } = await built('profiles.js');

const MB = 1e6;
const RATE_BPS = 50e6;
const QUEUE_BYTES = 250_000;
const RTT_MS = 20;
/** Of one connection among many that do not take from each other: a sixteenth of that link. */
const SHARE = 1 / 16;
const { values: options } = parseArgs({
  options: { repeat: { type: 'string', default: '5' }, large: { type: 'boolean', default: false } },
});
const repeat = Math.max(1, Number(options.repeat) || 1);

/** One row: so many connections, each of which downloads `bytes` at the same time. */
const row = (name, bytes, flows, linkShare = 1) => ({ name, bytes, flows, linkShare });
const CROWDED = [1, 16, 64, 256].map((flows) => row(`${flows}`, (32 * MB) / flows, flows));
const ALIKE = [1, 16, 64, 256].map((flows) => row(`${flows} alike`, 2 * MB, flows, SHARE * flows));
const SIZES = [1, 10, 100, ...(options.large ? [1000] : [])].map((size) => row(`${size} MB`, size * MB, 1));
const ROWS = [...CROWDED, ...ALIKE, ...SIZES];

if (process.send === undefined) await report();
else process.on('message', (order) => process.send(measure(order)));

async function report() {
  console.log(
    `${RATE_BPS / 1e6} Mbit/s, ${RTT_MS} ms, queue ${QUEUE_BYTES / 1000} kB, cubic; medians of ${repeat}, CPU time of one core`,
  );
  const runs = await measureAll();
  const medianOf = (name) => {
    const measured = runs.get(name);
    const cpuS = median(measured.map((run) => run.cpuS));
    return { ...measured[0], cpuS, perPacketUs: (cpuS * 1e6) / measured[0].packets };
  };
  const speed = medianOf('100 MB');
  console.log('\nspeed, one flow of 100 MB');
  console.log(
    `  ${Math.round(speed.packets / speed.cpuS).toLocaleString('en')} packets a second, acknowledgements included`,
  );
  console.log(`  ${(speed.virtualS / speed.cpuS).toFixed(1)} × real time`);
  const table = (title, rows) =>
    printTable(
      title,
      rows.map(({ name }) => ({ name, ...medianOf(name) })),
    );
  table('size of one flow', SIZES);
  table(
    `connections under like conditions: each has 2 MB to get and brings ${(RATE_BPS * SHARE) / 1e6} Mbit/s and its part of the queue`,
    ALIKE,
  );
  table('connections in each other’s way: 32 MB in all through the one link', CROWDED);
  if (!options.large) console.log('\n--large measures 1 GB as well');
}

/** Row → its runs. Round by round, so that a busy moment of the machine spoils no single row. */
async function measureAll() {
  const runs = new Map(ROWS.map(({ name }) => [name, []]));
  const children = new Map(ROWS.map(({ name }) => [name, startChild()]));
  // Two rounds for the compiler.
  for (let round = -2; round < repeat; round++) {
    for (const order of ROWS) {
      if (order.bytes > 500 * MB && round !== 0) continue;
      const child = children.get(order.name);
      child.send(order);
      const [run] = await once(child, 'message');
      if (round >= 0) runs.get(order.name).push(run);
    }
  }
  for (const child of children.values()) child.disconnect();
  return runs;
}

function startChild() {
  const child = fork(import.meta.filename);
  // It has said why.
  child.once('exit', (code) => {
    if (code) process.exit(code);
  });
  return child;
}

function printTable(title, rows) {
  const costs = rows.map(({ perPacketUs }) => perPacketUs);
  const [cheapest, dearest] = [Math.min(...costs), Math.max(...costs)];
  console.log(`\n${title}`);
  for (const { name, packets, dropped, perPacketUs } of rows) {
    const count = packets.toLocaleString('en').padStart(11);
    const loss = ((100 * dropped) / packets).toFixed(1).padStart(5);
    const cost = perPacketUs.toFixed(2).padStart(7);
    const ratio = (perPacketUs / cheapest).toFixed(2);
    console.log(
      `  ${name.padEnd(10)}${count} packets ${loss} % dropped ${cost} µs a packet   × ${ratio} of the cheapest`,
    );
  }
  const spread = (100 * (dearest - cheapest)) / (dearest + cheapest);
  console.log(`  all within ± ${spread.toFixed(0)} % of ${((dearest + cheapest) / 2).toFixed(2)} µs`);
}

/** Many short transfers make one measurement, long against the clock of CPU time. Of so many equal ones, the share of one. */
function measure(order) {
  const batch = Math.max(1, Math.ceil((256 * MB) / (order.bytes * order.flows)));
  const totals = { packets: 0, dropped: 0, virtualMs: 0 };
  const before = process.cpuUsage();
  for (let index = 0; index < batch; index++) {
    const run = transfer(order);
    for (const key of Object.keys(totals)) totals[key] += run[key];
  }
  const { user, system } = process.cpuUsage(before);
  return {
    packets: Math.round(totals.packets / batch),
    dropped: totals.dropped / batch,
    virtualS: totals.virtualMs / batch / 1000,
    cpuS: (user + system) / 1e6 / batch,
  };
}

function conditionsOf(linkShare) {
  const preset = findNetworkPreset('cable');
  const limits = { bandwidthBps: RATE_BPS * linkShare, queueLimitBytes: QUEUE_BYTES * linkShare };
  const link = { ...preset.downlink, ...limits };
  return { ...preset, baseRttMs: RTT_MS, downlink: link, uplink: link };
}

/** A download of `bytes` by each of the flows, which all start at once. */
function transfer({ bytes, flows, linkShare }) {
  const simulation = new Simulation();
  let packets = 0;
  let dropped = 0;
  const network = new Network(simulation, {
    conditions: conditionsOf(linkShare),
    random: createRandom(1),
    observer: { onSend: () => packets++, onDrop: () => dropped++ },
  });
  let unfinished = flows;
  for (let index = 0; index < flows; index++) {
    let received = 0;
    let written = 0;
    const connection = network.connect({
      onConnected: () => connection.clientWrite(1),
      onServerReceived: () => write(),
      onServerWritable: () => {
        if (written > 0) write();
      },
      onClientReceived: (count) => {
        received += count;
        if (received === bytes) unfinished--;
      },
    });
    const write = () => {
      while (written < bytes && connection.serverFreeBytes > 0) {
        const count = Math.min(65_536, bytes - written);
        written += count;
        connection.serverWrite(count);
      }
    };
  }
  simulation.run({ done: () => unfinished === 0 });
  return { packets, dropped, virtualMs: simulation.nowMs };
}
