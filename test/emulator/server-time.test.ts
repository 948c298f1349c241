import { describe, expect, it } from 'vitest';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { FAST, visit } from './support.ts';

describe('the push server behind the emulator', () => {
  it('answers at the moment the request arrives, TLS and HTTP/2 included', async () => {
    const site = makeSite({ '/': 5000, '/a.css': 3000 }, { critical: ['/a.css'] });
    const strategy = { ...findStrategyPreset('before-html')!, paths: ['/a.css'], children: {} };
    // Half a round trip hides more than a machine can halt.
    const network = { ...FAST, baseRttMs: 400 };
    const { evidence } = await visit(site, strategy, { network, paths: ['/'] });
    const at = (kind: string) =>
      evidence.server.filter((event) => event.kind === kind).map(({ atMs }) => atMs);
    const [request] = at('request');
    expect(request).toBeDefined();
    expect(new Set([...at('promise'), ...at('headers'), ...at('data')])).toEqual(new Set([request]));
  });
});
