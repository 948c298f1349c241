import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../lab/scenario/load-scenario.ts';
import { scenarioJsonSchema } from '../../lab/scenario/schema.ts';

const parse = (strategies: string, more = '') =>
  parseScenario(`site: clean-blog\nnetwork: 3g\n${more}strategies:\n${strategies}`, 'x.yaml');

describe('the protocol of a strategy', () => {
  it('h1 is a preset, and a key beside others', () => {
    const { strategies } = parse('  - h1\n  - { name: hinted, preset: preload, protocol: h1 }');
    expect(strategies).toMatchObject([
      { name: 'h1', how: 'none', protocol: 'h1' },
      { name: 'hinted', how: 'preload-header', protocol: 'h1' },
    ]);
    expect(strategies[1]!.description).toContain(
      'HTTP/1.1: the browser opens up to six connections, and each carries one response at a time.',
    );
  });

  it.each([
    ['{ name: x, how: push, protocol: h1 }', 'strategies[0].how', 'HTTP/1.1 has no server push'],
    ['{ name: x, preset: after-html, protocol: h1 }', 'strategies[0].preset', 'HTTP/1.1 has no server push'],
    [
      '{ name: x, preset: early-hints, protocol: h1 }',
      'strategies[0].preset',
      'Chromium acts on a 103 response only over HTTP/2 and later',
    ],
    ['{ name: x, preset: h1, how: origin-link }', 'strategies[0].how', 'HTTP/1.1 has no server push'],
    [
      '{ name: x, preset: h1, scheduler: fifo }',
      'strategies[0].scheduler',
      'each connection carries one response at a time',
    ],
    ['{ name: x, how: none, protocol: http1 }', 'strategies[0].protocol', 'h2, h1'],
  ])('%s is refused at %s: %s', (strategy, key, reason) => {
    expect(() => parse(`  - ${strategy}`)).toThrow(key);
    expect(() => parse(`  - ${strategy}`)).toThrow(reason);
  });
});

describe('the buffers of a strategy', () => {
  it('stand in for those of the network', () => {
    const { strategies } = parse(
      '  - { name: small, preset: no-push, sendBuffer: 16kB, notSentLowat: 4kB }\n  - { name: big, preset: no-push, sendBuffer: auto, notSentLowat: off }\n  - no-push',
    );
    expect(
      strategies.map(({ sendBufferBytes, notSentLowatBytes }) => [sendBufferBytes, notSentLowatBytes]),
    ).toEqual([
      [16_000, 4000],
      ['auto', 'off'],
      [undefined, undefined],
    ]);
    expect(strategies[0]!.description).toContain(
      "The server's kernel takes 16000 bytes ahead of the network. TCP_NOTSENT_LOWAT is 4000 bytes.",
    );
  });

  it('have bounds', () => {
    expect(() => parse('  - { name: x, preset: no-push, sendBuffer: 1kB }')).toThrow(
      'strategies[0].sendBuffer',
    );
  });
});

describe('the origin behind an edge', () => {
  it('think and rtt; the connection is warm unless told otherwise', () => {
    const { thinkMs, edge } = parse('  - no-push', 'origin: { think: 300ms, rtt: 80ms }\n');
    expect({ thinkMs, edge }).toEqual({ thinkMs: 300, edge: { rttMs: 80, connection: 'warm' } });
    expect(parse('  - no-push', 'origin: { rtt: 80ms, connection: cold }\n')).toMatchObject({
      thinkMs: 0,
      edge: { rttMs: 80, connection: 'cold' },
    });
  });

  it('think alone stays what it was', () => {
    expect(parse('  - no-push', 'think: 300ms\n')).toMatchObject({ thinkMs: 300, edge: undefined });
  });

  it('thinks once', () => {
    const twice = () => parse('  - no-push', 'think: 1s\norigin: { think: 2s }\n');
    expect(twice).toThrow('origin.think');
    expect(() => parse('  - no-push', 'origin: { rrt: 2s }\n')).toThrow('did you mean "rtt"');
  });

  it('is in the JSON Schema', () => {
    const { properties } = scenarioJsonSchema() as { properties: Record<string, { properties?: object }> };
    expect(Object.keys(properties['origin']!.properties!)).toEqual(['think', 'rtt', 'connection']);
  });
});
