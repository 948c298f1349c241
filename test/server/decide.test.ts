import { describe, expect, it } from 'vitest';
import { decide, type ClientState, type ResolvedStrategy } from '../../server/strategies/decide.ts';
import { linkField } from '../../server/link-header.ts';
import { findStrategyPreset, STRATEGY_PRESET_NAMES } from '../../server/strategies/presets.ts';

const client: ClientState = {
  pushAllowed: true,
  speaksFor: () => true,
  saveData: false,
  pushed: new Set<string>(),
  inPushCookie: () => false,
  inCacheDigest: () => false,
  bytesOf: () => 10_000,
  htmlBytes: 4480,
  // Ten segments of 1,448 bytes.
  cwndBytes: 14_480,
  bdpBytes: 30_000,
};
const paths = ['/a.css', '/app.js'];

function preset(name: string): ResolvedStrategy {
  return { ...findStrategyPreset(name)!, paths, children: {} };
}

describe('decide', () => {
  it('does nothing ahead for no-push', () => {
    expect(decide(preset('no-push'), client)).toEqual({
      promises: [],
      bodies: 'after-html',
      preloads: [],
      preloadTags: [],
      earlyHints: [],
      prefetches: [],
      gated: [],
    });
  });

  it.each(['before-html', 'after-html'] as const)('promises in order for %s', (name) => {
    expect(decide(preset(name), client)).toMatchObject({ promises: paths, bodies: name });
  });

  it('announces for preload and early-hints and pushes nothing', () => {
    expect(decide(preset('preload'), client)).toMatchObject({
      promises: [],
      preloads: paths,
      earlyHints: [],
    });
    expect(decide(preset('early-hints'), client)).toMatchObject({
      promises: [],
      preloads: [],
      earlyHints: paths,
    });
  });

  it('gates every push when the client has switched push off, and says by which gate', () => {
    const decision = decide(preset('before-html'), { ...client, pushAllowed: false });
    expect(decision.promises).toEqual([]);
    expect(decision.gated).toEqual(paths.map((path) => ({ path, gate: 'push-allowed' })));
  });

  it('does not gate hints by push', () => {
    expect(decide(preset('early-hints'), { ...client, pushAllowed: false }).earlyHints).toEqual(paths);
  });

  it('pushes a resource once per connection', () => {
    const decision = decide(preset('after-html'), { ...client, pushed: new Set(['/a.css']) });
    expect(decision.promises).toEqual(['/app.js']);
    expect(decision.gated).toEqual([{ path: '/a.css', gate: 'once-per-connection' }]);
  });

  it.each([
    ['push-cookie', { inPushCookie: (path: string) => path === '/a.css' }],
    ['cache-digest', { inCacheDigest: (path: string) => path === '/a.css' }],
  ] as const)('%s keeps back what the client has', (gate, known) => {
    const decision = decide({ ...preset('after-html'), gate: [gate] }, { ...client, ...known });
    expect(decision.promises).toEqual(['/app.js']);
    expect(decision.gated).toEqual([{ path: '/a.css', gate }]);
  });

  it('save-data keeps back everything', () => {
    const strategy = { ...preset('preload'), gate: ['save-data'] as const };
    expect(decide(strategy, { ...client, saveData: true }).preloads).toEqual([]);
    expect(decide(strategy, client).preloads).toEqual(paths);
  });

  it.each([
    // 14,480 − 4,480 = 10,000: one of two.
    ['cwnd-html', ['/a.css']],
    [{ bytes: 19_999 }, ['/a.css']],
    [{ bytes: 20_000 }, paths],
    // 0.3 × 30,000 = 9,000: none.
    [{ bdpShare: 0.3 }, []],
  ] as const)('a budget of %j', (budget, allowed) => {
    const decision = decide({ ...preset('after-html'), budget }, client);
    expect(decision.promises).toEqual(allowed);
    expect(decision.gated.map(({ gate }) => gate)).toEqual(paths.slice(allowed.length).map(() => 'budget'));
  });

  it('every preset says what it does', () => {
    for (const name of STRATEGY_PRESET_NAMES)
      expect(findStrategyPreset(name)!.description.length).toBeGreaterThan(40);
  });
});

describe('linkField', () => {
  it('names destinations and makes fonts CORS requests', () => {
    expect(
      linkField('preload', [
        { path: '/a.css', contentType: 'text/css; charset=utf-8' },
        { path: '/app.js', contentType: 'text/javascript' },
        { path: '/f.woff2', contentType: 'font/woff2' },
      ]),
    ).toBe(
      '</a.css>; rel=preload; as=style, </app.js>; rel=preload; as=script, </f.woff2>; rel=preload; as=font; crossorigin',
    );
  });
});
