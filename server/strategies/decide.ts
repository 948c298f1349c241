import type { Gate, Strategy } from './strategy.ts';

/** What a strategy's data comes to on one site: `what` resolved to paths, in sending order. */
export interface ResolvedStrategy extends Strategy {
  readonly paths: readonly string[];
}

/** What is known of the client when the page is requested. */
export interface ClientState {
  readonly pushAllowed: boolean;
  /** Paths already pushed on this connection. */
  readonly pushed: ReadonlySet<string>;
}

/** What to do ahead of the browser's own requests. Empty lists: nothing. */
export interface Decision {
  /** PUSH_PROMISEs on the page's stream, in order; all of them before the response HEADERS. */
  readonly promises: readonly string[];
  /** Whose bodies go first. */
  readonly bodies: 'before-html' | 'after-html';
  /** Paths of the Link field of the page's response. */
  readonly preloads: readonly string[];
  /** Paths of the Link field of a 103 response, sent as soon as the request is here. */
  readonly earlyHints: readonly string[];
  readonly gated: readonly { readonly path: string; readonly gate: Gate }[];
}

/** Strategy × client → decision. Pure. */
export function decide(strategy: ResolvedStrategy, client: ClientState): Decision {
  const allowed: string[] = [];
  const gated: { path: string; gate: Gate }[] = [];
  for (const path of strategy.how === 'none' ? [] : strategy.paths) {
    const gate = strategy.gate.find((candidate) => !GATES[candidate](path, client));
    if (gate === undefined) allowed.push(path);
    else gated.push({ path, gate });
  }
  return {
    promises: strategy.how === 'push' ? allowed : [],
    bodies: strategy.when,
    preloads: strategy.how === 'preload-header' ? allowed : [],
    earlyHints: strategy.how === 'early-hints' ? allowed : [],
    gated,
  };
}

/** Each gate: may this path be sent ahead to this client? */
const GATES: Readonly<Record<Gate, (path: string, client: ClientState) => boolean>> = {
  'push-allowed': (_path, client) => client.pushAllowed,
  'once-per-connection': (path, client) => !client.pushed.has(path),
};
