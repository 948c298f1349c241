import { describe, expect, it } from 'vitest';
import { opened, share, wireBench } from './bench.ts';

describe('client, by the tree of RFC 7540', () => {
  it('serves the chain of exclusive dependencies Chromium 106 builds: html, css, script', () => {
    const { queue, send, depend } = wireBench();
    depend(1, 0, 256, true);
    depend(3, 1, 220, true);
    depend(5, 1, 256, true); // the style sheet comes later and goes between
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'js', streamId: 3, chunks: 2 });
    queue({ name: 'css', streamId: 5, chunks: 2 });
    expect(send()).toBe('html html css css js js');
  });

  it('shares between siblings by weight: 256 to 1, so 256 of 257 chunks', () => {
    expect(share(opened('client', { 1: 256, 3: 1 }), [1, 3], 257)).toEqual([256_000, 1_000]);
  });

  it('lets streams nobody prioritised take turns: weight 16 each, below the root (§5.3.5)', () => {
    const { queue, send } = wireBench();
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'css', streamId: 3, chunks: 2 });
    expect(send()).toBe('html css html css');
  });

  it('sends a push after the page it is promised on (§5.3.5)', () => {
    const { queue, send, depend } = wireBench();
    depend(2, 1);
    queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
    queue({ name: 'html', streamId: 1, chunks: 2 });
    expect(send()).toBe('html html css css');
  });

  it('gives a latecomer its share from now on, not what it missed', () => {
    const { queue, send } = wireBench();
    queue({ name: 'html', streamId: 1, chunks: 6 });
    send(4);
    queue({ name: 'css', streamId: 3, chunks: 2 });
    expect(send()).toBe('html html html html css html css html');
  });

  it('does not make a moved stream pay for what it got elsewhere', () => {
    const { queue, send, depend } = wireBench();
    depend(3, 1);
    queue({ name: 'css', streamId: 3, chunks: 5 });
    send(3);
    depend(3, 0);
    queue({ name: 'js', streamId: 5, chunks: 2 });
    expect(send()).toBe('css css css css js css js');
  });

  it('obeys the strategy first', () => {
    const { queue, send, depend } = wireBench();
    depend(2, 1);
    const css = queue({ name: 'css', streamId: 2, chunks: 2, pushedOn: 1 });
    queue({ name: 'html', streamId: 1, chunks: 2, after: [css] });
    expect(send()).toBe('css css html html');
  });
});

describe('client, by the urgency of RFC 9218', () => {
  it('sends the lower urgency first', () => {
    const { queue, send } = wireBench();
    queue({ name: 'png', streamId: 1, chunks: 2, priority: 'u=5' });
    queue({ name: 'js', streamId: 3, chunks: 2, priority: 'u=1' });
    queue({ name: 'css', streamId: 5, chunks: 2, priority: 'u=0' });
    expect(send()).toBe('css css js js png png');
  });

  it('sends non-incremental ones one after the other in order of request', () => {
    const { queue, send } = wireBench();
    queue({ name: 'js2', streamId: 5, chunks: 2, priority: 'u=1' });
    queue({ name: 'js1', streamId: 3, chunks: 2, priority: 'u=1' });
    expect(send()).toBe('js1 js1 js2 js2');
  });

  it('lets incremental ones take turns', () => {
    const { queue, send } = wireBench();
    queue({ name: 'png1', streamId: 1, chunks: 2, priority: 'i' });
    queue({ name: 'png2', streamId: 3, chunks: 2, priority: 'u=3, i' });
    expect(send()).toBe('png1 png2 png1 png2');
  });

  it('lets the line of non-incremental ones take turns with each incremental one (§10: no starvation)', () => {
    const { queue, send } = wireBench();
    queue({ name: 'js1', streamId: 1, chunks: 2, priority: 'u=3' });
    queue({ name: 'js2', streamId: 3, chunks: 2, priority: 'u=3' });
    queue({ name: 'png', streamId: 5, chunks: 2, priority: 'u=3, i' });
    expect(send()).toBe('js1 png js1 png js2 js2');
  });

  it('forgets the tree once a request carries a priority field', () => {
    const { queue, send, depend } = wireBench();
    depend(3, 1); // by the tree, css waits for html
    queue({ name: 'html', streamId: 1, chunks: 2 });
    queue({ name: 'css', streamId: 3, chunks: 2, priority: 'u=0' });
    expect(send()).toBe('css css html html');
  });

  it('switches on a PRIORITY_UPDATE in the middle of a response', () => {
    const { scheduler, queue, send, depend } = wireBench();
    depend(3, 1);
    queue({ name: 'html', streamId: 1, chunks: 3 });
    queue({ name: 'css', streamId: 3, chunks: 2 });
    send(1);
    scheduler.priorities.update(3, 'u=1');
    expect(send()).toBe('html css css html html');
  });

  it('applies an update that comes before its request, against the field of the request (§7)', () => {
    const { scheduler, queue, send } = wireBench();
    scheduler.priorities.update(3, 'u=7');
    queue({ name: 'css', streamId: 3, chunks: 1, priority: 'u=0' });
    queue({ name: 'png', streamId: 5, chunks: 1, priority: 'u=6' });
    expect(send()).toBe('png css');
  });

  it('takes what an update omits for its default (§7)', () => {
    const { scheduler, queue, send } = wireBench();
    queue({ name: 'png1', streamId: 1, chunks: 2, priority: 'u=2, i' });
    queue({ name: 'png2', streamId: 3, chunks: 2, priority: 'u=2, i' });
    scheduler.priorities.update(1, 'u=2'); // no longer incremental
    scheduler.priorities.update(3, 'u=2');
    expect(send()).toBe('png1 png1 png2 png2');
  });

  it('gives pushes the urgency Chromium would ask with: css 0, js 1, png 3', () => {
    const { queue, send } = wireBench();
    queue({ name: 'png', streamId: 2, chunks: 1, pushedOn: 1 });
    queue({ name: 'js', streamId: 4, chunks: 1, pushedOn: 1 });
    queue({ name: 'css', streamId: 6, chunks: 1, pushedOn: 1 });
    queue({ name: 'json', streamId: 3, chunks: 1, priority: 'u=2' });
    expect(send()).toBe('css js json png');
  });

  it('is not switched by what a promise repeats', () => {
    const { queue, send, depend } = wireBench();
    depend(2, 1);
    queue({ name: 'css', streamId: 2, chunks: 1, pushedOn: 1, priority: 'u=0' });
    queue({ name: 'html', streamId: 1, chunks: 1 });
    expect(send()).toBe('html css');
  });
});
