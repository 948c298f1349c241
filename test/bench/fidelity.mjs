// @ts-nocheck -- a script over JSON; its shapes are documented in lab/transfer/cells.ts
// Every transfer measured over a real Linux TCP path (test/data/kernel-tcp/curves.json) through the model.
// Prints errors; nothing here fails. Usage: npm run bench:fidelity [-- --cell loss] [-- --json]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { quantileSorted } from 'simple-statistics';

/** From a path that is computed, so that nothing checks the types of what the build made. */
const built = (file) => import(path.join(import.meta.dirname, '../../dist', file));
const { orderOf, parseCells } = await built('lab/transfer/cells.js');
const { resultOf } = await built('lab/transfer/result.js');
const { simulateTransfer } = await built('lab/transfer/simulate-transfer.js');

const MILESTONES = ['connectMs', 'firstByteMs', 't14600Ms', 't50Ms', 't100Ms'];
const WORDS = ['connect', 'first byte', '14600', '50 %', '100 %'];
const { values: options } = parseArgs({
  options: { cell: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});
const file = path.join(import.meta.dirname, '../data/kernel-tcp/curves.json');
const text = readFileSync(file, 'utf8');
const kernel = JSON.parse(text);

const cells = parseCells(text, file).flatMap((cell, index) => {
  if (!cell.id.includes(options.cell)) return [];
  const truth = kernel[index];
  const order = orderOf(cell, 1);
  return [compare(truth, resultOf(order, simulateTransfer(order)))];
});
if (cells.length === 0) {
  console.error(`no cell has "${options.cell}" in its id`);
  process.exit(2);
}
const groups = [...new Set(cells.map(({ group }) => group))].map((group) =>
  summary(
    group,
    cells.filter((cell) => cell.group === group),
  ),
);
const overall = summary('all', cells);

if (options.json) {
  console.log(JSON.stringify({ cells, groups, overall }));
} else {
  console.log(
    'error = max(0, |model − kernel| − spread of the kernel’s repetitions) / kernel, in %; sign: model − kernel\n',
  );
  const names = Math.max(...cells.map(({ id }) => id.length)) + 2;
  console.log(
    `${'cell'.padEnd(names)}flow ${WORDS.map((word) => word.padStart(11)).join('')}   drops model/kernel   sent again`,
  );
  for (const { id, flows, drops, retransmitted } of cells) {
    flows.forEach((errors, index) => {
      const shown = MILESTONES.map((key) => percentText(errors[key]).padStart(11)).join('');
      const path = index > 0 ? '' : `${pair(drops).padStart(21)}${pair(retransmitted).padStart(13)}`;
      console.log(`${(index === 0 ? id : '').padEnd(names)}${String(index).padEnd(5)}${shown}${path}`);
    });
  }
  console.log(
    `\n${'group'.padEnd(10)}${'cells'.padStart(6)}${'median'.padStart(10)}${'p95'.padStart(10)}${'worst'.padStart(10)}`,
  );
  for (const { group, cells: count, median, p95, worst } of [...groups, overall]) {
    const numbers = [median, p95, worst].map((value) => `${value.toFixed(2)} %`.padStart(10)).join('');
    console.log(`${group.padEnd(10)}${String(count).padStart(6)}${numbers}`);
  }
}

function compare(truth, result) {
  return {
    id: truth.id,
    group: truth.group,
    flows: truth.f.map((flow, index) =>
      Object.fromEntries(
        MILESTONES.map((key) => [
          key,
          flow[key] === null
            ? null
            : errorPercent(result.flows[index][key], flow[key], truth.spreadMs[key] ?? 0),
        ]),
      ),
    ),
    drops: { model: result.drops, kernel: truth.droptail },
    retransmitted: { model: result.retransmitted, kernel: truth.retransmitted },
  };
}

/** Signed; what lies within the spread is no error. */
function errorPercent(modelMs, kernelMs, spreadMs) {
  const beyondMs = Math.max(0, Math.abs(modelMs - kernelMs) - spreadMs);
  return beyondMs === 0 ? 0 : (Math.sign(modelMs - kernelMs) * beyondMs * 100) / kernelMs;
}

function summary(group, members) {
  const errors = members
    .flatMap(({ flows }) => flows.flatMap((flow) => Object.values(flow)))
    .filter((error) => error !== null)
    .map(Math.abs)
    .sort((a, b) => a - b);
  return {
    group,
    cells: members.length,
    median: quantileSorted(errors, 0.5),
    p95: quantileSorted(errors, 0.95),
    worst: errors.at(-1),
  };
}

function percentText(error) {
  return error === null ? '–' : error.toFixed(2);
}

function pair({ model, kernel }) {
  return `${model}/${kernel}`;
}
