// @ts-nocheck -- a script that drives the built model
// Writes lab/network/accuracy.svg and the table in lab/network/README.md from the model and the kernel's transfers.
// The same model writes the same files. Usage: npm run accuracy
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
/** From a path that is computed, so that nothing checks the types of what the build made. */
const built = (file) => import(path.join(root, 'dist', file));
const { compareWithKernel, summarise } = await built('lab/transfer/kernel-comparison.js');
const { accuracyFigure } = await built('reports/accuracy/figure.js');
const { accuracyTable, withTable } = await built('reports/accuracy/table.js');

const measured = path.join(root, 'test/data/kernel-tcp/curves.json');
const cells = compareWithKernel(readFileSync(measured, 'utf8'), measured);
const page = path.join(root, 'lab/network/README.md');

write(path.join(root, 'lab/network/accuracy.svg'), accuracyFigure(cells));
write(page, withTable(readFileSync(page, 'utf8'), accuracyTable(summarise(cells))));

function write(file, text) {
  writeFileSync(file, text);
  console.log(`wrote ${path.relative(root, file)}`);
}
