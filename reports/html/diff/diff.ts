import type { PushLife, ResourceTimeline, Waterfall } from '../../../lab/trace/waterfall.ts';
import { findPush } from '../rows.ts';

/** One file in one of the two trials. */
export interface DiffSide {
  readonly how: 'requested' | 'pushed' | 'cache' | 'failed' | 'pushed for nothing';
  /** Announced by 103 or a preload. */
  readonly hinted: boolean;
  /** The browser wanted it, or was promised it, whichever came first. */
  readonly start: number;
  readonly firstByte?: number | undefined;
  readonly end?: number | undefined;
  readonly bytes: number;
}

/** One file in both trials; a side is missing where the other trial alone had it. */
export interface DiffRow {
  readonly url: string;
  readonly path: string;
  readonly a?: DiffSide | undefined;
  readonly b?: DiffSide | undefined;
  /** B less A, ms; negative is earlier in B. */
  readonly startShift?: number | undefined;
  readonly endShift?: number | undefined;
}

/** Files of two loads by URL, the largest shift of the last byte first; those of one load alone come last. */
export function diffTrials(a: Waterfall, b: Waterfall): readonly DiffRow[] {
  const [left, right] = [sidesOf(a), sidesOf(b)];
  const rows = [...new Set([...left.keys(), ...right.keys()])].map((key): DiffRow => {
    const [one, other] = [left.get(key), right.get(key)];
    return {
      url: one?.url ?? other?.url ?? '',
      path: one?.path ?? other?.path ?? '',
      a: one?.side,
      b: other?.side,
      startShift: minus(other?.side.start, one?.side.start),
      endShift: minus(other?.side.end, one?.side.end),
    };
  });
  const size = ({ endShift, startShift }: DiffRow): number => Math.abs(endShift ?? startShift ?? -1);
  const isWhole = (row: DiffRow): number => (row.a && row.b ? 1 : 0);
  return rows.sort((one, other) => isWhole(other) - isWhole(one) || size(other) - size(one));
}

interface Found {
  readonly url: string;
  readonly path: string;
  readonly side: DiffSide;
}

/** By URL, and by number where a page loads one URL more than once. */
function sidesOf({ resources, pushes, hints }: Waterfall): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const hinted = new Set(hints.map(({ path }) => path));
  const used = new Set<PushLife>();
  const put = (kind: string, url: string, path: string, side: DiffSide): void => {
    let number = 0;
    while (found.has(`${kind} ${number} ${url}`)) number++;
    found.set(`${kind} ${number} ${url}`, { url, path, side });
  };
  // What was misdirected was asked for again: the request that counts has the first number.
  // Not toSorted: this runs in Chromium 106 as well.
  const inOrder = [...resources].sort((a, b) => Number(a.status === 421) - Number(b.status === 421));
  for (const resource of inOrder) {
    if (resource.external) continue;
    const push = findPush(pushes, resource);
    if (push) used.add(push);
    put('used', resource.url, resource.path, resourceSide(resource, push, hinted.has(resource.path)));
  }
  for (const push of pushes) {
    if (used.has(push)) continue;
    put('unused', push.url, push.path, {
      how: 'pushed for nothing',
      hinted: false,
      start: push.promiseReceived ?? push.promised,
      firstByte: push.responseStart,
      end: push.responseEnd,
      bytes: push.receivedBytes,
    });
  }
  return found;
}

function resourceSide(resource: ResourceTimeline, push: PushLife | undefined, hinted: boolean): DiffSide {
  return {
    how: HOW[resource.deliveredBy],
    hinted,
    start: Math.min(resource.startTime, push?.promiseReceived ?? Infinity),
    firstByte: push?.responseStart ?? resource.responseStart,
    end: push?.responseEnd ?? resource.responseEnd,
    bytes: resource.transferSize,
  };
}

function minus(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left - right;
}

const HOW: Readonly<Record<ResourceTimeline['deliveredBy'], DiffSide['how']>> = {
  request: 'requested',
  push: 'pushed',
  cache: 'cache',
  none: 'failed',
};
