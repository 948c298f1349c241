import { describe, expect, it } from 'vitest';
import type { PushLife, ResourceTimeline, Waterfall } from '../../../../lab/trace/waterfall.ts';
import { bottleneckSlots, linkUse, occupancyMs } from '../../../../reports/html/bottleneck/slots.ts';
import { loadSample } from '../../sample-page.ts';

// 1448 B of payload are a packet of 1500 B: 12 000 bit, 100 ms at 120 kbit/s.
const RATE = 120_000;
const SEGMENT = 1448;

const sample = loadSample('after-html', { slack: 0 });
const resource = (path: string, arrivals: ResourceTimeline['arrivals']): ResourceTimeline => ({
  ...sample.resources[0]!,
  url: `https://lab.test${path}`,
  path,
  deliveredBy: 'request',
  arrivals,
});
const push = (path: string, wastedBytes: number, arrivals: PushLife['arrivals']): PushLife => ({
  ...sample.pushes[0]!,
  url: `https://lab.test${path}`,
  path,
  wastedBytes,
  arrivals,
});
const load = (resources: ResourceTimeline[], pushes: PushLife[] = []): Waterfall => ({
  ...sample,
  resources,
  pushes,
});
const brief = (waterfall: Waterfall, gap = 0) =>
  bottleneckSlots(waterfall, RATE, gap).map(({ path, from, to, fate }) => [path, from, to, fate]);

describe('bottleneckSlots', () => {
  it('ends a slot when its bytes were there and makes it as long as the link takes for them', () => {
    expect(occupancyMs(SEGMENT, RATE)).toBe(100);
    expect(brief(load([resource('/a', [[500, 2 * SEGMENT]])]))).toEqual([['/a', 300, 500, 'requested']]);
  });

  it('never lets two streams hold the link at once', () => {
    // /b needs 300 ms, but /a had the link until 500.
    const waterfall = load([resource('/a', [[500, SEGMENT]]), resource('/b', [[600, 3 * SEGMENT]])]);
    expect(brief(waterfall)).toEqual([
      ['/a', 400, 500, 'requested'],
      ['/b', 500, 600, 'requested'],
    ]);
  });

  it('shares what was released at one moment by bytes', () => {
    const waterfall = load([resource('/a', [[1000, SEGMENT]]), resource('/b', [[1000.4, 3 * SEGMENT]])]);
    const [first, second] = bottleneckSlots(waterfall, RATE, 0);
    expect([first!.path, first!.from, first!.to]).toEqual(['/a', 600.4, 700.4]);
    expect([second!.path, second!.to]).toEqual(['/b', 1000.4]);
  });

  it('joins the turns of a stream that nobody could see between', () => {
    const waterfall = load([
      resource('/a', [
        [200, SEGMENT],
        [310, SEGMENT],
        [900, SEGMENT],
      ]),
    ]);
    expect(brief(waterfall, 20)).toEqual([
      ['/a', 100, 310, 'requested'],
      ['/a', 800, 900, 'requested'],
    ]);
  });

  it('counts the bytes of a push once, as the push’s, and knows which served no one', () => {
    const used = { ...resource('/css', [[300, SEGMENT]]), deliveredBy: 'push' as const };
    const waterfall = load(
      [used],
      [push('/css', 0, [[300, SEGMENT]]), push('/no', SEGMENT, [[500, SEGMENT]])],
    );
    expect(brief(waterfall)).toEqual([
      ['/css', 200, 300, 'pushed'],
      ['/no', 400, 500, 'wasted'],
    ]);
  });

  it('loses no byte of a whole load, and slots follow each other', () => {
    const slots = bottleneckSlots(sample, 280_000, 10);
    const own = sample.resources.filter(({ deliveredBy }) => deliveredBy === 'request');
    const bytes = [...own, ...sample.pushes].flatMap(({ arrivals }) => arrivals.map(([, size]) => size));
    expect(slots.reduce((sum, slot) => sum + slot.bytes, 0)).toBe(bytes.reduce((a, b) => a + b, 0));
    slots
      .slice(1)
      .forEach((slot, index) => expect(slot.from).toBeGreaterThanOrEqual(slots[index]!.to - 1e-9));
  });
});

describe('linkUse', () => {
  const lanes = (deliveredBytes: readonly (readonly [number, number])[]): Waterfall => ({
    ...sample,
    lanes: {
      ...sample.lanes,
      connections: [{ connection: 1, cwndBytes: [], flightBytes: [], deliveredBytes }],
    },
  });

  it('is the share of each step in which the link was busy', () => {
    // Busy from 100 to 200 and from 350 to 450.
    const use = linkUse(
      lanes([
        [200, SEGMENT],
        [450, 2 * SEGMENT],
      ]),
      RATE,
      500,
      100,
    );
    expect(use).toEqual([
      [0, 0],
      [100, 1],
      [200, 0],
      [300, 0.5],
      [400, 0.5],
    ]);
  });

  it('never exceeds the link, whatever a loss releases at once', () => {
    const use = linkUse(
      lanes([
        [200, SEGMENT],
        [400, 11 * SEGMENT],
      ]),
      RATE,
      500,
      100,
    );
    expect(use.map(([, value]) => value)).toEqual([0, 1, 1, 1, 0]);
  });

  it('adds up to the bytes of a real-looking load', () => {
    const end = 30_000;
    const busyMs = linkUse(sample, 280_000, end, 50).reduce((sum, [, value]) => sum + value * 50, 0);
    const bytes = sample.lanes.connections[0]!.deliveredBytes.at(-1)![1];
    expect(busyMs / occupancyMs(bytes, 280_000)).toBeCloseTo(1, 1);
  });
});
