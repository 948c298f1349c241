import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../lab/errors.ts';
import { packageRoot } from '../../lab/package-root.ts';
import { loadScenario, parseScenario } from '../../lab/scenario/load-scenario.ts';
import { scenarioJsonSchema } from '../../lab/scenario/schema.ts';
import { STRATEGY_PRESET_NAMES } from '../../server/strategies/presets.ts';
import { loadSite } from '../../server/site/load-site.ts';

const MINIMAL = 'site: clean-blog\nnetwork: 3g\nstrategies: [after-html, no-push]\n';

describe('parseScenario', () => {
  it('fills in everything that may be left out', () => {
    const scenario = parseScenario(MINIMAL, 'scenarios/mine.yaml');
    expect(scenario).toMatchObject({
      name: 'mine',
      file: 'scenarios/mine.yaml',
      text: MINIMAL,
      site: 'clean-blog',
      network: { name: '3g', baseRttMs: 300 },
      thinkMs: 0,
      cache: 'cold',
      connection: 'new',
      baseline: 'no-push',
      primaryMetric: 'firstContentfulPaint',
      runs: 20,
      filmRuns: 1,
      seed: 1,
    });
    expect(scenario.strategies.map(({ name }) => name)).toEqual(['after-html', 'no-push']);
  });

  it.each([
    ['film: false', 0],
    ['film: true', 1],
    ['film: { runs: 5 }', 5],
  ])('%s', (line, filmRuns) => {
    expect(parseScenario(`${MINIMAL}${line}\n`, 'x.yaml').filmRuns).toBe(filmRuns);
  });

  it.each(['film: 3', 'film: { runs: 0 }', 'film: { runs: 21 }', 'film: yes please', 'film: { run: 1 }'])(
    'refuses %s, and says what may stand there',
    (line) => {
      expect(() => parseScenario(`${MINIMAL}${line}\n`, 'x.yaml')).toThrow(/x\.yaml:4:.*film/);
    },
  );

  it('reads numbers with their units', () => {
    const { network, thinkMs, timeoutMs } = parseScenario(
      `site: clean-blog
network: { rtt: 0.1s, down: 1.6mbit/s, up: 768kbit/s, queue: 64KiB, initialCwnd: 32, loss: 1%, congestion: reno,
  sendBuffer: 16KiB, pacing: true, notSentLowat: 16KiB, source: measured }
strategies: [no-push]
think: 300ms
timeout: 5min`,
      'x.yaml',
    );
    expect(network).toEqual({
      name: 'custom',
      source: 'measured',
      baseRttMs: 100,
      downlink: { bandwidthBps: 1_600_000, queueLimitBytes: 65_536, lossRate: 0.01 },
      uplink: { bandwidthBps: 768_000, queueLimitBytes: 65_536, lossRate: 0.01 },
      initialWindowSegments: 32,
      congestionControl: 'reno',
      sendBufferBytes: 16_384,
      pacing: true,
      notSentLowatBytes: 16_384,
    });
    expect([thinkMs, timeoutMs]).toEqual([300, 300_000]);
  });

  it('keeps the name of a preset only while its numbers stand', () => {
    const network = (yaml: string) => parseScenario(MINIMAL.replace('3g', yaml), 'x.yaml').network;
    expect(network('{ preset: 3g, rtt: 300ms, queue: 64kB }').name).toBe('3g');
    const changed = network('{ preset: 3g, rtt: 100ms }');
    expect(changed).toMatchObject({ name: 'custom', source: '3g with some numbers changed', baseRttMs: 100 });
    expect(changed.downlink.bandwidthBps).toBe(1_600_000);
  });

  it('composes strategies over presets, and describes what they have become', () => {
    const { strategies } = parseScenario(
      `site: clean-blog
network: 3g
strategies:
  - preload-header
  - { name: images-first, preset: before-html, what: [/a.css, /b.png] }
  - { name: all-early, how: early-hints, what: all }
  - { name: bold, how: push, gate: [], description: Pushes always. }`,
      'x.yaml',
    );
    expect(strategies).toEqual([
      expect.objectContaining({ name: 'preload', how: 'preload-header', what: 'critical', gate: [] }),
      {
        name: 'images-first',
        description:
          'Once the HTML is ready, the server sends a PUSH_PROMISE for each of /a.css, /b.png, then their bodies in full, one after the other, and only then the headers and body of the HTML.',
        what: ['/a.css', '/b.png'],
        when: 'before-html',
        how: 'push',
        order: 'given',
        interleaveAt: 'head',
        personality: 'lab',
        gate: ['push-allowed', 'once-per-connection'],
        budget: undefined,
        scheduler: 'client',
        firstSlice: 'none',
        protocol: 'h2',
        tlsRecord: undefined,
        sendBufferBytes: undefined,
        notSentLowatBytes: undefined,
      },
      expect.objectContaining({
        name: 'all-early',
        what: 'all',
        when: 'while-thinking',
        how: 'early-hints',
        gate: [],
      }),
      expect.objectContaining({ name: 'bold', when: 'after-html', gate: [], description: 'Pushes always.' }),
    ]);
  });

  it('reads what, order, budget and scheduler of a strategy, and says what they mean', () => {
    const { strategies } = parseScenario(
      `site: clean-blog
network: 3g
strategies:
  - { name: fonts, how: push, what: { types: [style, font] }, order: smallest-first, budget: 20kB, firstSlice: first-scan }
  - { name: part, preset: interleaved, interleaveAt: 4kB, budget: { bdp: 0.5 }, scheduler: fifo, tlsRecord: { size: 1400B } }
  - { name: apache, how: push, when: with-html, scheduler: { mime: [{ type: text/css, order: before }] } }
  - { preset: origin-link, personality: nginx, gate: [save-data] }`,
      'x.yaml',
    );
    expect(strategies).toMatchObject([
      {
        what: { types: ['style', 'font'] },
        order: 'smallest-first',
        budget: { bytes: 20_000 },
        firstSlice: 'first-scan',
      },
      {
        interleaveAt: 4000,
        budget: { bdpShare: 0.5 },
        scheduler: 'fifo',
        tlsRecord: { warmUpRecordBytes: 1400, warmUpBytes: 1_048_576, coolDownMs: 1000 },
      },
      { when: 'with-html', scheduler: { mime: [{ type: 'text/css', order: 'before' }] } },
      { name: 'origin-link', personality: 'nginx', gate: ['save-data'] },
    ]);
    expect(strategies[0]!.description).toContain(
      'Small ones come first. Not more than 20000 bytes are pushed.',
    );
  });

  it.each([
    [
      '{ name: a, how: push, when: interleved }',
      'strategies[0].when: unknown moment "interleved" (did you mean "interleaved"?)',
    ],
    [
      '{ name: a, how: push, interleaveAt: head }',
      'interleaveAt: has a meaning only with "when: interleaved"',
    ],
    ['{ name: a, how: push, personality: nginx }', 'personality: has a meaning only with "how: origin-link"'],
    ['{ name: a, how: push, when: with-resource }', '"when: with-resource" goes with "what: children"'],
    ['{ name: a, how: push, budget: lots }', 'budget: found "lots"; expected cwnd-html, a size such as 20kB'],
    ['{ name: a, how: push, scheduler: fare }', 'unknown scheduler "fare" (did you mean "fair"?)'],
    ['{ name: a, how: push, what: { types: [styles] } }', 'unknown type "styles" (did you mean "style"?)'],
    ['{ name: a, how: early-hints, when: after-html }', 'a 103 response always precedes the HTML'],
  ])('refuses %s', (strategy, message) => {
    expect(messageOf(`site: clean-blog\nnetwork: 3g\nstrategies:\n  - ${strategy}\n`)).toContain(message);
  });

  it('resolves the path of a site against the file', () => {
    const site = (text: string) =>
      parseScenario(MINIMAL.replace('clean-blog', text), 'some/folder/x.yaml').site;
    expect(site('./my-site')).toBe(path.resolve('some/folder/my-site'));
    expect(site('../b')).toBe(path.resolve('some/b'));
    expect(site('clean-blog')).toBe('clean-blog');
  });

  it('lists all problems by line, with key, what was found, what is allowed', () => {
    const text = `name: x
siet: clean-blog
network: 3gfst
strategies: [no-psuh, { how: psh, name: a }, 3]
runs: 0
cache: wrm
metric: fcp
`;
    expect(messageOf(text)).toBe(
      [
        'x.yaml:1:1: site: is missing',
        'x.yaml:2:1: siet: unknown key (did you mean "site"?); allowed: name, site, network, think, origin, cache, connection, journey, measure, browser, strategies, baseline, metric, runs, film, seed, timeout',
        'x.yaml:3:10: network: unknown network preset "3gfst" (did you mean "3gfast"?); allowed: 2g, edge, 3gslow, 3gem, 3g, 3gfast, 4g, lte, dial, dsl, cable, fiber',
        `x.yaml:4:14: strategies[0]: unknown strategy "no-psuh" (did you mean "no-push"?); allowed: ${STRATEGY_PRESET_NAMES.join(', ')}`,
        'x.yaml:4:30: strategies[1].how: unknown way "psh" (did you mean "push"?); allowed: none, push, origin-link, preload-header, preload-tag, early-hints, prefetch',
        `x.yaml:4:46: strategies[2]: found 3; expected a strategy (${STRATEGY_PRESET_NAMES.join(', ')}) or a mapping (name, how, what, ...)`,
        'x.yaml:5:7: runs: found 0; allowed: at least 1',
        'x.yaml:6:8: cache: unknown cache "wrm" (did you mean "warm"?); allowed: cold, warm',
        'x.yaml:7:9: metric: found "fcp"; write firstContentfulPaint',
      ].join('\n'),
    );
  });

  it('stops listing after ten', () => {
    const keys = Array.from({ length: 14 }, (_, index) => `wrong${index}: 1`).join('\n');
    expect(messageOf(`${MINIMAL}${keys}`).split('\n')).toHaveLength(11);
    expect(messageOf(`${MINIMAL}${keys}`)).toMatch(/and 4 more$/);
  });

  it.each([
    ['rtt: 300', 'network.rtt: found 300; a duration needs a unit: us, ms, s or min, e.g. 300ms'],
    ['rtt: 61s', 'network.rtt: found "61s"; allowed: 0 ms to 60 s'],
    ['down: 999bit/s', 'network.down: found "999bit/s"; allowed: 1 kbit/s to 10 Gbit/s'],
    ['up: 11gbit/s', 'network.up: found "11gbit/s"; allowed: 1 kbit/s to 10 Gbit/s'],
    ['queue: 1499B', 'network.queue: found "1499B"; allowed: 1.5 kB to 1 GB'],
    ['initialCwnd: 0', 'network.initialCwnd: found 0; allowed: at least 1'],
    ['initialCwnd: 1001', 'network.initialCwnd: found 1001; allowed: at most 1000'],
    ['initialCwnd: 1.5', 'network.initialCwnd: found 1.5; expected a whole number'],
    ['loss: 100%', 'network.loss: found "100%"; allowed: 0 to below 1'],
    ['loss: -0.1', 'network.loss: found -0.1; allowed: 0 to below 1'],
    ['congestion: cubc', 'network.congestion: unknown congestion control "cubc" (did you mean "cubic"?)'],
    ['sendBuffer: big', 'network.sendBuffer: found "big"; expected a size'],
    ['sendBuffer: null', 'network.sendBuffer: found null; expected a size'],
    ['preset: 5g', 'network.preset: unknown network preset "5g" (did you mean'],
    ['rtt: .inf', 'network.rtt: found Infinity; a duration needs a unit'],
    ['rtt: [1]', 'network.rtt: found a list of 1; expected a duration'],
    ['rtt: {a: 1}', 'network.rtt: found a mapping; expected a duration'],
    ['speed: 3', 'network.speed: unknown key'],
  ])('checks the network: %s', (entry, message) => {
    expect(messageOf(MINIMAL.replace('3g', `{ ${entry} }`))).toContain(`: ${message}`);
  });

  it.each([
    [
      'network: { rtt: 1ms }',
      'network.down: is missing; without a preset a network needs rtt, down, up and queue',
    ],
    ['strategies: []', 'strategies: found a list of 0; allowed: at least 1 entry'],
    [
      `strategies: [${'no-push, '.repeat(51)}]`,
      'strategies: found a list of 51; allowed: at most 50 entries',
    ],
    ['strategies: [preload, preload]', 'strategies[1]: the name "preload" is taken by strategies[0]'],
    ['strategies: [{ how: push }]', 'strategies[0].name: is missing'],
    [
      'strategies: [{ name: a }]',
      'strategies[0].how: is missing; allowed: none, push, origin-link, preload-header, preload-tag, early-hints, prefetch',
    ],
    ['strategies: [{ name: ../a, how: push }]', 'strategies[0].name: found "../a"; a name has letters'],
    [
      'strategies: [{ name: a, how: push, what: [a.css] }]',
      'strategies[0].what[0]: found "a.css"; a path starts with /',
    ],
    ['strategies: [{ name: a, how: push, what: some }]', 'strategies[0].what: unknown resources "some"'],
    ['strategies: [{ name: a, how: push, what: [/a, /a] }]', 'strategies[0].what: a path is there twice'],
    ['strategies: [{ preset: early-hints, when: after-html }]', 'a 103 response always precedes the HTML'],
    [
      'strategies: [{ preset: preload, gate: [push-allowed] }]',
      '"push-allowed" has no meaning for preload-header',
    ],
    ['strategies: no-push', 'strategies: found "no-push"; expected a list'],
    ['baseline: nopush', 'baseline: "nopush" is not in the list of strategies (did you mean "no-push"?)'],
    ['runs: 1001', 'runs: found 1001; allowed: at most 1000'],
    ['runs: many', 'runs: found "many"; expected a number'],
    ['seed: -1', 'seed: found -1; allowed: at least 0'],
    ['think: 11min', 'think: found "11min"; allowed: 0 ms to 10 min'],
    ['timeout: 1ms', 'timeout: found "1ms"; allowed: 1 s to 60 min'],
    ['name: ../../etc', 'name: found "../../etc"; a name has letters'],
    ['cache: hot', 'cache: unknown cache "hot"; allowed: cold, warm'],
    [
      'connection: reusd',
      'connection: found "reusd" (did you mean "reused"?); expected new, reused, or { idle: 5s } for a reused one that has rested',
    ],
    [
      'journey: [post.html]',
      'journey[0]: found "post.html"; expected the path of a page of the site, e.g. /post.html',
    ],
    [
      'journey: [{ path: /, aftr: 1s }]',
      'journey[0].aftr: unknown key (did you mean "after"?); allowed: path, after',
    ],
    ['journey: [{ path: /, after: 1s }]', 'journey[0].after: no page comes before the first'],
    ['journey: []', 'journey: found a list of 0; allowed: at least 1 entry'],
    ['measure: last', 'measure: there is no journey to choose a page of'],
    ['journey: [/]\nmeasure: 2', 'measure: found 2; the journey has 1 pages'],
    [
      'journey: [/]\nmeasure: lst',
      'measure: found "lst" (did you mean "last"?); expected first, last, journey, or the number of a page',
    ],
    [
      'journey: [/]\ncache: warm',
      'cache: a journey begins with an empty cache; make the earlier visit its first page',
    ],
    [
      'journey: [/]\nconnection: reused',
      'connection: a journey begins with a new connection; make the earlier visit its first page',
    ],
    ['connection: { idl: 5s }', 'connection.idl: unknown key (did you mean "idle"?); allowed: idle'],
    ['connection: { idle: 9min }', 'connection.idle: found "9min"; allowed: 0 ms to 240 s'],
    ['site: null', 'site: found null; expected text'],
    [
      'site: clean-blgo',
      'site: unknown site "clean-blgo" (did you mean "clean-blog"?); the lab has: clean-blog',
    ],
  ])('checks the rest: %s', (line, message) => {
    const key = line.slice(0, line.indexOf(':') + 1);
    const others = MINIMAL.split('\n').filter((other) => !other.startsWith(key));
    const error = messageOf([...others, line].join('\n'));
    expect(error).toContain(message);
    expect(error).toMatch(/^x\.yaml:\d+:\d+: /);
  });

  it.each([
    ['', 'x.yaml:1:1: there is nothing in this file'],
    ['# only a comment\n', 'x.yaml:1:1: there is nothing in this file'],
    ['hello', 'x.yaml:1:1: found "hello"; expected a mapping (key: value)'],
    ['- 1', 'x.yaml:1:1: found a list of 1; expected a mapping'],
    ['a: [', 'x.yaml:1:5: not valid YAML: Flow sequence'],
    ['\tsite: x', 'not valid YAML'],
    [`${MINIMAL}runs: 1\nruns: 2`, 'x.yaml:5:1: this key is there twice'],
    [`${MINIMAL}---\nsite: x`, 'x.yaml:4:1: a second YAML document starts here'],
    ['site: !secret x', 'Unresolved tag: !secret'],
    [
      'site: &a x\nname: *a\nruns: *nowhere',
      'x.yaml:3:7: the alias *nowhere has no anchor &nowhere before it',
    ],
    [
      'a: &a [1,1,1,1]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c]',
      'x.yaml:2:8: the YAML uses too many aliases',
    ],
    ['['.repeat(50_000), 'nested too deeply'],
    ['strategies: &a [*a]', 'strategies[0]: found a list of 1'],
    ['__proto__: 1\nconstructor: 2', '__proto__: unknown key'],
    ['? [a, b]\n: 1', 'unknown key'],
    ['site: "\\u001b[31m"', 'site: unknown site "\\u001b[31m"'],
    ['site: !\u001b[31m x', 'not valid YAML'],
    ['"\\e[31m": 1', '"\\u001b[31m": unknown key'],
  ])('refuses what is no scenario: %#', (text, message) => {
    const error = messageOf(text);
    expect(error).toContain(message);
    // eslint-disable-next-line no-control-regex
    expect(error).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|at .*\.ts:/);
  });
});

