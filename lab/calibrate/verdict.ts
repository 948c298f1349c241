import { formatFraction } from '../network/units.ts';
import type { CalibrationLine, CalibrationUnit, Verdict } from './calibration.ts';

/** How far off is good, and how far is still fair: in the unit, or as a share of what was expected, whichever is more. */
interface Tolerance {
  readonly good: { readonly absolute: number; readonly share: number };
  readonly fair: { readonly absolute: number; readonly share: number };
}

/**
 * Times: what the pacer is allowed anyway, and a quarter of a frame, below which no paint moves reliably. Rates: what
 * one late batch of packets makes of a second of them. Bytes: nothing, and a segment.
 */
const TOLERANCES: Readonly<Record<CalibrationUnit, Tolerance>> = {
  ms: { good: { absolute: 1, share: 0.01 }, fair: { absolute: 4, share: 0.02 } },
  'bit/s': { good: { absolute: 0, share: 0.01 }, fair: { absolute: 0, share: 0.03 } },
  B: { good: { absolute: 0, share: 0 }, fair: { absolute: 1448, share: 0 } },
};

/** Measured against what the model predicts. */
export function judge(
  unit: CalibrationUnit,
  values: { predicted: number; measured: number; resolution?: number | undefined },
): { readonly verdict: Verdict; readonly words: string } {
  const { predicted, measured, resolution = 0 } = values;
  const { good, fair } = TOLERANCES[unit];
  const off = Math.abs(measured - predicted) - resolution;
  const within = ({ absolute, share }: Tolerance['good']) => off <= Math.max(absolute, share * predicted);
  const verdict = within(good) ? 'good' : within(fair) ? 'fair' : 'off';
  return { verdict, words: `${verdict}, ${difference(unit, predicted, measured)}` };
}

/** How late the pacer is, against the limits that trials have. */
export function judgeLateness(p99Ms: number): { readonly verdict: Verdict; readonly words: string } {
  const { good, fair } = TOLERANCES.ms;
  if (p99Ms <= good.absolute) return { verdict: 'good', words: 'good, in time' };
  if (p99Ms <= fair.absolute) return { verdict: 'fair', words: 'fair, late at times' };
  return { verdict: 'off', words: 'off, too late: trials will be disturbed' };
}

/** The worst of the lines, but a core kept busy on purpose says what may happen, not what does. */
export function overall(lines: readonly CalibrationLine[]): { verdict: Verdict; sentence: string } {
  const verdicts = lines.map(({ name, verdict }) =>
    name === BUSY_LINE && verdict === 'off' ? 'fair' : verdict,
  );
  const busy = lines.find(({ name }) => name === BUSY_LINE);
  const advice =
    busy?.verdict === 'off'
      ? ' Let nothing else run beside it: with one core busy the emulator is late.'
      : '';
  if (verdicts.includes('off')) {
    const names = [...new Set(lines.filter(({ verdict }) => verdict === 'off').map(({ name }) => name))];
    return {
      verdict: 'off',
      sentence: `This machine is too busy or too slow now: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} off. End other programs and try again.`,
    };
  }
  if (verdicts.includes('fair')) {
    return { verdict: 'fair', sentence: `This machine will do; small differences may drown.${advice}` };
  }
  return { verdict: 'good', sentence: 'This machine is good enough: the network is what was configured.' };
}

export const IDLE_LINE = 'pacer lateness, p99';
export const BUSY_LINE = 'the same, a core busy';

function difference(unit: CalibrationUnit, predicted: number, measured: number): string {
  const off = measured - predicted;
  if (off === 0) return 'exact';
  const sign = off > 0 ? '+' : '−';
  const size = Math.abs(off);
  switch (unit) {
    case 'ms':
      return `${sign}${size.toFixed(2)} ms`;
    case 'bit/s':
      return `${sign}${formatFraction(Number((size / predicted).toPrecision(1)))}`;
    case 'B':
      return `${sign}${size} B`;
  }
}
