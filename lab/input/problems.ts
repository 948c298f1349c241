import { closest, distance } from 'fastest-levenshtein';

/** Where in a document: keys and list positions from the top. */
export type KeyPath = readonly (string | number)[];

/** One thing wrong with an input, before it has a line number. */
export interface Problem {
  readonly path: KeyPath;
  readonly message: string;
  /** What to point at: the key itself (an unknown key), or its value. */
  readonly at: 'key' | 'value';
}

/** More than this and the file is not a scenario at all; the rest is counted. */
const MAX_LISTED = 10;

/** `['strategies', 0, 'name']` → `strategies[0].name`; the empty path → ``. */
export function formatPath(path: KeyPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const shown = /^[\w-]+$/.test(step) ? step : describeValue(step);
      return index === 0 ? shown : `.${shown}`;
    })
    .join('');
}

/** A value as it stood in the input, short enough for one line; never descends into it. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    // Control characters of C1 and line separators could still disturb a terminal.
    return text.replace(/[\u007f-\u009f\u2028\u2029]/g, '?');
  }
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return typeof value;
}

/** ` (did you mean "runs"?)` where one of the allowed words is near enough, otherwise nothing. */
export function didYouMean(found: string, allowed: readonly string[]): string {
  const word = nearestWord(found, allowed);
  return word === undefined ? '' : ` (did you mean "${word}"?)`;
}

/** The allowed word that differs least, where that is little enough to be a slip. */
export function nearestWord(found: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0 || found.length > 100) return undefined;
  const folded = found.toLowerCase();
  const nearest = closest(
    folded,
    allowed.map((word) => word.toLowerCase()),
  );
  const word = allowed.find((candidate) => candidate.toLowerCase() === nearest);
  // A third of the letters may be wrong, at least one, plus what is merely transposed.
  const tolerance = Math.max(2, Math.floor(found.length / 3));
  const near = distance(folded, nearest) <= Math.min(tolerance, Math.max(1, nearest.length - 1));
  return near ? word : undefined;
}

/** `unknown network "3gfst" (did you mean "3gfast"?); allowed: 2g, 3g` */
export function unknownWord(kind: string, found: unknown, allowed: readonly string[]): string {
  const hint = typeof found === 'string' ? didYouMean(found, allowed) : '';
  return `unknown ${kind} ${describeValue(found)}${hint}; allowed: ${allowed.join(', ')}`;
}

/** One line per problem, the first ten; each already carries its place. */
export function listProblems(lines: readonly string[]): string {
  if (lines.length <= MAX_LISTED) return lines.join('\n');
  return [...lines.slice(0, MAX_LISTED), `and ${lines.length - MAX_LISTED} more`].join('\n');
}
