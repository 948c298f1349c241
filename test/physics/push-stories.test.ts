import { describe, expect, it } from 'vitest';
import type { SchedulerSpec } from '../../server/scheduler/create-policy.ts';
import { conditionsOf } from './support.ts';
import { VirtualPush } from './virtual-push.ts';

/** Payload of a full segment, bytes; with headers it is 1,500 B on the wire. */
const SEGMENT = 1448;
const INITIAL_WINDOW_BYTES = 10 * SEGMENT;
/** Host delays and the serialisation of requests and ACKs, all rounds together. */
const CLOSE_MS = 1.5;

const lastMs = (story: VirtualPush, name: string): number => story.arrivals.get(name)!.lastMs;

describe('after-html on a cold connection gains what fits into IW − size(html)', () => {
  const RTT_MS = 100;
  // 1,500 B in 0.12 ms: time is round trips.
  const path = conditionsOf({ rttMs: RTT_MS, downBps: 100e6, queueBytes: 1e6 });
  const HTML = 4 * SEGMENT;

  function load(cssBytes: number, pushed: boolean): VirtualPush {
    const story = new VirtualPush(path, {
      onConnected: () => {
        story.request('html', () => {
          const html = story.send('html', HTML);
          if (pushed) story.send('css', cssBytes, { after: [html] });
        });
        if (!pushed) {
          story.onceArrived('html', () => story.request('css', () => void story.send('css', cssBytes)));
        }
      },
    });
    return story.run();
  }

  it('a style sheet of the 6 segments that are left comes one round trip earlier', () => {
    const css = INITIAL_WINDOW_BYTES - HTML;
    // Handshake, request and answer; ten packets of 12,000 bits at 100,000 bits a millisecond.
    const expectedMs = 2 * RTT_MS + (10 * 12_000) / 100e3;
    expect(Math.abs(lastMs(load(css, true), 'css') - expectedMs)).toBeLessThan(CLOSE_MS);
    const gainMs = lastMs(load(css, false), 'css') - lastMs(load(css, true), 'css');
    // It is in the flight of the HTML; asked for, it takes a round trip of its own. (Both serialise it once.)
    expect(Math.abs(gainMs - RTT_MS)).toBeLessThan(CLOSE_MS);
  });

  it('one segment more does not fit: its last byte waits for the second flight, and nothing is gained', () => {
    const css = INITIAL_WINDOW_BYTES - HTML + SEGMENT;
    const gainMs = lastMs(load(css, false), 'css') - lastMs(load(css, true), 'css');
    // Pushed: flight 1 ends with byte 14,480, the rest leaves with the first ACK, one round trip later. Asked for:
    // 7 segments at once, one round trip after the HTML. Both are there at the same time.
    expect(Math.abs(gainMs)).toBeLessThan(CLOSE_MS);
  });
});

describe('a chain A → B → C', () => {
  const RTT_MS = 100;
  const path = conditionsOf({ rttMs: RTT_MS, downBps: 100e6, queueBytes: 1e6 });

  function load(pushed: boolean): VirtualPush {
    const story = new VirtualPush(path, {
      onConnected: () => {
        story.request('a', () => {
          const a = story.send('a', 2 * SEGMENT);
          if (!pushed) return;
          const b = story.send('b', 2 * SEGMENT, { after: [a] });
          story.send('c', 2 * SEGMENT, { after: [b] });
        });
        if (pushed) return;
        story.onceArrived('a', () => story.request('b', () => void story.send('b', 2 * SEGMENT)));
        story.onceArrived('b', () => story.request('c', () => void story.send('c', 2 * SEGMENT)));
      },
    });
    return story.run();
  }

  it('asked for link by link takes a round trip each; pushed with A, all are there with A', () => {
    // Handshake, then A, B and C.
    expect(Math.abs(lastMs(load(false), 'c') - 4 * RTT_MS)).toBeLessThan(2 * CLOSE_MS);
    expect(Math.abs(lastMs(load(true), 'c') - 2 * RTT_MS)).toBeLessThan(CLOSE_MS);
  });

  it('so that B is there one, C two round trips earlier: 1.5 on average', () => {
    const gain = (name: string) => lastMs(load(false), name) - lastMs(load(true), name);
    expect(Math.abs((gain('b') + gain('c')) / 2 - 1.5 * RTT_MS)).toBeLessThan(CLOSE_MS);
  });
});

