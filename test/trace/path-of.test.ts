import { expect, it } from 'vitest';
import { pathOf } from '../../lab/trace/path-of.ts';

it('pathOf takes what is no URL as it is', () => {
  expect([pathOf('https://a.test/b?c=1#d'), pathOf('not a url')]).toEqual(['/b?c=1', 'not a url']);
});
