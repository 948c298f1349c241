import { describe, expect, it } from 'vitest';
import { findRule, MimePolicy, type MimeRule } from '../../../server/scheduler/mime-policy.ts';
import { share, wireBench } from './bench.ts';

/** A page of two chunks with one push of two, and the rule for it. */
function pageWithPush(...rules: MimeRule[]): string {
  const { queue, send, depend } = wireBench({ mime: rules });
  depend(2, 1);
  queue({ name: 'html', streamId: 1, chunks: 2 });
  queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
  return send();
}

/** Page 1 of weight `weight` below the root, and a push 2 by `rule`. */
function policyWith(rule: MimeRule, weight: number): MimePolicy {
  const policy = new MimePolicy([rule]);
  policy.prioritize(1, { parent: 0, weight, exclusive: false });
  policy.opened(1, { contentType: 'text/html' });
  policy.opened(2, { contentType: 'text/css', pushedOn: 1 });
  return policy;
}

describe('mime, Apache’s H2PushPriority', () => {
  it('after: the push follows the page', () => {
    expect(pageWithPush({ type: 'text/css', order: 'after' })).toBe('html html css css');
  });

  it('before: the page waits for the push', () => {
    expect(pageWithPush({ type: 'text/css', order: 'before' })).toBe('css css html html');
  });

  it('interleaved: page and push take turns', () => {
    expect(pageWithPush({ type: 'text/css', order: 'interleaved' })).toBe('html css html css');
  });

  it('without a rule: after, as by Apache’s default', () => {
    expect(pageWithPush()).toBe('html html css css');
  });

  it('before, twice: the pushes in their order, then the page', () => {
    const { queue, send } = wireBench({ mime: [{ type: '*', order: 'before' }] });
    queue({ name: 'html', streamId: 1, chunks: 1 });
    queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
    queue({ name: 'js', streamId: 4, chunks: 2, pushedOn: 1 });
    expect(send()).toBe('css css js js html');
  });

  it('each push by its own rule: css before, js interleaved, png after', () => {
    const { queue, send } = wireBench({
      mime: [
        { type: 'text/css', order: 'before' },
        { type: 'text/javascript', order: 'interleaved' },
      ],
    });
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'png', streamId: 2, chunks: 1, pushedOn: 1 });
    queue({ name: 'js', streamId: 4, chunks: 2, pushedOn: 1 });
    queue({ name: 'css', streamId: 6, chunks: 1, pushedOn: 1 });
    // The script is the page's sibling, so the style sheet before the page shares with it too.
    expect(send()).toBe('js css js html html png');
  });

  it('before keeps the page’s weight for the push: 192 to 64 against another request, 30 of 40 chunks', () => {
    const policy = policyWith({ type: '*', order: 'before' }, 192);
    policy.prioritize(3, { parent: 0, weight: 64, exclusive: false });
    policy.opened(3, { contentType: 'image/png' });
    expect(share(policy, [1, 2, 3], 40)).toEqual([0, 30_000, 10_000]);
  });

  it('interleaved 128 halves the page’s weight: 200 to 100, so 20 and 10 of 30 chunks', () => {
    expect(share(policyWith({ type: '*', order: 'interleaved', weight: 128 }, 200), [1, 2], 30)).toEqual([
      20_000, 10_000,
    ]);
  });

  it('interleaved 512 doubles it: 64 to 128, so 10 and 20 of 30 chunks', () => {
    expect(share(policyWith({ type: '*', order: 'interleaved', weight: 512 }, 64), [1, 2], 30)).toEqual([
      10_000, 20_000,
    ]);
  });

  it('caps the weight at 256: 256 × 512 / 256 = 512 → 256, so both get 15 of 30 chunks', () => {
    expect(share(policyWith({ type: '*', order: 'interleaved', weight: 512 }, 256), [1, 2], 30)).toEqual([
      15_000, 15_000,
    ]);
  });

  it('after shares among the pushes by the rules’ weights: 48 to 16, so 30 and 10 of 40 chunks', () => {
    const policy = new MimePolicy([{ type: 'text/css', order: 'after', weight: 48 }]);
    policy.opened(2, { contentType: 'text/css', pushedOn: 1 });
    policy.opened(4, { contentType: 'image/png', pushedOn: 1 });
    expect(share(policy, [2, 4], 40)).toEqual([30_000, 10_000]);
  });

  it('leaves requests to the client’s tree', () => {
    const { queue, send, depend } = wireBench({ mime: [{ type: 'text/css', order: 'before' }] });
    depend(3, 1);
    queue({ name: 'css', streamId: 3, chunks: 1 });
    queue({ name: 'html', streamId: 1, chunks: 1 });
    expect(send()).toBe('html css');
  });

  it('lets the client move a push afterwards', () => {
    const { queue, send, depend } = wireBench({ mime: [{ type: '*', order: 'before' }] });
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
    depend(2, 1);
    expect(send()).toBe('html html css css');
  });
});

describe('a mime rule', () => {
  const rules: MimeRule[] = [
    { type: '*', order: 'after' },
    { type: 'image/*', order: 'interleaved' },
    { type: 'image/png', order: 'before' },
  ];
  it.each([
    ['image/png', 'before'],
    ['IMAGE/PNG; q=1', 'before'],
    ['image/jpeg', 'interleaved'],
    ['text/css', 'after'],
    ['', 'after'],
  ])('for %j is the one that says %s', (type, order) => expect(findRule(rules, type).order).toBe(order));

  it('is Apache’s default where none fits', () => {
    expect(findRule([], 'text/css')).toEqual({ type: '*', order: 'after', weight: 16 });
  });

  it('is the last of several for one type', () => {
    expect(findRule([...rules, { type: '*', order: 'before' }], 'text/css').order).toBe('before');
  });
});