describe('three large images pushed after the HTML, and a style sheet asked for later', () => {
  // 1.5 Mbit/s on the wire: one segment of 1,500 B in 8 ms.
  const SEGMENT_MS = 8;
  const IMAGE = 100 * SEGMENT;

  function cssMs(options: {
    sendBufferBytes: number | 'auto';
    scheduler?: SchedulerSpec;
    pushed?: boolean;
  }): number {
    const conditions = {
      ...conditionsOf({ rttMs: 50, downBps: 1.5e6, queueBytes: 30_000 }),
      sendBufferBytes: options.sendBufferBytes,
    };
    let requestedMs = 0;
    const story = new VirtualPush(conditions, {
      ...(options.scheduler !== undefined && { scheduler: options.scheduler }),
      onConnected: () => {
        story.request('html', () => {
          const html = story.send('html', SEGMENT);
          if (options.pushed === false) return;
          for (const name of ['1', '2', '3']) {
            story.send(name, IMAGE, { contentType: 'image/jpeg', after: [html] });
          }
        });
        // Late enough for the images to have filled every buffer.
        story.at(600, () => {
          requestedMs = story.simulation.nowMs;
          story.request('css', () => void story.send('css', SEGMENT, { contentType: 'text/css' }));
        });
      },
    });
    story.run();
    return lastMs(story, 'css') - requestedMs;
  }

  it('delay it by what waits in front of it: buffer and queue, divided by the rate', () => {
    const aloneMs = cssMs({ sendBufferBytes: 'auto', pushed: false });
    expect(Math.abs(aloneMs - (50 + SEGMENT_MS))).toBeLessThan(CLOSE_MS);
    // Up to 3 × 100 segments of 8 ms in front of it; at 650 ms some 70 of them have gone.
    const behindMs = cssMs({ sendBufferBytes: 'auto' });
    expect(behindMs - aloneMs).toBeGreaterThan(100 * SEGMENT_MS);
    expect(behindMs - aloneMs).toBeLessThan(300 * SEGMENT_MS);
  });

  it('blocking-first alone does not cure it: what the socket has taken cannot be overtaken', () => {
    const fair = cssMs({ sendBufferBytes: 'auto' });
    const first = cssMs({ sendBufferBytes: 'auto', scheduler: 'blocking-first' });
    expect(first).toBeLessThanOrEqual(fair);
    expect(first).toBeGreaterThan(20 * SEGMENT_MS);
  });

  it('blocking-first with a small send buffer cures it, but for the buffer itself', () => {
    const bufferBytes = 16 * SEGMENT;
    const curedMs = cssMs({ sendBufferBytes: bufferBytes, scheduler: 'blocking-first' });
    // In front of it: the buffer (sent and not yet acknowledged, or not yet sent), one chunk of 16,375 B that was
    // being handed over, and the round trip.
    const mostMs = 50 + (Math.ceil(bufferBytes / SEGMENT) + Math.ceil(16_375 / SEGMENT) + 1) * SEGMENT_MS;
    expect(curedMs).toBeLessThan(mostMs + CLOSE_MS);
    expect(curedMs).toBeLessThan(cssMs({ sendBufferBytes: 'auto' }) / 3);
  });
});

describe('async push fills the time the origin thinks', () => {
  const RTT_MS = 100;
  const THINK_MS = 450;
  // 12 Mbit/s: a segment in 1 ms.
  const path = conditionsOf({ rttMs: RTT_MS, downBps: 12e6, queueBytes: 1e6 });
  const CSS = 60 * SEGMENT;

  function load(asynchronous: boolean): VirtualPush {
    const story = new VirtualPush(path, {
      onConnected: () => {
        story.request('html', () => {
          const css = asynchronous ? [story.send('css', CSS)] : [];
          story.at(THINK_MS, () => {
            const html = story.send('html', 5 * SEGMENT, { after: css });
            if (!asynchronous) story.send('css', CSS, { after: [html] });
          });
        });
      },
    });
    return story.run();
  }

  it('style sheet and HTML are both there when the HTML alone would be', () => {
    const story = load(true);
    // Handshake and request, then flights of 10, 20 and 30 segments: three round trips, 300 of the 450 ms.
    expect(lastMs(story, 'css')).toBeLessThan(1.5 * RTT_MS + THINK_MS);
    const htmlAloneMs = 1.5 * RTT_MS + THINK_MS + RTT_MS / 2 + 5;
    expect(Math.abs(lastMs(story, 'html') - htmlAloneMs)).toBeLessThan(2 * CLOSE_MS);
  });

  it('after the thinking the same push costs its three flights', () => {
    const gainMs =
      lastMs(load(false), 'css') - Math.max(lastMs(load(true), 'css'), lastMs(load(true), 'html'));
    // HTML and 5 segments in the first flight, 20 more in the second, 35 in the third: two more round trips at least.
    expect(gainMs).toBeGreaterThan(2 * RTT_MS);
    expect(gainMs).toBeLessThan(3 * RTT_MS + 60);
  });
});
