import type { Strategy } from '../../server/strategies/strategy.ts';
import { InputError } from '../errors.ts';

/** What a browser says that wants no pushes (RFC 9113 §6.5.2). */
export const REFUSAL = 'refuses push (SETTINGS_ENABLE_PUSH=0)';

export function needsPush({ how }: Pick<Strategy, 'how'>): boolean {
  return how === 'push' || how === 'origin-link';
}

/** Which strategies the browser can take part in, and which it cannot. Undefined: it has not been asked. */
export function divideByPush<T extends Strategy>(
  strategies: readonly T[],
  browser: { readonly acceptsPush: boolean } | undefined,
): [loaded: T[], refused: T[]] {
  const refuses = browser?.acceptsPush === false;
  return [
    strategies.filter((strategy) => !(refuses && needsPush(strategy))),
    strategies.filter((strategy) => refuses && needsPush(strategy)),
  ];
}

/** @throws {InputError} where nothing is left to compare with */
export function checkBaseline(
  baseline: string,
  loaded: readonly { readonly name: string }[],
  { name }: { readonly name: string },
): void {
  if (loaded.some((strategy) => strategy.name === baseline)) return;
  throw new InputError(`the baseline ${baseline} needs push, and ${name} ${REFUSAL}`, {
    nextStep:
      'take another baseline, such as no-push, or a browser that accepts push: --browser chromium-106',
  });
}

/** `after-html and before-html were not loaded: chromium-109 refuses push …`; undefined where nothing was left out. */
export function notLoaded(
  refused: readonly { readonly name: string }[],
  browser: { readonly name: string } | undefined,
): string | undefined {
  if (refused.length === 0 || browser === undefined) return undefined;
  const names = refused.map(({ name }) => name);
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
  return `${list} ${names.length === 1 ? 'was' : 'were'} not loaded: ${browser.name} ${REFUSAL}`;
}
