import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detailOrder, trialChoices } from '../../../../reports/html/detail/choose.ts';
import { packDetails, packWaterfall } from '../../../../reports/html/detail/pack.ts';
import { slimWaterfall } from '../../../../reports/html/detail/slim.ts';
import { sampleReport } from '../../sample-results.ts';

const { results, waterfalls } = sampleReport();
const load = (trial: string) => Promise.resolve(waterfalls.get(trial));

describe('packDetails', () => {
  it('has every counted trial where there is room', async () => {
    // Five strategies, eight blocks, one failed trial.
    expect((await packDetails(results, load)).size).toBe(39);
  });

  it('begins with the median trials and stops at the limit', async () => {
    const one = packWaterfall(waterfalls.get(detailOrder(results)[0]!)!).length;
    const few = await packDetails(results, load, one * 5.5);
    expect([...few.keys()]).toEqual(Object.values(results.medianTrials));
    expect([...few.values()].join('').length).toBeLessThanOrEqual(one * 5.5);
  });

  it('leaves out what cannot be read', async () => {
    const lost = results.medianTrials['no-push']!;
    const details = await packDetails(results, (trial) =>
      trial === lost ? Promise.resolve(undefined) : load(trial),
    );
    expect(details.has(lost)).toBe(false);
    expect(details.size).toBe(38);
  });

  it('lists the trials of a strategy from the fastest to the slowest', () => {
    const all = new Set(waterfalls.keys());
    const choices = trialChoices(results, 'no-push', all);
    const values = choices.map(({ trial }) => trial.metrics.firstContentfulPaint!);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(choices.map(({ place }) => place)).toContain('median');
  });
});

describe('slimWaterfall', () => {
  const whole = waterfalls.get(results.medianTrials['after-html']!)!;
  const slim = JSON.parse(gunzipSync(Buffer.from(packWaterfall(whole), 'base64')).toString()) as typeof whole;

  it('loses no byte, no stream and no metric', () => {
    const bytes = (waterfall: typeof whole): number =>
      [...waterfall.resources, ...waterfall.pushes]
        .flatMap(({ arrivals }) => arrivals)
        .reduce((total, [, size]) => total + size, 0);
    expect(bytes(slim)).toBe(bytes(whole));
    expect(slim.pushes).toHaveLength(whole.pushes.length);
    expect(slim.metrics.firstPaint).toBeCloseTo(whole.metrics.firstPaint!, 0);
    expect(slim.metrics.cumulativeLayoutShift).toBe(0.042);
  });

  it('is the same when slimmed again', () => expect(slimWaterfall(slim)).toEqual(slim));
});
