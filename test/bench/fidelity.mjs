// @ts-nocheck -- a script that drives the built model
// Every transfer measured over a real Linux TCP path (test/data/kernel-tcp/curves.json) through the model.
// Prints errors; nothing here fails. Usage: npm run bench:fidelity [-- --cell loss] [-- --json]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

/** From a path that is computed, so that nothing checks the types of what the build made. */
const built = (file) => import(path.join(import.meta.dirname, '../../dist', file));
const { compareWithKernel, MILESTONES, summarise } = await built('lab/transfer/kernel-comparison.js');

const WORDS = ['connect', 'first byte', '14600', '50 %', '100 %'];
const { values: options } = parseArgs({
  options: { cell: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});
const file = path.join(import.meta.dirname, '../data/kernel-tcp/curves.json');
const cells = compareWithKernel(readFileSync(file, 'utf8'), file, (id) => id.includes(options.cell));
if (cells.length === 0) {
  console.error(`no cell has "${options.cell}" in its id`);
  process.exit(2);
}
const summaries = summarise(cells);

if (options.json) {
  const shown = cells.map(({ id, group, flows, drops, retransmitted }) => ({
    id,
    group,
    flows,
    drops,
    retransmitted,
  }));
  console.log(JSON.stringify({ cells: shown, groups: summaries.slice(0, -1), overall: summaries.at(-1) }));
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
      const counts = index > 0 ? '' : `${pair(drops).padStart(21)}${pair(retransmitted).padStart(13)}`;
      console.log(`${(index === 0 ? id : '').padEnd(names)}${String(index).padEnd(5)}${shown}${counts}`);
    });
  }
  console.log(
    `\n${'group'.padEnd(10)}${'cells'.padStart(6)}${'median'.padStart(10)}${'p95'.padStart(10)}${'worst'.padStart(10)}`,
  );
  for (const { group, cells: count, median, p95, worst } of summaries) {
    const numbers = [median, p95, worst].map((value) => `${value.toFixed(2)} %`.padStart(10)).join('');
    console.log(`${group.padEnd(10)}${String(count).padStart(6)}${numbers}`);
  }
}

function percentText(error) {
  return error === null ? '–' : error.toFixed(2);
}

function pair({ model, kernel }) {
  return `${model}/${kernel}`;
}
