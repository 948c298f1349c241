import { describeStrategy } from './describe.ts';
import type { Gate, Strategy } from './strategy.ts';

/** What a push asks of a client; without a push there is nothing to gate. */
const PUSH_GATES: readonly Gate[] = ['push-allowed', 'once-per-connection'];

/** Where a strategy leaves `when` and `gate` open. */
export function defaultGates(how: Strategy['how']): readonly Gate[] {
  return how === 'push' || how === 'origin-link' ? PUSH_GATES : [];
}

/** Early hints precede the HTML by nature; everything else waits for it unless told otherwise. */
export function defaultWhen(how: Strategy['how']): Strategy['when'] {
  return how === 'early-hints' ? 'while-thinking' : 'after-html';
}

/** Each one's exact meaning is the comment of its `when` and `how` in strategy.ts, and its description. */
export const STRATEGY_PRESETS: Readonly<Record<string, Strategy>> = {
  'no-push': preset('no-push', { how: 'none' }),
  h1: preset('h1', { how: 'none', protocol: 'h1' }),
  'after-html': preset('after-html', { how: 'push' }),
  'before-html': preset('before-html', { how: 'push', when: 'before-html' }),
  'async-push': preset('async-push', { how: 'push', when: 'while-thinking' }),
  interleaved: preset('interleaved', { how: 'push', when: 'interleaved' }),
  'with-resource': preset('with-resource', { how: 'push', when: 'with-resource', what: 'children' }),
  'during-interactive': preset('during-interactive', {
    how: 'push',
    when: 'during-interactive',
    what: 'next-page',
  }),
  'next-page': preset('next-page', { how: 'push', what: 'next-page' }),
  'push-all': preset('push-all', { how: 'push', what: 'all', order: 'critical-first' }),
  'full-multiplexing': preset('full-multiplexing', {
    how: 'push',
    what: 'all',
    when: 'with-html',
    order: 'critical-first',
    scheduler: 'fair',
  }),
  'origin-link': preset('origin-link', { how: 'origin-link' }),
  preload: preset('preload', { how: 'preload-header' }),
  'preload-tag': preset('preload-tag', { how: 'preload-tag' }),
  'early-hints': preset('early-hints', { how: 'early-hints' }),
  'prefetch-next': preset('prefetch-next', { how: 'prefetch', what: 'next-page' }),
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

function preset(name: string, parts: Pick<Strategy, 'how'> & Partial<Strategy>): Strategy {
  const strategy = {
    name,
    protocol: 'h2',
    what: 'critical',
    order: 'given',
    when: defaultWhen(parts.how),
    interleaveAt: 'head',
    personality: 'lab',
    gate: defaultGates(parts.how),
    budget: undefined,
    scheduler: 'client',
    firstSlice: 'none',
    tlsRecord: undefined,
    sendBufferBytes: undefined,
    notSentLowatBytes: undefined,
    http2: undefined,
    ...parts,
  } as const;
  return { ...strategy, description: describeStrategy(strategy) };
}
