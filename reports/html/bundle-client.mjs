// Bundles the scripts of the HTML reports into dist/reports/*/client.js: classic scripts, no imports left.
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(import.meta.dirname, '../..');

await build({
  entryPoints: ['html', 'index', 'inspect', 'transfer'].map((report) => ({
    in: path.join(root, `reports/${report}/client/main.ts`),
    out: `${report}/client`,
  })),
  outdir: path.join(root, 'dist/reports'),
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
