// @ts-nocheck -- a script that drives the built model
// What the network model costs on the virtual clock, in CPU time of one core. Nothing is recorded but counts.
// Prints medians and ratios; nothing here fails. Usage: npm run bench:network [-- --repeat 5] [-- --large]
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
const { values: options } = parseArgs({
  options: { repeat: { type: 'string', default: '5' }, large: { type: 'boolean', default: false } },
});
const repeat = Math.max(1, Number(options.repeat) || 1);

const link = { ...findNetworkPreset('cable').downlink, bandwidthBps: RATE_BPS, queueLimitBytes: QUEUE_BYTES };
const network = { ...findNetworkPreset('cable'), baseRttMs: RTT_MS, downlink: link, uplink: link };

console.log(`50 Mbit/s, ${RTT_MS} ms, cubic; medians of ${repeat}, CPU time of one core\n`);
const CONNECTIONS = [
  ['1', 32 * MB, 1],
  ['16', 2 * MB, 16],
  ['256', 125_000, 256],
];
const SIZES = [
  ['1 MB', MB, 1],
  ['10 MB', 10 * MB, 1],
  ['100 MB', 100 * MB, 1],
  ...(options.large ? [['1 GB', 1000 * MB, 1]] : []),
];
/** What is measured together is compared: round by round, so that a busy moment of the machine spoils no single one. */
const runs = new Map([...CONNECTIONS, ...SIZES].map((row) => [row[0], []]));
for (let round = -1; round < repeat; round++) {
  for (const [name, bytes, flows] of [...CONNECTIONS, ...SIZES]) {
    if (bytes > 500 * MB && round !== 0) continue;
    // A short transfer is over before the clock of CPU time has moved much: many of them make one measurement.
    const run = measure(bytes, flows, Math.max(1, Math.ceil((16 * MB) / (bytes * flows))));
    // The first round warms the compiler up.
    if (round >= 0) runs.get(name).push(run);
  }
}

const speed = medianOf('100 MB');
console.log('speed, one flow of 100 MB');
console.log(
  `  ${Math.round(speed.packets / speed.cpuS).toLocaleString('en')} packets a second, acknowledgements included`,
);
console.log(`  ${(speed.virtualS / speed.cpuS).toFixed(1)} × real time\n`);
table('connections, 32 MB in all', CONNECTIONS);
table('size of one flow', SIZES);
if (!options.large) console.log('--large measures 1 GB as well');

function table(title, rows) {
  const medians = rows.map(([name]) => ({ name, ...medianOf(name) }));
  const cheapest = Math.min(...medians.map(({ perPacketUs }) => perPacketUs));
  console.log(title);
  for (const { name, packets, perPacketUs } of medians) {
    console.log(
      `  ${name.padEnd(8)}${packets.toLocaleString('en').padStart(11)} packets ${perPacketUs.toFixed(2).padStart(8)} µs a packet   × ${(perPacketUs / cheapest).toFixed(2)} of the cheapest`,
    );
  }
  console.log();
}

function medianOf(name) {
  const measured = runs.get(name);
  const cpuS = median(measured.map((run) => run.cpuS));
  const { packets, virtualS } = measured[0];
  return { packets, virtualS, cpuS, perPacketUs: (cpuS * 1e6) / packets };
}

/** Of `batch` equal transfers, the share of one. */
function measure(bytes, flows, batch = 1) {
  let packets = 0;
  let virtualMs = 0;
  const before = process.cpuUsage();
  for (let index = 0; index < batch; index++) {
    const run = transfer(bytes, flows);
    packets += run.packets;
    virtualMs += run.virtualMs;
  }
  const { user, system } = process.cpuUsage(before);
  return {
    packets: Math.round(packets / batch),
    virtualS: virtualMs / batch / 1000,
    cpuS: (user + system) / 1e6 / batch,
  };
}

/** A download of `bytes` by each of the flows, which all start at once. */
function transfer(bytes, flows) {
  const simulation = new Simulation();
  let packets = 0;
  const queued = { uplink: 0, downlink: 0 };
  const path = new Network(simulation, {
    conditions: network,
    random: createRandom(1),
    observer: {
      onQueueChange: (direction, queuedBytes) => {
        if (queuedBytes > queued[direction]) packets++;
        queued[direction] = queuedBytes;
      },
    },
  });
  let unfinished = flows;
  for (let index = 0; index < flows; index++) {
    let received = 0;
    let written = 0;
    const connection = path.connect({
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
  return { packets, virtualMs: simulation.nowMs };
}
