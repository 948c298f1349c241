import type { RequestRecord } from '../../lab/trace/browser-evidence.ts';
import { pathOf } from '../../lab/trace/path-of.ts';
import type { ResourceTimeline, Waterfall } from '../../lab/trace/waterfall.ts';

/** One page load. */
export interface GraphLoad {
  readonly waterfall: Waterfall;
  readonly requests: readonly RequestRecord[];
}

/** The document of a `graph.json`. */
export interface RecordedGraph {
  readonly recorded: { readonly scenario: string; readonly trial: string; readonly browser: string };
  readonly pages: Readonly<Record<string, readonly { readonly path: string; readonly parent: string }[]>>;
}

/** What each page asked for, in the order in which it did, and what made it ask. */
export function renderGraph(loads: readonly GraphLoad[], recorded: RecordedGraph['recorded']): RecordedGraph {
  return { recorded, pages: Object.fromEntries(loads.map(pageOf)) };
}

function pageOf({ waterfall, requests }: GraphLoad): [page: string, nodes: RecordedGraph['pages'][string]] {
  const document = waterfall.resources.find(({ initiator }) => initiator === 'navigation');
  const page = document?.path ?? pathOf(waterfall.url);
  const rows = waterfall.resources.filter((row) => row.path !== page && belongs(row));
  const pathByUrl = new Map(waterfall.resources.map(({ url, path }) => [url, path]));
  const initiators = new Map(requests.map(({ url, initiatorUrl }) => [url, initiatorUrl]));
  const nodes = new Map<string, { path: string; parent: string }>();
  for (const { url, path } of rows.toSorted((a, b) => a.startTime - b.startTime)) {
    const initiator = initiators.get(url);
    const parent = initiator === undefined ? undefined : pathByUrl.get(initiator);
    // What only the parser of the page or an icon of the browser asked for has no other.
    if (!nodes.has(path)) nodes.set(path, { path, parent: parent === path ? page : (parent ?? page) });
  }
  return [page, [...nodes.values()]];
}

/** Served by the lab, and there. */
function belongs({ external, deliveredBy, status = 200 }: ResourceTimeline): boolean {
  return !external && deliveredBy !== 'none' && status < 400;
}
