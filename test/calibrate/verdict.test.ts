import { describe, expect, it } from 'vitest';
import type { CalibrationLine, Verdict } from '../../lab/calibrate/calibration.ts';
import { BUSY_LINE, IDLE_LINE, judge, judgeLateness, overall } from '../../lab/calibrate/verdict.ts';

describe('judge', () => {
  it.each([
    ['ms', 20, 20.9, 'good, +0.90 ms'],
    ['ms', 20, 18, 'fair, −2.00 ms'],
    ['ms', 20, 24.5, 'off, +4.50 ms'],
    // 1 % of 800 ms.
    ['ms', 800, 808, 'good, +8.00 ms'],
    ['bit/s', 20e6, 19.88e6, 'good, −0.6 %'],
    ['bit/s', 20e6, 19.5e6, 'fair, −3 %'],
    ['bit/s', 20e6, 18e6, 'off, −10 %'],
    ['B', 14_480, 14_480, 'good, exact'],
    ['B', 14_480, 13_032, 'fair, −1448 B'],
    ['B', 14_480, 11_584, 'off, −2896 B'],
  ] as const)('%s: %d predicted, %d measured: %s', (unit, predicted, measured, words) => {
    expect(judge(unit, { predicted, measured }).words).toBe(words);
  });

  it('leaves out what one reading cannot tell', () => {
    expect(judge('ms', { predicted: 240, measured: 249, resolution: 7.5 }).verdict).toBe('good');
    expect(judge('ms', { predicted: 240, measured: 249 }).verdict).toBe('off');
  });

  it('calls a pacer good up to a millisecond, off where trials would be disturbed', () => {
    expect([1, 1.1, 4, 4.1].map((p99Ms) => judgeLateness(p99Ms).verdict)).toEqual([
      'good',
      'fair',
      'fair',
      'off',
    ]);
  });
});

describe('overall', () => {
  const line = (name: string, verdict: Verdict): CalibrationLine => ({
    name,
    point: '',
    unit: 'ms',
    measured: 1,
    verdict,
    words: verdict,
  });

  it('is as bad as the worst line, which it names', () => {
    expect(overall([line('rate', 'good')]).verdict).toBe('good');
    expect(overall([line('rate', 'good'), line('round trip', 'fair')]).verdict).toBe('fair');
    const off = overall([line('rate', 'off'), line(IDLE_LINE, 'off'), line('rate', 'off')]);
    expect(off.verdict).toBe('off');
    expect(off.sentence).toContain(`rate, ${IDLE_LINE} are off`);
  });

  it('does not condemn a machine for what a busy core would do, but says it', () => {
    const { verdict, sentence } = overall([line(IDLE_LINE, 'good'), line(BUSY_LINE, 'off')]);
    expect(verdict).toBe('fair');
    expect(sentence).toContain('Let nothing else run beside it');
  });
});
