// Writes cellular.trace: made up, not measured. A rate that wanders as a phone's does, in the format of Mahimahi:
//
//   node scenarios/traces/generate.mjs
//
// Every 250 ms the logarithm of the rate goes a quarter of the way back to that of 4 Mbit/s and a random step of up to
// 0.9 from there, within 0.4 and 12 Mbit/s; a line is written for every 1500 B of it. The numbers come from a linear
// congruential generator (Numerical Recipes' constants) with seed 2026, so the file comes out the same everywhere.
import { writeFileSync } from 'node:fs';

const LENGTH_MS = 20_000;
const STEP_MS = 250;
const MEAN_BPS = 4e6;
const BITS = 1500 * 8;

let state = 2026;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

const lines = [];
let logarithm = 0;
let credit = 0;
for (let timeMs = 1; timeMs <= LENGTH_MS; timeMs++) {
  if (timeMs % STEP_MS === 1) logarithm = 0.75 * logarithm + 0.9 * (2 * random() - 1);
  const rateBps = Math.min(12e6, Math.max(0.4e6, MEAN_BPS * Math.exp(logarithm)));
  for (credit += rateBps / 1000 / BITS; credit >= 1; credit--) lines.push(timeMs);
}
// The last line is the length of the trace.
if (lines.at(-1) !== LENGTH_MS) lines.push(LENGTH_MS);
writeFileSync(new URL('cellular.trace', import.meta.url), `${lines.join('\n')}\n`);
