import { describe, expect, it } from 'vitest';
import { decide, type ResolvedStrategy } from '../../server/strategies/decide.ts';
import { preloadLinkField } from '../../server/link-header.ts';
import { findStrategyPreset, STRATEGY_PRESET_NAMES } from '../../server/strategies/presets.ts';

const client = { pushAllowed: true, pushed: new Set<string>() };
const paths = ['/a.css', '/app.js'];

function preset(name: string): ResolvedStrategy {
  return { ...findStrategyPreset(name)!, paths };
}

describe('decide', () => {
  it('does nothing ahead for no-push', () => {
    expect(decide(preset('no-push'), client)).toEqual({
      promises: [],
      bodies: 'after-html',
      preloads: [],
      earlyHints: [],
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

  it('every preset says what it does', () => {
    for (const name of STRATEGY_PRESET_NAMES)
      expect(findStrategyPreset(name)!.description.length).toBeGreaterThan(40);
  });
});

describe('preloadLinkField', () => {
  it('names destinations and makes fonts CORS requests', () => {
    expect(
      preloadLinkField([
        { path: '/a.css', contentType: 'text/css; charset=utf-8' },
        { path: '/app.js', contentType: 'text/javascript' },
        { path: '/f.woff2', contentType: 'font/woff2' },
      ]),
    ).toBe(
      '</a.css>; rel=preload; as=style, </app.js>; rel=preload; as=script, </f.woff2>; rel=preload; as=font; crossorigin',
    );
  });
});
