import { beforeAll, describe, expect, it } from 'vitest';
import type { Calibration } from '../../lab/calibrate/calibration.ts';
import { lab, type Outcome } from './support/lab.ts';

describe('lab calibrate --quick', () => {
  let outcome: Outcome;
  let calibration: Calibration;
  beforeAll(async () => {
    outcome = await lab(['calibrate', '--quick', '--json']);
    calibration = JSON.parse(outcome.stdout) as Calibration;
  });

  it('says what it does, and ends as its verdict', () => {
    expect(outcome.stderr).toContain('1/7  pacer, idle');
    expect(outcome.stderr).toContain('7/7  queueing delay at 50 ms, 9 Mbit/s');
    expect(outcome.status).toBe(calibration.verdict === 'off' ? 3 : 0);
  });

  it('measures what was configured, within what any machine may do to it', () => {
    expect(calibration.lines.map(({ name }) => name)).toEqual([
      'pacer lateness, p99',
      'the same, a core busy',
      'round trip',
      'round trip',
      'rate',
      'window, flight 1',
      'window, flight 2',
      'window, flight 3',
      'queueing delay',
    ]);
    for (const { unit, predicted, measured, words, verdict } of calibration.lines) {
      expect(words.startsWith(verdict)).toBe(true);
      expect(measured).toBeGreaterThan(0);
      // Half and twice: off by a direction or a unit would be far beyond.
      if (predicted === undefined || unit === 'B') continue;
      expect(measured / predicted).toBeGreaterThan(0.5);
      expect(measured / predicted).toBeLessThan(2);
    }
  });
});
