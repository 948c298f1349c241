import { describe, expect, it } from 'vitest';
import { renderGraph } from '../../../reports/graph/graph.ts';
import { loadSample } from '../sample-page.ts';

const RECORDED = { scenario: '2g-cold', trial: 'no-push-1', browser: 'chromium-106' };
const waterfall = loadSample('no-push', { slack: 0 });
const [document] = waterfall.resources.filter(({ initiator }) => initiator === 'navigation');

describe('renderGraph', () => {
  it('lists what the page asked for, in the order in which it did', () => {
    const { pages } = renderGraph([{ waterfall, requests: [] }], RECORDED);
    const expected = waterfall.resources
      .filter((row) => row !== document && !row.external)
      .toSorted((a, b) => a.startTime - b.startTime)
      .map(({ path }) => ({ path, parent: document!.path }));
    expect(expected.length).toBeGreaterThan(3);
    expect(pages).toEqual({ [document!.path]: expected });
  });

  it('names a page whose document is missing by its URL, whatever that is', () => {
    const pageOf = (url: string) =>
      Object.keys(
        renderGraph([{ waterfall: { ...waterfall, url, resources: [] }, requests: [] }], RECORDED).pages,
      );
    expect(pageOf('https://lab.test:8443/a?b=1')).toEqual(['/a?b=1']);
    expect(pageOf('not a url')).toEqual(['not a url']);
  });
});
