import type { Budget, Gate, Strategy } from './strategy.ts';

/** What a strategy's data comes to on one site. */
export interface ResolvedStrategy extends Strategy {
  /** Of the entry page, in sending order. */
  readonly paths: readonly string[];
  /** `with-resource`: by requested path, what goes with it, in sending order. */
  readonly children: Readonly<Record<string, readonly string[]>>;
  /** Of every page of a journey, by its path, in sending order; absent: the entry page is the only one. */
  readonly pages?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** What is known of the client, the path and the site when something is requested. */
export interface ClientState {
  readonly pushAllowed: boolean;
  /** The connection may speak for the host of that path (RFC 9113 §8.4): of another one nothing can be pushed. */
  readonly speaksFor: (path: string) => boolean;
  readonly saveData: boolean;
  /** Paths already pushed on this connection. */
  readonly pushed: ReadonlySet<string>;
  /** By the cookie of earlier answers. */
  readonly inPushCookie: (path: string) => boolean;
  /** By the client's digest of its cache; now and then true for what it does not have. */
  readonly inCacheDigest: (path: string) => boolean;
  /** Of a body as this client will get it. */
  readonly bytesOf: (path: string) => number;
  readonly htmlBytes: number;
  /** Congestion window now. */
  readonly cwndBytes: number;
  /** Bandwidth-delay product of the path. */
  readonly bdpBytes: number;
}

/** `authority`: the connection may not speak for its host. */
export type Refusal = Gate | 'authority' | 'budget';

/** What to do ahead of the browser's own requests. Empty lists: nothing. */
export interface Decision {
  /** PUSH_PROMISEs on the page's stream, in order; all of them before the response HEADERS. */
  readonly promises: readonly string[];
  /** When their bodies go. */
  readonly bodies: Strategy['when'];
  /** Paths of the Link field of the page's response. */
  readonly preloads: readonly string[];
  /** Paths of `<link rel=preload>` elements. */
  readonly preloadTags: readonly string[];
  /** Paths of the Link field of a 103 response, sent as soon as the request is here. */
  readonly earlyHints: readonly string[];
  /** Paths of `Link: rel=prefetch`. */
  readonly prefetches: readonly string[];
  readonly gated: readonly { readonly path: string; readonly gate: Refusal }[];
}

/** Strategy × client → decision on `paths`, those of the entry page unless told otherwise. Pure. */
export function decide(
  strategy: ResolvedStrategy,
  client: ClientState,
  paths: readonly string[] = strategy.paths,
): Decision {
  const allowed: string[] = [];
  const gated: { path: string; gate: Refusal }[] = [];
  let leftBytes = budgetBytes(strategy.budget, client);
  const isPushed = strategy.how === 'push' || strategy.how === 'origin-link';
  for (const path of strategy.how === 'none' ? [] : paths) {
    const gate =
      isPushed && !client.speaksFor(path)
        ? 'authority'
        : strategy.gate.find((candidate) => !GATES[candidate](path, client));
    const fits = client.bytesOf(path) <= leftBytes;
    if (gate === undefined && fits) {
      allowed.push(path);
      leftBytes -= client.bytesOf(path);
    } else gated.push({ path, gate: gate ?? 'budget' });
  }
  const by = (how: Strategy['how']) => (strategy.how === how ? allowed : []);
  return {
    promises: strategy.how === 'origin-link' ? allowed : by('push'),
    bodies: strategy.when,
    preloads: by('preload-header'),
    preloadTags: by('preload-tag'),
    earlyHints: by('early-hints'),
    prefetches: by('prefetch'),
    gated,
  };
}

function budgetBytes(budget: Budget | undefined, client: ClientState): number {
  if (budget === undefined) return Infinity;
  if (budget === 'cwnd-html') return Math.max(0, client.cwndBytes - client.htmlBytes);
  if ('bytes' in budget) return budget.bytes;
  return budget.bdpShare * client.bdpBytes;
}

/** Each gate: may this path be sent ahead to this client? */
const GATES: Readonly<Record<Gate, (path: string, client: ClientState) => boolean>> = {
  'push-allowed': (_path, client) => client.pushAllowed,
  'once-per-connection': (path, client) => !client.pushed.has(path),
  'push-cookie': (path, client) => !client.inPushCookie(path),
  'cache-digest': (path, client) => !client.inCacheDigest(path),
  'save-data': (_path, client) => !client.saveData,
};
