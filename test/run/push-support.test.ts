import { expect, test } from 'vitest';
import { checkBaseline, divideByPush, notLoaded } from '../../lab/run/push-support.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';

const strategies = ['no-push', 'after-html', 'origin-link', 'preload', 'early-hints'].map((name) =>
  findStrategyPreset(name)!,
);
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

test('a browser that refuses push loads the strategies that need none, and only these', () => {
  const [loaded, refused] = divideByPush(strategies, { acceptsPush: false });
  expect(names(loaded)).toEqual(['no-push', 'preload', 'early-hints']);
  expect(names(refused)).toEqual(['after-html', 'origin-link']);
});

test('one that accepts it, or was not asked yet, loads all', () => {
  expect(divideByPush(strategies, { acceptsPush: true })[1]).toEqual([]);
  expect(names(divideByPush(strategies, undefined)[0])).toEqual(names(strategies));
});

test('a baseline that needs push is bad input there, with the way out', () => {
  const browser = { name: 'chromium-109' };
  expect(() => checkBaseline('no-push', strategies, browser)).not.toThrow();
  expect(() => checkBaseline('push-all', strategies, browser)).toThrow(
    'the baseline push-all needs push, and chromium-109 refuses push (SETTINGS_ENABLE_PUSH=0)',
  );
});

test('says who was left out and why', () => {
  const browser = { name: 'chromium-109' };
  expect(notLoaded([], browser)).toBeUndefined();
  expect(notLoaded([{ name: 'a' }], browser)).toBe(
    'a was not loaded: chromium-109 refuses push (SETTINGS_ENABLE_PUSH=0)',
  );
  expect(notLoaded([{ name: 'a' }, { name: 'b' }, { name: 'c' }], browser)).toMatch(
    /^a, b and c were not loaded/,
  );
});
