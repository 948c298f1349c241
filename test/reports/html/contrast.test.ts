import { describe, expect, it } from 'vitest';
import { THEME } from '../../../reports/html/styles/theme.ts';

/** Relative luminance and contrast after WCAG 2.1. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const [, light = '', dark = ''] = THEME.split('{ color-scheme:');
const coloursOf = (css: string): Map<string, string> =>
  new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]));

describe.each([
  ['light', coloursOf(light)],
  ['dark', coloursOf(dark)],
])('the %s theme', (_, colours) => {
  const of = (name: string): string => colours.get(name) ?? expect.fail(`no colour ${name}`);

  it.each(['ink', 'ink-2', 'ink-3', 'link', 'faster', 'slower', 'warn', 'waste', 'hint', 'paint', 'neutral'])(
    'has legible text in %s',
    (name) => {
      expect(contrast(of(name), of('ground'))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(of(name), of('hover'))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('has legible notices and tags', () => {
    expect(contrast(of('warn'), of('warn-ground'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('slower'), of('alert-ground'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('ground'), of('push'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('ground'), of('ink-2'))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ...['request', 'push', 'waste', 'hint', 'line', 'connect', 'tls', 'focus'],
    ...['1', '2', '3', '4', '5', '6', '7', 'other'].map((tone) => `stream-${tone}`),
  ])('has drawings one can see in %s', (name) =>
    expect(contrast(of(name), of('ground'))).toBeGreaterThanOrEqual(3),
  );
});
