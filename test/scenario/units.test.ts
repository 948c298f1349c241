import { describe, expect, it } from 'vitest';
import {
  BANDWIDTH,
  DURATION,
  formatBandwidth,
  formatDuration,
  formatFraction,
  formatSize,
  parseFraction,
  parseQuantity,
  SIZE,
} from '../../lab/network/units.ts';
import { NETWORK_PRESETS, findNetworkPreset } from '../../lab/network/profiles.ts';
import { bdpBytes } from '../../lab/network/conditions.ts';

describe('parseQuantity', () => {
  it.each([
    [BANDWIDTH, '280kbit/s', 280_000],
    [BANDWIDTH, '280 kbit/s', 280_000],
    [BANDWIDTH, '1.6mbit/s', 1_600_000],
    [BANDWIDTH, '0.28 Mbit/s', 280_000],
    [BANDWIDTH, '1gbit/s', 1e9],
    [BANDWIDTH, '9600bit/s', 9600],
    [DURATION, '800ms', 800],
    [DURATION, ' .5 s ', 500],
    [DURATION, '250us', 0.25],
    [DURATION, '2 min', 120_000],
    [DURATION, '0.3s', 300],
    [DURATION, 0, 0],
    [DURATION, '0', 0],
    [SIZE, '64kB', 64_000],
    [SIZE, '64KiB', 65_536],
    [SIZE, '1.5 MB', 1_500_000],
    [SIZE, '2MiB', 2_097_152],
    [SIZE, '1500B', 1500],
  ])('reads $1 as $2', (kind, text, value) => {
    expect(parseQuantity(kind, text)).toEqual({ value });
  });

  it.each([
    [DURATION, 300, 'a duration needs a unit: us, ms, s or min, e.g. 300ms'],
    [DURATION, '300', 'a duration needs a unit'],
    [BANDWIDTH, 5000, 'a rate needs a unit: bit/s, kbit/s, Mbit/s or Gbit/s'],
    [BANDWIDTH, '5Mbps', 'write Mbit/s'],
    [BANDWIDTH, '5MB/s', 'multiply by 8'],
    [BANDWIDTH, '5Kbit/s', 'write kbit/s'],
    [SIZE, '64KB', 'write kB for 1000 B or KiB for 1024 B'],
    [SIZE, '300ms', 'unknown unit "ms"'],
    [DURATION, '-5ms', 'a duration cannot be negative'],
    [DURATION, '5 parsecs', 'unknown unit "parsecs": allowed are us, ms, s or min'],
    [DURATION, '5constructor', 'unknown unit "constructor"'],
    [DURATION, '1e3ms', 'unknown unit'],
    [DURATION, '1,5s', 'unknown unit ",5s"'],
    [DURATION, 'soon', 'expected a duration in us, ms, s or min'],
    [DURATION, '5\u001b[31m', 'expected a duration'],
    [DURATION, '', 'expected a duration'],
    [DURATION, `${'9'.repeat(400)}ms`, 'expected a duration'],
    [DURATION, null, 'expected a duration'],
    [DURATION, undefined, 'expected a duration'],
    [DURATION, { ms: 3 }, 'expected a duration'],
    [DURATION, [1], 'expected a duration'],
    [DURATION, true, 'expected a duration'],
    [DURATION, NaN, 'a duration needs a unit'],
  ])('refuses $1', (kind, input, problem) => {
    const parsed = parseQuantity(kind, input);
    expect('problem' in parsed ? parsed.problem : parsed).toContain(problem);
  });
});

describe('parseFraction', () => {
  it('reads percentages and fractions', () => {
    expect(parseFraction('1%')).toEqual({ value: 0.01 });
    expect(parseFraction('0.7 %')).toEqual({ value: 0.007 });
    expect(parseFraction(0.02)).toEqual({ value: 0.02 });
    expect(parseFraction('0.02')).toEqual({ value: 0.02 });
    for (const wrong of ['one', '%', NaN, Infinity, null, {}])
      expect(parseFraction(wrong)).toHaveProperty('problem');
  });
});

describe('formatting', () => {
  it('picks the prefix and three digits', () => {
    expect([280_000, 1_600_000, 1e9, 50].map(formatBandwidth)).toEqual([
      '280 kbit/s',
      '1.6 Mbit/s',
      '1 Gbit/s',
      '50 bit/s',
    ]);
    expect([0, 0.25, 28, 999.6, 1620, -1620, 59_000, 600_000].map(formatDuration)).toEqual([
      '0 ms',
      '250 us',
      '28 ms',
      '1 s',
      '1.62 s',
      '-1.62 s',
      '59 s',
      '10 min',
    ]);
    expect([0, 1500, 65_536, 1e6, 1e9].map(formatSize)).toEqual(['0 B', '1.5 kB', '65.5 kB', '1 MB', '1 GB']);
    expect(formatFraction(0.015)).toBe('1.5 %');
  });
});

describe('network presets', () => {
  it('have the numbers of the tables they name', () => {
    const shown = (name: string) => {
      const preset = findNetworkPreset(name);
      return preset && [preset.downlink.bandwidthBps, preset.uplink.bandwidthBps, preset.baseRttMs];
    };
    expect(shown('2g')).toEqual([280_000, 256_000, 800]);
    expect(shown('3g')).toEqual([1_600_000, 768_000, 300]);
    expect(shown('3gfast')).toEqual([1_600_000, 768_000, 150]);
    expect(shown('4g')).toEqual([9_000_000, 9_000_000, 170]);
    expect(shown('cable')).toEqual([5_000_000, 1_000_000, 28]);
    expect(shown('constructor')).toBeUndefined();
  });

  it.each(Object.values(NETWORK_PRESETS))(
    '$name: names its source and holds one bandwidth-delay product',
    (preset) => {
      expect(preset.source).toMatch(/commit [0-9a-f]{8}, read 20\d\d-\d\d-\d\d/);
      expect(preset.downlink.queueLimitBytes).toBeGreaterThanOrEqual(Math.floor(bdpBytes(preset)));
      // And the initial window of ten full packets.
      expect(preset.downlink.queueLimitBytes).toBeGreaterThan(10 * 1500);
      expect(preset.initialWindowSegments).toBe(10);
    },
  );
});
