import { describe, expect, it } from 'vitest';
import { MOST_KEYS, streamKeys } from '../../../../reports/html/bottleneck/stream-keys.ts';
import { THEME } from '../../../../reports/html/styles/theme.ts';
import { loadSample } from '../../sample-page.ts';

describe('streamKeys', () => {
  const keys = [
    ...streamKeys([loadSample('no-push', { slack: 0 }), loadSample('after-html', { slack: 9 })]).values(),
  ];

  it('names the document, what blocks the first paint, then what weighs most', () => {
    expect(keys.map(({ letter, tone, path }) => `${letter}${tone} ${path}`)).toEqual([
      'A1 /index.html',
      'B2 /css/bootstrap.min.css',
      'C3 /js/clean-blog.js',
      'D4 /css/clean-blog.css',
      'E5 /img/home-bg.jpg',
      'F6 /img/posts/2026/03/night-train.jpg',
      'G7 /img/posts/2026/02/harbour.jpg',
    ]);
  });

  it('gives none to what no byte came of, nor to the outside', () => {
    const { resources, ...rest } = loadSample('no-push', { slack: 0 });
    const empty = resources.map((resource) => ({ ...resource, transferSize: 0 }));
    expect(streamKeys([{ ...rest, resources: empty }]).size).toBe(0);
  });
});

/** Linear RGB as someone sees it who lacks a kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISION = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

function oklab(hex: string, vision: keyof typeof VISION): readonly number[] {
  const linear = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const times = (rows: readonly (readonly number[])[], values: readonly number[]): number[] =>
    rows.map((row) => row.reduce((sum, factor, at) => sum + factor * values[at]!, 0));
  const seen = times(VISION[vision], linear).map((value) => Math.min(1, Math.max(0, value)));
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    seen,
  ).map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

describe.each([
  ['light', THEME.split('{ color-scheme:')[1]!],
  ['dark', THEME.split('{ color-scheme:')[2]!],
])('stream colours of the %s theme', (_, css) => {
  const colours = [...css.matchAll(/--stream-\w+: (#[0-9a-f]{6});/g)].map(([, hex]) => hex!);

  it('has one per key and one for the others', () => expect(colours).toHaveLength(MOST_KEYS + 1));

  it.each(Object.keys(VISION) as (keyof typeof VISION)[])('can be told apart with %s vision', (vision) => {
    const points = colours.map((hex) => oklab(hex, vision));
    for (const [index, one] of points.entries()) {
      for (const other of points.slice(0, index)) {
        // Five times the just noticeable difference, which is about 0.02 in OKLab.
        expect(Math.hypot(...one.map((value, at) => value - other[at]!))).toBeGreaterThan(0.1);
      }
    }
  });
});
