import { describe, expect, it } from 'vitest';
import type { SchedulerSpec } from '../../server/scheduler/create-policy.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { FAST, visit } from './support.ts';

// Two chunks each: 16,375 + 3,625. The windows hold them all, so that the schedule alone makes the order.
const site = makeSite({ '/': 20_000, '/i.png': 20_000, '/a.css': 20_000 }, { critical: ['/a.css'] });
const network = { ...FAST, downlink: { ...FAST.downlink, bandwidthBps: 5e6 } };
const noPush: ResolvedStrategy = { ...findStrategyPreset('no-push')!, paths: [], children: {} };
const pushCss: ResolvedStrategy = { ...findStrategyPreset('before-html')!, paths: ['/a.css'], children: {} };
const paths = ['/', '/i.png', '/a.css'];
const pageAndImage = {
  paths: ['/', '/i.png'],
  priorities: { '/': { weight: 256 }, '/i.png': { weight: 2 } },
};

type Options = NonNullable<Parameters<typeof visit>[2]>;

const NAMES: Readonly<Record<string, string>> = { 'D /': 'html', 'D /i.png': 'png', 'D /a.css': 'css' };

/** Whose DATA the client received, in order; a word for each run of it. */
async function order(strategy: ResolvedStrategy, options: Options): Promise<string> {
  const { wire } = await visit(site, strategy, { network, ...options });
  return wire.flatMap((event) => NAMES[event] ?? []).join(' ');
}

// All requests arrive at once; while the page's answer is put together, the first chunk of the image is gone already.
describe('the wire, by scheduler', () => {
  it('client, where it says nothing: by turns', async () => {
    expect(await order(noPush, { paths })).toBe('png html css html png css');
  });

  it('client, by weight: after a first turn each the page, 256 to 1 and 2, then the style sheet', async () => {
    const priorities = { '/': { weight: 256 }, '/i.png': { weight: 1 }, '/a.css': { weight: 2 } };
    expect(await order(noPush, { paths, priorities })).toBe('png html css html css png');
  });

  it('client, by urgency: the style sheet, then the page, then the rest of the image', async () => {
    const priorities = { '/': { field: 'u=1' }, '/i.png': { field: 'u=5' }, '/a.css': { field: 'u=0' } };
    expect(await order(noPush, { paths, priorities })).toBe('png css html png');
  });

  it('blocking-first: the style sheet overtakes, then by turns', async () => {
    expect(await order(noPush, { paths, scheduler: 'blocking-first' })).toBe('png css html png');
  });

  it('fifo: the page that was asked for first, then one after the other', async () => {
    expect(await order(noPush, { paths, scheduler: 'fifo' })).toBe('png html png css');
  });

  it('fair: by turns', async () => {
    expect(await order(noPush, { paths, scheduler: 'fair' })).toBe('png html css html png css');
  });

  it('mime before: the push has the page’s place and weight, 256 to 2 against the image', async () => {
    const scheduler: SchedulerSpec = { mime: [{ type: 'text/css', order: 'before' }] };
    expect(await order(pushCss, { ...pageAndImage, scheduler })).toBe('png css html png');
  });

  it('mime interleaved 1: the push stands beside the page with weight 256 × 1 / 256, half the image’s', async () => {
    const scheduler: SchedulerSpec = { mime: [{ type: 'text/css', order: 'interleaved', weight: 1 }] };
    expect(await order(pushCss, { ...pageAndImage, scheduler })).toBe('png css png css html');
  });
});
