import type { Gate, Strategy } from './strategy.ts';

/** What a push asks of a client; without a push there is nothing to gate. */
const PUSH_GATES: readonly Gate[] = ['push-allowed', 'once-per-connection'];

/** Where a strategy leaves `when` and `gate` open. */
export function defaultGates(how: Strategy['how']): readonly Gate[] {
  return how === 'push' ? PUSH_GATES : [];
}

/** Early hints precede the HTML by nature; everything else waits for it unless told otherwise. */
export function defaultWhen(how: Strategy['how']): Strategy['when'] {
  return how === 'early-hints' ? 'before-html' : 'after-html';
}

export const STRATEGY_PRESETS: Readonly<Record<string, Strategy>> = {
  'no-push': preset('no-push', { when: 'after-html', how: 'none' }),
  'after-html': preset('after-html', { when: 'after-html', how: 'push' }),
  'before-html': preset('before-html', { when: 'before-html', how: 'push' }),
  preload: preset('preload', { when: 'after-html', how: 'preload-header' }),
  'early-hints': preset('early-hints', { when: 'before-html', how: 'early-hints' }),
};

/** Other words for the same thing. */
export const STRATEGY_ALIASES: Readonly<Record<string, string>> = { 'preload-header': 'preload' };

export const STRATEGY_PRESET_NAMES: readonly string[] = Object.keys(STRATEGY_PRESETS);

/** The preset of that name or alias, if there is one. Safe for names such as `constructor`. */
export function findStrategyPreset(name: string): Strategy | undefined {
  const presetName = Object.hasOwn(STRATEGY_ALIASES, name) ? STRATEGY_ALIASES[name] : name;
  if (presetName === undefined || !Object.hasOwn(STRATEGY_PRESETS, presetName)) return undefined;
  return STRATEGY_PRESETS[presetName];
}

/** One sentence: exactly what happens on the wire. */
export function describeStrategy(strategy: Pick<Strategy, 'what' | 'when' | 'how'>): string {
  const what = describeWhat(strategy.what);
  switch (strategy.how) {
    case 'none':
      return 'The server answers requests and nothing else: no push, no Link field, no 103.';
    case 'push':
      return strategy.when === 'before-html'
        ? `Once the HTML is ready, the server sends a PUSH_PROMISE for ${what}, then their bodies in full, one after the other, and only then the headers and body of the HTML.`
        : `Once the HTML is ready, the server sends a PUSH_PROMISE for ${what}, then the headers and body of the HTML, and after its last byte their bodies, one after the other.`;
    case 'preload-header':
      return `The HTML response carries a "Link: rel=preload" for ${what}; the browser requests them when it has read that header.`;
    case 'early-hints':
      return `A 103 response with a "Link: rel=preload" for ${what} leaves at once, while the origin still prepares the HTML; the browser requests them when it has read it.`;
  }
}

function describeWhat(what: Strategy['what']): string {
  if (what === 'critical') return 'each render-blocking resource of the page';
  if (what === 'all') return 'each resource the page uses';
  return what.length <= 3 ? `each of ${what.join(', ')}` : `each of ${what.length} listed resources`;
}

function preset(name: string, parts: Pick<Strategy, 'when' | 'how'>): Strategy {
  const strategy = { name, what: 'critical', ...parts, gate: defaultGates(parts.how) } as const;
  return { ...strategy, description: describeStrategy(strategy) };
}
