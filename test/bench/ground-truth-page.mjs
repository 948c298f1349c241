// @ts-nocheck -- over JSON, described in test/data/kernel-tcp/README.md
// What is known of the ground-truth page: where it was loaded over kernel TCP, with what, and how long that took.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const kernel = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../data/kernel-tcp/page.json'), 'utf8'),
);

/** The paths of scenarios/ground-truth-*.yaml. */
export const CONDITIONS = [
  { name: '20ms', scenario: 'ground-truth-20ms', rttMs: 20, mbit: 20 },
  { name: '50ms', scenario: 'ground-truth-50ms', rttMs: 50, mbit: 9 },
  { name: '100ms', scenario: 'ground-truth-100ms', rttMs: 100, mbit: 1.6 },
  { name: '300ms', scenario: 'ground-truth-300ms', rttMs: 300, mbit: 0.4 },
];

/** The name a strategy of these scenarios has in the kernel's measurements. */
export const STRATEGIES = {
  'no-push': 'none',
  'after-html': 'after',
  'before-html': 'before',
  'all-before-html': 'allbefore',
};

/** The kernel's loads; undefined where there are none. */
export function truthOf({ rttMs, mbit }, trueName) {
  return kernel.find((cell) => cell.rttMs === rttMs && cell.downMbit === mbit && cell.strategy === trueName);
}

/**
 * From the arrival of the last byte of HTML, style sheets and script to the first paint: the browser's own time. What was
 * pushed ahead of the HTML was there before it; its responseEnd is when the page took it.
 */
export function browserMsOf({ strategy, fcpMs, htmlResponseEndMs, resourcesOfMedianLoad }) {
  if (strategy === 'before' || strategy === 'allbefore') return fcpMs - htmlResponseEndMs;
  const blocking = resourcesOfMedianLoad.filter(([name]) => /\.(css|js)$/.test(name));
  return fcpMs - Math.max(htmlResponseEndMs, ...blocking.map(([, , , responseEndMs]) => responseEndMs));
}
