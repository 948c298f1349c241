import type { Waterfall } from '../../../lab/trace/waterfall.ts';

/** What tells a resource's bytes apart wherever they are drawn: a letter, and a colour that never stands without it. */
export interface StreamKey {
  readonly letter: string;
  /** 1 to `MOST_KEYS`, as in the style sheet's `stream-1`. */
  readonly tone: number;
  readonly path: string;
}

export type StreamKeys = ReadonlyMap<string, StreamKey>;

/**
 * URL → key, the same in every waterfall of a report: first the document, then what the first paint waits for, then
 * what weighs most. Whatever has no key is one of the others.
 */
export function streamKeys(waterfalls: readonly Waterfall[]): StreamKeys {
  const candidates = new Map<string, Candidate>();
  for (const { resources, pushes } of waterfalls) {
    for (const { url, path, type, renderBlocking, transferSize, external } of resources) {
      if (external) continue;
      const known = candidates.get(url);
      candidates.set(url, {
        url,
        path,
        rank: type === 'document' ? 0 : renderBlocking ? 1 : (known?.rank ?? 2),
        bytes: Math.max(known?.bytes ?? 0, transferSize),
      });
    }
    for (const { url, path, receivedBytes } of pushes) {
      const known = candidates.get(url);
      if (known) known.bytes = Math.max(known.bytes, receivedBytes);
      else candidates.set(url, { url, path, rank: 2, bytes: receivedBytes });
    }
  }
  const inOrder = [...candidates.values()]
    .filter(({ bytes }) => bytes > 0)
    .sort((left, right) => left.rank - right.rank || right.bytes - left.bytes);
  const first = inOrder.filter(({ rank }) => rank < 2).slice(0, MOST_FIRST);
  const rest = inOrder.filter((candidate) => !first.includes(candidate));
  return new Map(
    [...first, ...rest]
      .slice(0, MOST_KEYS)
      .map(({ url, path }, index) => [
        url,
        { letter: String.fromCharCode(65 + index), tone: index + 1, path },
      ]),
  );
}

interface Candidate {
  readonly url: string;
  readonly path: string;
  /** 0 document, 1 render-blocking, 2 the rest. */
  readonly rank: number;
  bytes: number;
}

/** More colours than these cannot be told apart by everyone. */
export const MOST_KEYS = 7;
// Something of what weighs most must be among them.
const MOST_FIRST = 5;
