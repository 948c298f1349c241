// Bundles the script of the HTML report into dist/reports/html/client.js: one classic script, no imports left.
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '../..');

await build({
  entryPoints: [path.join(root, 'reports/html/client/main.ts')],
  outfile: path.join(root, 'dist/reports/html/client.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  // The report must open in the browser it reports on.
  target: ['chrome106', 'firefox115'],
  // ASCII only: the page's charset cannot change what the script says.
  charset: 'ascii',
  legalComments: 'eof',
  logLevel: 'warning',
});
