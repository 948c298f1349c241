import { describe, expect, it } from 'vitest';
import type { Waterfall } from '../../../../lab/trace/waterfall.ts';
import { diffTrials } from '../../../../reports/html/diff/diff.ts';
import { loadSample } from '../../sample-page.ts';

const base = loadSample('no-push', { slack: 0 });
const pushed = loadSample('after-html', { slack: 0 });

describe('diffTrials', () => {
  it('finds no shift between a trial and itself', () => {
    for (const row of diffTrials(base, base)) expect([row.startShift, row.endShift]).toEqual([0, 0]);
  });

  it('says by how much a file came earlier or later, the largest shift first', () => {
    const later: Waterfall = {
      ...base,
      resources: base.resources.map((resource) => {
        const by = { '/index.html': 50, '/js/search.js': -200 }[resource.path] ?? 0;
        return {
          ...resource,
          startTime: resource.startTime + by / 2,
          responseEnd: resource.responseEnd! + by,
        };
      }),
    };
    const rows = diffTrials(base, later).slice(0, 3);
    expect(rows.map(({ path, startShift, endShift }) => [path, startShift, Math.round(endShift!)])).toEqual([
      ['/js/search.js', -100, -200],
      ['/index.html', 25, 50],
      ['/css/bootstrap.min.css', 0, 0],
    ]);
  });

  it('holds a request against the one that was answered, not against one that was misdirected', () => {
    const [first, ...others] = base.resources;
    const misdirected = { ...first!, status: 421, startTime: first!.startTime - 5 };
    const rows = diffTrials(base, { ...base, resources: [misdirected, first!, ...others] });
    const [same, alone] = rows.filter(({ path }) => path === first!.path);
    expect(same).toMatchObject({ startShift: 0, endShift: 0 });
    expect(alone).toMatchObject({ a: undefined, b: { start: misdirected.startTime } });
  });

  it('knows what was pushed, and puts what one load alone had last', () => {
    const rows = diffTrials(base, pushed);
    expect(rows.find(({ path }) => path === '/css/bootstrap.min.css')).toMatchObject({
      a: { how: 'requested' },
      b: { how: 'pushed' },
    });
    const alone = rows.filter(({ a, b }) => !a || !b);
    expect(alone.map(({ path }) => path).sort()).toEqual([
      '/css/print.css',
      '/img/logo.svg',
      '/js/search.js',
    ]);
    expect(rows.slice(-3)).toEqual(alone);
    expect(alone[0]!.b!.how).toBe('pushed for nothing');
  });
});