describe('a scenario that is not there', () => {
  it.each(['2g-cold', '2g-cold.yaml', 'scenarios/2g-cold', 'scenarios/2g-cold.yml', '2g-clod', '2G-COLD'])(
    '%s: names the one that was meant, and does not run it',
    async (file) => {
      const error = await loadScenario(file).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({
        message: `there is no file ${file} (did you mean scenarios/2g-cold.yaml?)`,
        nextStep: 'npx lab run scenarios/2g-cold.yaml',
      });
    },
  );

  it('names none where none is near', async () => {
    await expect(loadScenario('something-else.yaml')).rejects.toThrow(
      /^there is no file something-else.yaml$/,
    );
  });
});

describe('loadScenario', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-scenario-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('loads every scenario of the lab, with its site', async () => {
    const files = (await readdir(path.join(packageRoot, 'scenarios'))).filter((name) =>
      name.endsWith('.yaml'),
    );
    expect(files.length).toBeGreaterThanOrEqual(8);
    const sites = new Set<string>();
    for (const file of files) {
      const scenario = await loadScenario(path.join(packageRoot, 'scenarios', file));
      expect(`${scenario.name}.yaml`).toBe(file);
      expect(scenario.network.source).toBeTruthy();
      expect(scenario.baseline).toBe('no-push');
      sites.add(scenario.site);
    }
    for (const site of sites) await expect(loadSite(site)).resolves.toHaveProperty('missing', []);
  });

  it('knows the sites there are', async () => {
    const file = path.join(folder, 'typo.yaml');
    await writeFile(file, MINIMAL.replace('clean-blog', 'grund-truth'));
    await expect(loadScenario(file)).rejects.toThrow(/typo\.yaml:1:7: site: .*did you mean "ground-truth"/);
  });

  it('refuses what is not a readable file of text', async () => {
    await expect(loadScenario(path.join(folder, 'none.yaml'))).rejects.toThrow(
      /there is no file .*none\.yaml/,
    );
    await expect(loadScenario(folder)).rejects.toThrow(/is a folder, not a file \(it has .*typo\.yaml\)/);
    await expect(loadScenario(path.join(packageRoot, 'scenarios'))).rejects.toThrow(
      /is a folder, not a file \(it has 2g-cold\.yaml, /,
    );
    await writeFile(path.join(folder, 'latin1.yaml'), Buffer.from([0x73, 0xe4, 0x0a]));
    await expect(loadScenario(path.join(folder, 'latin1.yaml'))).rejects.toThrow(/is not UTF-8 text/);
    await writeFile(path.join(folder, 'big.yaml'), '#'.repeat(1_000_001));
    await expect(loadScenario(path.join(folder, 'big.yaml'))).rejects.toThrow(
      /has 1 MB; more than 1 MB is not read/,
    );
    await writeFile(path.join(folder, 'no-site.yaml'), `network: 3g\nsite: ./nowhere\nstrategies: [no-push]`);
    await expect(loadScenario(path.join(folder, 'no-site.yaml'))).rejects.toThrow(
      /no-site\.yaml:2:7: site: there is no folder .*nowhere/,
    );
    await expect(loadScenario('/dev/null')).rejects.toThrow(InputError);
    await expect(loadScenario('a\0b')).rejects.toThrow(InputError);
    await expect(loadScenario('')).rejects.toThrow('there is no file ""');
    await symlink('round.yaml', path.join(folder, 'round.yaml'));
    await expect(loadScenario(path.join(folder, 'round.yaml'))).rejects.toThrow(
      /cannot be read: ELOOP.*[^)]$/,
    );
  });
});

describe('scenarioJsonSchema', () => {
  it('describes every key to an editor', () => {
    const schema = scenarioJsonSchema() as {
      required: string[];
      properties: Record<string, { description?: string }>;
    };
    expect(schema.required).toEqual(['site', 'network', 'strategies']);
    for (const [key, property] of Object.entries(schema.properties))
      expect(property.description, key).toBeTruthy();
    expect(JSON.stringify(schema)).toContain('"3gfast"');
  });
});

function messageOf(text: string): string {
  try {
    parseScenario(text, 'x.yaml', { siteNames: ['clean-blog', 'ground-truth'] });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return 'no error';
}
