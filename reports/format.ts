/**
 * Numbers as every report writes them. Digits are grouped by a narrow no-break space, a no-break space keeps
 * the unit on the line of its number, a minus is a minus sign. 1 kB = 1000 B and 1 kbit = 1000 bit, here as everywhere.
 */
const THIN = '\u202f';
const SPACE = '\u00a0';
const MINUS = '\u2212';
/** What stands where a number does not exist. */
export const ABSENT = '\u2013';

/** Below ten seconds whole milliseconds, above seconds with two decimals: four significant digits either way. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return ABSENT;
  return inSeconds(ms) ? `${decimal(ms / 1000, 2)}${SPACE}s` : `${msDigits(ms)}${SPACE}ms`;
}

/** A difference: always with its sign, except for zero, which has none. */
export function formatShiftMs(ms: number | undefined): string {
  const text = formatMs(ms);
  return ms !== undefined && Number.isFinite(ms) && !isZero(text) && ms > 0 ? `+${text}` : text;
}

/** Both ends in one unit, so that they can be compared at a glance. */
export function formatMsInterval(low: number, high: number, signed = false): string {
  const seconds = inSeconds(low) || inSeconds(high);
  const end = (ms: number): string => {
    const text = seconds ? decimal(ms / 1000, 2) : msDigits(ms);
    return signed && ms > 0 && !isZero(text) ? `+${text}` : text;
  };
  return `${end(low)} to ${end(high)}${SPACE}${seconds ? 's' : 'ms'}`;
}

/** Three significant digits in B, kB or MB. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return ABSENT;
  const size = Math.abs(bytes);
  if (size < 1000) return `${decimal(bytes, 0)}${SPACE}B`;
  if (size < 999_500) return `${significant(bytes / 1000)}${SPACE}kB`;
  if (size < 999_500_000) return `${significant(bytes / 1e6)}${SPACE}MB`;
  return `${significant(bytes / 1e9)}${SPACE}GB`;
}

/** kbit/s or Mbit/s without losing a digit the scenario gave. */
export function formatRate(bitsPerSecond: number): string {
  const [value, unit] =
    bitsPerSecond < 1e6
      ? [bitsPerSecond / 1e3, 'kbit/s']
      : bitsPerSecond < 1e9
        ? [bitsPerSecond / 1e6, 'Mbit/s']
        : [bitsPerSecond / 1e9, 'Gbit/s'];
  return `${trimmed(value, 3)}${SPACE}${unit}`;
}

/** A count of things, e.g. `1 448`. */
export function formatCount(count: number): string {
  return decimal(count, 0);
}

/** A share of one, e.g. loss: `0.1 %`. */
export function formatShare(share: number, digits = 2): string {
  return `${trimmed(share * 100, digits)}${SPACE}%`;
}

/** A number without unit, e.g. Cumulative Layout Shift. */
export function formatUnitless(value: number): string {
  return decimal(value, 3);
}

/** Never "0.000": the smallest p a reader needs to tell apart is 0.001. */
export function formatP(p: number): string {
  return p < 0.001 ? `<${SPACE}0.001` : p.toFixed(3);
}

/** `2026-03-01 14:05 UTC`, from an ISO date; whatever is not a date is shown as it is. */
export function formatDate(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** How long a run took, e.g. `7 min 12 s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return ABSENT;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${SPACE}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${SPACE}min ${seconds % 60}${SPACE}s`;
  return `${Math.floor(minutes / 60)}${SPACE}h ${minutes % 60}${SPACE}min`;
}

/** `1 trial`, `2 trials`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function inSeconds(ms: number): boolean {
  return Math.round(Math.abs(ms)) >= 10_000;
}

// Lateness and local times live below 10 ms, where a whole number would hide the difference.
function msDigits(ms: number): string {
  return decimal(ms, Math.abs(ms) < 9.95 && !Number.isInteger(ms) ? 1 : 0);
}

function significant(value: number): string {
  const size = Math.abs(value);
  return decimal(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

function trimmed(value: number, digits: number): string {
  const text = decimal(value, digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function decimal(value: number, digits: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN);
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && !isZero(text) ? MINUS + text : text;
}

function isZero(text: string): boolean {
  return !/[1-9]/.test(text);
}
