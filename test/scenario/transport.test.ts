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

describe('the knobs of HTTP/2', () => {
  it('are the windows and settings of a strategy, and stand in its description', () => {
    const all =
      '{ streamWindow: 16kB, connectionWindow: 64KiB, maxConcurrentStreams: 100, dataFrame: 4kB, headerTable: 0B }';
    const { strategies } = parse(`  - { name: x, preset: after-html, http2: ${all} }\n  - no-push`);
    expect(strategies[0]!.http2).toEqual({
      streamWindowBytes: 16_000,
      connectionWindowBytes: 65_536,
      maxConcurrentStreams: 100,
      dataFrameBytes: 4000,
      headerTableBytes: 0,
    });
    expect(strategies[0]!.description).toContain(
      'HTTP/2 windows are 16000 bytes for each stream and 65536 bytes for the connection, pushes included',
    );
    expect(strategies[1]!.http2).toBeUndefined();
  });

  it.each([
    // RFC 9113 §6.9.2: a connection begins with 65,535 bytes.
    ['{ connectionWindow: 64kB }', 'http2.connectionWindow: found "64kB"; allowed: 65535 B to 2147483647 B'],
    ['{ streamWindow: 3GB }', 'http2.streamWindow: found "3GB"; allowed: 1 kB to 2147483647 B'],
    ['{ streamWindow: 16000 }', 'http2.streamWindow: found 16000; a size needs a unit'],
    ['{ dataFrame: 17kB }', 'http2.dataFrame: found "17kB"; allowed: 64 B to 16384 B'],
    ['{ maxConcurrentStreams: 0 }', 'http2.maxConcurrentStreams'],
    ['{ window: 16kB }', 'http2.window: unknown key; allowed: streamWindow, connectionWindow'],
  ])('%s is refused: %s', (http2, reason) => {
    expect(() => parse(`  - { name: x, preset: no-push, http2: ${http2} }`)).toThrow(reason);
    expect(() => parse(`  - { name: x, preset: no-push, http2: ${http2} }`)).toThrow('x.yaml:4:');
  });

  it('are none of HTTP/1.1', () => {
    expect(() => parse('  - { name: x, preset: h1, http2: { streamWindow: 16kB } }')).toThrow(
      'strategies[0].http2: has no meaning with "protocol: h1"',
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
