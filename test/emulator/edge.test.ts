import { describe, expect, it } from 'vitest';
import { firstPageWaitMs } from '../../server/origin-fetch.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import type { ServerTask } from '../../server/server-task.ts';
import { makeSite } from '../support/site.ts';
import { visit } from './support.ts';

const site = makeSite({ '/': 5000, '/a.css': 3000 }, { critical: ['/a.css'] });
const strategy = (name: string) => ({ ...findStrategyPreset(name)!, paths: ['/a.css'], children: {} });

/** What the server waits between request and headers of each path, ms. */
async function waits(name: string, terms: Pick<ServerTask, 'thinkMs' | 'edge'>, paths = ['/', '/a.css']) {
  const { evidence, wire } = await visit(site, strategy(name), { ...terms, paths });
  const requests = evidence.server.filter((event) => event.kind === 'request');
  return {
    wire: wire.join(' | '),
    ms: requests.map(
      ({ streamId, atMs }) =>
        evidence.server.find((event) => event.kind === 'headers' && event.streamId === streamId)!.atMs - atMs,
    ),
  };
}

describe('an edge in front of the origin', () => {
  it('a warm connection: the HTML waits for one round trip and the thinking, a file for nothing', async () => {
    const { ms } = await waits('no-push', { thinkMs: 30, edge: { rttMs: 60, connection: 'warm' } });
    expect(ms[0]).toBeGreaterThanOrEqual(30 + 60);
    expect(ms[1]).toBeLessThan(60);
  });

  it('a cold one: for three, TCP and TLS before the request; the next page for one', async () => {
    const edge = { rttMs: 60, connection: 'cold' } as const;
    const { ms } = await waits('no-push', { thinkMs: 30, edge }, ['/', '/']);
    expect(ms[0]).toBeGreaterThanOrEqual(30 + 3 * 60);
    expect(ms[1]).toBeGreaterThanOrEqual(30 + 60);
    expect(ms[1]).toBeLessThan(ms[0]!);
    expect(firstPageWaitMs({ thinkMs: 30, edge })).toBe(210);
    expect(firstPageWaitMs({ thinkMs: 30, edge: { ...edge, connection: 'warm' } })).toBe(90);
  });

  it('the edge pushes meanwhile: async-push fills the wait', async () => {
    const terms = { thinkMs: 0, edge: { rttMs: 80, connection: 'warm' } } as const;
    expect((await waits('async-push', terms, ['/'])).wire).toBe(
      'PP /a.css | H /a.css | D /a.css | H / | D /',
    );
    expect((await waits('early-hints', terms, ['/'])).wire).toBe('103 | H / | D /');
  });
});
