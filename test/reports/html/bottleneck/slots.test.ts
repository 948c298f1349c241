import { describe, expect, it } from 'vitest';
import type { PushLife, ResourceTimeline, Waterfall } from '../../../../lab/trace/waterfall.ts';
import { bottleneckSlots, linkUse, occupancyMs } from '../../../../reports/html/bottleneck/slots.ts';
import { slimWaterfall } from '../../../../reports/html/detail/slim.ts';
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

describe('bottleneckSlots, where the emulator recorded who was served', () => {
  const css = { ...resource('/css', [[500, 3 * SEGMENT]]), connection: 1, streamId: 1 };
  const used = { ...resource('/used', [[600, SEGMENT]]), deliveredBy: 'push' as const };
  const recorded: Waterfall = {
    ...load(
      [css, { ...used, connection: 1, streamId: 2 }],
      [
        { ...push('/used', 0, [[600, SEGMENT]]), connection: 1, promisedStreamId: 2 },
        { ...push('/no', SEGMENT, [[700, SEGMENT]]), connection: 2, promisedStreamId: 2 },
      ],
    ),
    lanes: {
      ...sample.lanes,
      bottleneck: [
        [-30, -10, 1, 1],
        [-10, 10, 1, 1],
        [10, 12, 1, 0],
        [12, 82, 1, 1],
        [100, 150, 1, 2],
        [150, 180, 0, 0],
        [180, 240, 2, 2],
        [240, 250, 9, 9],
      ],
    },
  };

  it('has their times, not those of the browser, and what no body was is a gap', () => {
    expect(brief(recorded)).toEqual([
      ['/css', 0, 10, 'requested'],
      ['/css', 12, 82, 'requested'],
      ['/used', 100, 150, 'pushed'],
      ['background traffic', 150, 180, 'requested'],
      ['/no', 180, 240, 'wasted'],
    ]);
    expect(brief(recorded, 5)[0]).toEqual(['/css', 0, 82, 'requested']);
  });

  it('shares the bytes of a stream out over the time it was served', () => {
    // 90 ms in all, 10 and 70 of them after navigationStart in slots of their own: 4344 × 10 / 90 and × 70 / 90.
    const bytes = bottleneckSlots(recorded, RATE, 0).map((slot) => slot.bytes);
    expect(bytes).toEqual([483, 3379, SEGMENT, 0, SEGMENT]);
  });

  it('has the bytes of a stream whose turns were too short for the digits that are kept', () => {
    // 0.02 ms each at 20.31 and 40.31 ms: slim waterfalls keep tenths.
    const brisk = slimWaterfall({
      ...recorded,
      lanes: {
        ...sample.lanes,
        bottleneck: [
          [20.31, 20.33, 1, 1],
          [40.31, 40.33, 1, 1],
          [60.31, 60.33, 2, 2],
        ],
      },
    });
    expect(bottleneckSlots(brisk, RATE, 0).map(({ from, to, bytes }) => [from, to, bytes])).toEqual([
      [20.3, 20.3, (3 * SEGMENT) / 2],
      [40.3, 40.3, (3 * SEGMENT) / 2],
      [60.3, 60.3, SEGMENT],
    ]);
  });

  it('is what the use of the link is taken from', () => {
    // 10 + 2 + 70 ms before 100, then 50 + 30 + 20, then 40 + 10.
    expect(linkUse(recorded, RATE, 300, 100).map(([, value]) => value)).toEqual([0.82, 1, 0.5]);
  });

  it('does not lose a turn that is longer than many steps', () => {
    const long: Waterfall = { ...recorded, lanes: { ...recorded.lanes, bottleneck: [[0, 9000, 1, 1]] } };
    // A step whose multiples are no round numbers.
    for (const [, use] of linkUse(long, RATE, 9000, 9000 / 171)) expect(use).toBeCloseTo(1, 6);
  });

  it('stays the same in the trials a reader can choose', () => {
    const slim = slimWaterfall({
      ...recorded,
      lanes: { ...recorded.lanes, bottleneck: recorded.lanes.bottleneck! },
    });
    expect(slim.lanes.bottleneck).toEqual([
      [-30, 82, 1, 1],
      [100, 150, 1, 2],
      [150, 180, 0, 0],
      [180, 240, 2, 2],
      [240, 250, 9, 9],
    ]);
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
