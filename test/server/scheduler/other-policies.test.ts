import { describe, expect, it } from 'vitest';
import { opened, share, wireBench } from './bench.ts';

describe('blocking-first, H2O’s http2-reprioritize-blocking-assets', () => {
  it('lets a style sheet overtake the page it depends on', () => {
    const { queue, send, depend } = wireBench('blocking-first');
    depend(3, 1);
    queue({ name: 'html', streamId: 1, chunks: 3 });
    send(2);
    queue({ name: 'css', streamId: 3, chunks: 2 });
    expect(send()).toBe('html html css css html');
  });

  it('lets style sheets and scripts, pushed or not, take turns', () => {
    const { queue, send } = wireBench('blocking-first');
    queue({ name: 'html', streamId: 1, chunks: 1 });
    queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
    queue({ name: 'js', streamId: 3, chunks: 2 });
    expect(send()).toBe('css js css js html');
  });

  it('leaves the rest to the client’s tree', () => {
    const { queue, send, depend } = wireBench('blocking-first');
    depend(3, 1);
    queue({ name: 'png', streamId: 3, chunks: 1 });
    queue({ name: 'html', streamId: 1, chunks: 1 });
    queue({ name: 'css', streamId: 5, chunks: 1 });
    expect(send()).toBe('css html png');
  });

  it('leaves the rest to the client’s urgency when it speaks of that', () => {
    const { queue, send } = wireBench('blocking-first');
    queue({ name: 'png', streamId: 1, chunks: 1, priority: 'u=6' });
    queue({ name: 'json', streamId: 3, chunks: 1, priority: 'u=2' });
    queue({ name: 'js', streamId: 5, chunks: 1, priority: 'u=7' });
    expect(send()).toBe('js json png');
  });

  it('does not make the page pay for its style sheet', () => {
    const { queue, send, depend } = wireBench('blocking-first');
    depend(3, 1);
    queue({ name: 'css', streamId: 3, chunks: 3 });
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'png', streamId: 5, chunks: 2 });
    expect(send()).toBe('css css css html png html png');
  });
});

describe('fifo', () => {
  it('goes by arrival, one after the other, whatever the client says', () => {
    const { queue, send, depend } = wireBench('fifo');
    depend(1, 5, 1);
    queue({ name: 'html', streamId: 1, chunks: 2, priority: 'u=7, i' });
    queue({ name: 'css', streamId: 3, chunks: 2, priority: 'u=0' });
    queue({ name: 'js', streamId: 5, chunks: 1 });
    expect(send()).toBe('html html css css js');
  });

  it('counts the arrival of a page from its request, not from its answer', () => {
    const { queue, send } = wireBench('fifo');
    queue({ name: 'css', streamId: 3, chunks: 3 });
    send(1);
    queue({ name: 'html', streamId: 1, chunks: 2 });
    expect(send()).toBe('css html html css css');
  });

  it('counts the arrival of a push from its promise', () => {
    const { queue, send, depend } = wireBench('fifo');
    depend(2, 1); // promised on the page, before the client asks for the image
    queue({ name: 'png', streamId: 3, chunks: 1 });
    queue({ name: 'css', streamId: 2, chunks: 1, pushedOn: 1 });
    queue({ name: 'html', streamId: 1, chunks: 1 });
    expect(send()).toBe('html css png');
  });

  it('puts a push behind the requests that were there when it was promised', () => {
    const { queue, send, depend } = wireBench('fifo');
    queue({ name: 'png', streamId: 3, chunks: 1 });
    depend(2, 1);
    queue({ name: 'html', streamId: 1, chunks: 1 });
    queue({ name: 'css', streamId: 2, chunks: 1, pushedOn: 1 });
    expect(send()).toBe('html png css');
  });
});

describe('fair', () => {
  it('lets all take turns, dependencies or not', () => {
    const { queue, send, depend } = wireBench('fair');
    depend(3, 1);
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'css', streamId: 3, chunks: 2 });
    queue({ name: 'js', streamId: 5, chunks: 1 });
    expect(send()).toBe('html css js html css');
  });

  it('shares by the client’s weights: 256 to 1, so 256 of 257 chunks', () => {
    expect(share(opened('fair', { 1: 256, 3: 1 }), [1, 3], 257)).toEqual([256_000, 1_000]);
  });

  it('follows a weight that changes: 16 to 16, then 48 to 16, so 30 of the next 40 chunks', () => {
    const policy = opened('fair', { 1: 16, 3: 16 });
    expect(share(policy, [1, 3], 10)).toEqual([5_000, 5_000]);
    policy.prioritize(1, { parent: 3, weight: 48, exclusive: true });
    expect(share(policy, [1, 3], 40)).toEqual([30_000, 10_000]);
  });
});
