/**
 * The quantities of a scenario as people write them (`280kbit/s`, `800 ms`, `64KiB`, `1%`) and the numbers the
 * model works with (bit/s, ms, bytes, fractions). The only place that multiplies by 8, 1000 or 1024.
 */

/** Either the number, or a sentence fragment that says what would have been right. */
export type ParsedQuantity = { readonly value: number } | { readonly problem: string };

/** A kind of quantity: how it is written, what it is counted in. */
export interface QuantityKind {
  /** With its article, as in "a duration needs a unit". */
  readonly noun: string;
  /** Unit as it is written → factor to the base unit. */
  readonly units: Readonly<Record<string, number>>;
  /** The units worth suggesting, in words. */
  readonly unitList: string;
  readonly example: string;
  /** Whether the base unit is indivisible (bits, bytes). */
  readonly integer: boolean;
  /** What people write by mistake → why it is not taken. */
  readonly confusions: Readonly<Record<string, string>>;
}

/** Base unit: bit/s. Prefixes are decimal, as everywhere in networking: 1 kbit/s = 1000 bit/s. */
export const BANDWIDTH: QuantityKind = {
  noun: 'a rate',
  units: {
    'bit/s': 1,
    'kbit/s': 1e3,
    'mbit/s': 1e6,
    'Mbit/s': 1e6,
    'gbit/s': 1e9,
    'Gbit/s': 1e9,
  },
  unitList: 'bit/s, kbit/s, Mbit/s or Gbit/s',
  example: '1.6Mbit/s',
  integer: true,
  confusions: {
    kbps: 'write kbit/s',
    Kbps: 'write kbit/s',
    Mbps: 'write Mbit/s',
    mbps: 'write Mbit/s',
    kbit: 'a rate is per second: write kbit/s',
    mbit: 'a rate is per second: write Mbit/s',
    Mbit: 'a rate is per second: write Mbit/s',
    'Kbit/s': 'write kbit/s',
    'kb/s': 'write kbit/s; for bytes multiply by 8',
    'Mb/s': 'write Mbit/s',
    'kB/s': 'rates are in bits: multiply by 8 and write kbit/s',
    'MB/s': 'rates are in bits: multiply by 8 and write Mbit/s',
  },
};

/** Base unit: ms. */
export const DURATION: QuantityKind = {
  noun: 'a duration',
  units: { us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, min: 60e3 },
  unitList: 'us, ms, s or min',
  example: '300ms',
  integer: false,
  confusions: { m: 'write min for minutes or ms for milliseconds', sec: 'write s', h: 'write min' },
};

/** Base unit: bytes. SI prefixes are decimal, IEC prefixes binary. */
export const SIZE: QuantityKind = {
  noun: 'a size',
  units: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2 },
  unitList: 'B, kB (1000 B), KiB (1024 B), MB or MiB',
  example: '64KiB',
  integer: true,
  confusions: {
    KB: 'write kB for 1000 B or KiB for 1024 B',
    kb: 'write kB for 1000 B or KiB for 1024 B',
    k: 'write kB for 1000 B or KiB for 1024 B',
    K: 'write kB for 1000 B or KiB for 1024 B',
    b: 'write B for bytes',
    kiB: 'write KiB',
    Mb: 'write MB for 1000000 B or MiB for 1048576 B',
    M: 'write MB for 1000000 B or MiB for 1048576 B',
  },
};

/** Base unit: packets. */
export const PACKETS: QuantityKind = {
  noun: 'a number of packets',
  units: { packet: 1, packets: 1 },
  unitList: 'packets',
  example: '100 packets',
  integer: true,
  confusions: {},
};

/**
 * Reads a number with its unit; a space between them is allowed. A bare 0 needs no unit, every other bare number is
 * refused: whoever wrote it had a unit in mind, and guessing it wrong is off by a factor of 8 or 1000.
 */
export function parseQuantity(kind: QuantityKind, input: unknown): ParsedQuantity {
  const needsUnit = `${kind.noun} needs a unit: ${kind.unitList}, e.g. ${kind.example}`;
  if (input === 0 || input === '0') return { value: 0 };
  if (typeof input === 'number') return { problem: needsUnit };
  if (typeof input !== 'string') return { problem: `expected ${kind.noun}, e.g. ${kind.example}` };
  const match = /^([+-]?)(\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})\s*([^\s\d\p{C}]\P{C}{0,11})?$/u.exec(
    input.trim(),
  );
  if (!match) return { problem: `expected ${kind.noun} in ${kind.unitList}, e.g. ${kind.example}` };
  const [, sign, digits, unit] = match;
  if (unit === undefined) return { problem: needsUnit };
  const factor = Object.hasOwn(kind.units, unit) ? kind.units[unit] : undefined;
  if (factor === undefined) {
    const hint = Object.hasOwn(kind.confusions, unit) ? kind.confusions[unit] : undefined;
    return { problem: `unknown unit "${unit}": ${hint ?? `allowed are ${kind.unitList}`}` };
  }
  if (sign === '-') return { problem: `${kind.noun} cannot be negative` };
  const value = Number(digits) * factor;
  // 0.28 × 1e6 is 280000.00000000006: round to whole bits and bytes, and to picoseconds.
  return { value: kind.integer ? Math.round(value) : Math.round(value * 1e9) / 1e9 };
}

/** Reads a share, `1%` or `0.01`; the result is a fraction. Bounds are the caller's. */
export function parseFraction(input: unknown): ParsedQuantity {
  const problem = 'expected a percentage or a fraction, e.g. 1% or 0.01';
  if (typeof input === 'number') return Number.isFinite(input) ? { value: input } : { problem };
  if (typeof input !== 'string') return { problem };
  const match = /^([+-]?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15}))\s*(%?)$/.exec(input.trim());
  if (!match) return { problem };
  const number = Number(match[1]);
  return { value: match[2] === '%' ? Math.round((number / 100) * 1e12) / 1e12 : number };
}

/** `280000` → `280 kbit/s`. */
export function formatBandwidth(bandwidthBps: number): string {
  return scaled(bandwidthBps, [
    [1e9, 'Gbit/s'],
    [1e6, 'Mbit/s'],
    [1e3, 'kbit/s'],
    [1, 'bit/s'],
  ]);
}

/** `1620` → `1.62 s`, `28` → `28 ms`; three significant digits. */
export function formatDuration(durationMs: number): string {
  return scaled(durationMs, [
    [60e3 * 10, 'min', 60e3],
    [1e3, 's'],
    [1, 'ms'],
    [1e-3, 'us'],
  ]);
}

/** `65536` → `65.5 kB`: decimal prefixes, as rates have them. */
export function formatSize(sizeBytes: number): string {
  return scaled(sizeBytes, [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
    [1, 'B'],
  ]);
}

/** `0.01` → `1 %`. */
export function formatFraction(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`;
}

/** The first step whose threshold the value reaches; a step is [threshold, unit, divisor = threshold]. */
function scaled(value: number, steps: readonly (readonly [number, string, number?])[]): string {
  const size = Math.abs(value);
  // 999.6 would print as "1000": decide on the rounded number.
  const rounded = Number(size.toPrecision(3));
  const step =
    steps.find(([threshold]) => (size === 0 ? threshold === 1 : rounded >= threshold)) ?? steps.at(-1);
  if (step === undefined) return String(value);
  const [threshold, unit, divisor = threshold] = step;
  const shown = Number((value / divisor).toPrecision(3));
  return `${shown} ${unit}`;
}
