import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../lab/errors.ts';
import { inspectFile } from '../../lab/inspect/inspect-file.ts';
import { inspectionSchema } from '../../lab/inspect/inspection.ts';
import { expectFates } from '../e2e/support/expected-pushes.ts';

const data = path.join(import.meta.dirname, '../data');
/** Recorded with --log-net-log from the server of the fates: test/e2e/support/fates.ts says what became of what. */
const RECORDED = ['chromium-88-default', 'chromium-92-every', 'chromium-103-sens', 'chromium-106-default'];
const recordedFile = (name: string) => path.join(data, 'netlog', `${name}.json.gz`);

let folder: string;
let text: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-inspect-'));
  text = gunzipSync(await readFile(recordedFile('chromium-106-default'))).toString();
});
afterAll(() => rm(folder, { recursive: true }));

async function inspectText(content: string | Buffer, name = 'log.json') {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return inspectFile(file);
}

describe('a NetLog', () => {
  it.each(RECORDED)('of %s gives the fate of every push', async (name) => {
    const inspection = await inspectFile(recordedFile(name));
    expect(inspectionSchema.parse(inspection)).toEqual(inspection);
    expect(inspection).toMatchObject({ kind: 'netlog', truncated: name === 'chromium-88-default' });
    expectFates(inspection.pushes);
    const { sessions } = inspection;
    expect(sessions.every(({ authority, pushEnabled }) => authority === 'lab.test:443' && pushEnabled)).toBe(
      true,
    );
  });

  it('reads the same in every layout: indented, in one line, gzip, with polled data, with a byte order mark', async () => {
    const { pushes } = await inspectText(text);
    const document = JSON.parse(text) as { constants: object; events: object[] };
    const layouts = [
      JSON.stringify(document, undefined, 2),
      JSON.stringify(document),
      gzipSync(text),
      `\ufeff${text}`,
      text.replace(/\]\}\s*$/, '],\n"polledData": {"spdySessionInfo":[]}}\n'),
      text.replaceAll('\n', '\r\n'),
      JSON.stringify({ ...document, polledData: { x: [1] } }, undefined, 1),
    ];
    for (const layout of layouts) {
      const inspection = await inspectText(layout);
      expect(inspection.truncated).toBe(false);
      expect(inspection.pushes).toEqual(pushes);
    }
  });

  it('goes by the numbers of the file itself, whatever they are', async () => {
    const document = JSON.parse(text) as {
      constants: { logEventTypes: Record<string, number>; logSourceType: Record<string, number> };
      events: { type: number; source: { type: number } }[];
    };
    for (const map of [document.constants.logEventTypes, document.constants.logSourceType])
      for (const name of Object.keys(map)) map[name]! += 1000;
    for (const event of document.events) {
      event.type += 1000;
      event.source.type += 1000;
    }
    expect((await inspectText(JSON.stringify(document))).pushes).toEqual((await inspectText(text)).pushes);
  });

  it('reads a truncated one up to where it ends, and says so', async () => {
    const whole = await inspectText(text);
    // Without the end, at the end of a line, in the middle of one; as a line-wise and as a one-line file; and its gzip.
    const cut = text.length - 4000;
    const flat = JSON.stringify(JSON.parse(text));
    for (const part of [
      text.replace(/\]\}\s*$/, ''),
      text.replace(/\]\}\s*$/, ',\n'),
      text.slice(0, cut),
      text.slice(0, text.lastIndexOf('\n', cut) + 1),
      flat.slice(0, flat.length - 4000),
      gzipSync(text).subarray(0, -500),
    ]) {
      const { truncated, notes, pushes } = await inspectText(part);
      expect(truncated).toBe(true);
      expect(notes.join()).toContain('ends before');
      // What ended in the missing part was open until then.
      const known = ({ undecided }: { undecided: boolean }, index: number) => !undecided && index < 20;
      expect(pushes.filter(known).length).toBeGreaterThan(10);
      expect(pushes.filter(known)).toEqual(whole.pushes.filter((_, index) => known(pushes[index]!, index)));
    }
    const half = await inspectText(text.slice(0, text.length / 2));
    expect(half.pushes.length).toBeGreaterThan(3);
    expect(half.pushes.length).toBeLessThan(whole.pushes.length);
  });

  it('does not claim to know the end of a push that was still open where the file is cut', async () => {
    const lines = text.split('\n');
    const whole = await inspectText(text);
    expect(whole.pushes.some(({ undecided }) => undecided)).toBe(false);
    const first = whole.pushes.find(({ outcome, adoptedMs }) => outcome === 'adopted' && adoptedMs !== null)!;
    const taken = lines.findIndex(
      (line) => line.includes(`"stream_id":${first.promisedStreamId}`) && line.includes(first.url),
    );
    const cut = await inspectText(lines.slice(0, taken).join('\n'));
    const open = cut.pushes.find(
      ({ session, promisedStreamId }) =>
        session === first.session && promisedStreamId === first.promisedStreamId,
    )!;
    expect(open).toMatchObject({ undecided: true, wastedBytes: open.receivedBytes });
    expect(cut.notes.join()).toContain('neither taken nor dropped where the file ends');
  });

  it('says which line is damaged where that is the one the others are read by', async () => {
    const damaged = inspectText(text.replace('"logEventTypes"', '"logEventTypes'));
    await expect(damaged).rejects.toThrow(InputError);
    await expect(damaged).rejects.toThrow(/log\.json .* its first line, that of the constants, is damaged$/);
  });

  it('loses a damaged line and nothing else', async () => {
    const lines = text.split('\n');
    lines[100] = '\0\0\0{"phase":';
    const { truncated, notes, pushes } = await inspectText(lines.join('\n'));
    expect(truncated).toBe(false);
    expect(notes).toEqual(['1 damaged piece was left out']);
    expect(pushes).toHaveLength((await inspectText(text)).pushes.length);
  });

  it('begins in the middle of a session: an adoption and a response are still a push', async () => {
    const lines = text.split('\n').filter((line) => !line.includes('promised_stream_id'));
    const { pushes } = await inspectText(lines.join('\n'));
    expect(pushes.find(({ url }) => url.endsWith('/complete-before-use/a.css'))).toMatchObject({
      outcome: 'adopted',
      associatedStreamId: null,
      promisedMs: null,
    });
    expect(pushes.filter(({ url }) => url === '')).not.toHaveLength(0);
  });
});

describe('a trace', () => {
  const trace = path.join(data, 'browser/every-kind-of-push.trace.json');
  it('gives the same reading as a bare list and as an object', async () => {
    const list = await inspectFile(trace);
    expect(list).toMatchObject({ kind: 'trace', truncated: false });
    // adopted, unclaimed, Vary, twice, twice, reset by the server
    expect(list.pushes.map(({ outcome }) => outcome)).toEqual([
      'adopted',
      'unclaimed',
      'mismatch',
      'adopted',
      'refused',
      'cancelled-by-server',
    ]);
    const object = await inspectText(
      gzipSync(`{"metadata":{},"traceEvents":${await readFile(trace, 'utf8')}}`),
    );
    expect(object.pushes).toEqual(list.pushes);
    // The format lets the end of the list be missing.
    const open = await inspectText((await readFile(trace, 'utf8')).trimEnd().slice(0, -1));
    const decided = (pushes: typeof open.pushes) => pushes.map((push) => ({ ...push, undecided: false }));
    expect(decided(open.pushes)).toEqual(list.pushes);
  });

  it('without the category netlog says that it has nothing', async () => {
    await expect(inspectText('[{"name":"x","cat":"loading","ph":"R","ts":1,"args":{}}]')).rejects.toThrow(
      /netlog/,
    );
  });
});

describe('a HAR', () => {
  const entry = (url: string, more: object = {}, bodySize = 100) => ({
    startedDateTime: '2026-01-01T00:00:00.000Z',
    time: 30,
    request: { method: 'GET', url },
    response: { status: 200, bodySize, content: { size: 300 } },
    ...more,
  });
  it('knows pushes by their mark only, and says what it cannot know', async () => {
    const entries = [
      entry('https://a.test/'),
      entry('https://a.test/p.css', { _was_pushed: 1, _http2_stream_id: '2' }),
      entry('https://a.test/q.css', { _was_pushed: 0 }, -1),
    ];
    const har = await inspectText(JSON.stringify({ log: { version: '1.2', entries } }, undefined, 2));
    expect(har).toMatchObject({ kind: 'har', truncated: false, startedAt: '2026-01-01T00:00:00.000Z' });
    expect(har.pushes).toMatchObject([
      {
        url: 'https://a.test/p.css',
        promisedStreamId: 2,
        outcome: 'adopted',
        receivedBytes: 100,
        wastedBytes: 0,
      },
    ]);
    expect(har.requests.map(({ receivedBytes }) => receivedBytes)).toEqual([100, 300]);
    expect(har.notes[0]).toContain('never used');
  });
});

describe('a HAR of several pages', () => {
  it('holds a push against the requests of its own page only', async () => {
    const entry = (pageref: string, more: object) => ({
      pageref,
      startedDateTime: '2026-01-01T00:00:00Z',
      request: { url: 'https://a.test/p.css' },
      response: { status: 200, bodySize: 40 },
      ...more,
    });
    const entries = [entry('one', {}), entry('two', { _was_pushed: 1 })];
    expect((await inspectText(JSON.stringify({ log: { entries } }))).pushes[0]!.duplicate).toBe(false);
    entries.push(entry('two', {}));
    expect((await inspectText(JSON.stringify({ log: { entries } }))).pushes[0]!.duplicate).toBe(true);
  });
});

describe('a HAR of lab export', () => {
  it('has the fates of all promises', async () => {
    const response = { status: 200, bodySize: 40 };
    const life = { outcome: 'unclaimed', associatedStreamId: 1 };
    const entries = [
      {
        startedDateTime: '2026-01-01T00:00:00Z',
        request: { url: 'https://a.test/u.css' },
        response,
        _push: life,
      },
    ];
    expect((await inspectText(JSON.stringify({ log: { entries } }))).pushes).toMatchObject([
      { outcome: 'unclaimed', associatedStreamId: 1, receivedBytes: 40, wastedBytes: 40 },
    ]);
  });
});

describe('wrong input', () => {
  it.each([
    ['an empty file', '', /is empty/],
    ['text', 'hello', /is not JSON/],
    ['JSON of another kind', '{"a":[1,2]}', /JSON of another kind/],
    ['a string', '"text"', /JSON of another kind/],
    ['a HAR without entries', '{"log":{"entries":[]}}', /is a HAR without entries/],
    ['another', '{"log":{"version":"1.2","pages":[],"entries":[]}}', /is a HAR without entries/],
    ['a HAR of nonsense', '{"log":{"version":"1.2","entries":[{},7]}}', /none of its 2 has a request/],
    [
      'a NetLog of nonsense',
      '{"constants":{"logEventTypes":{"HTTP2_SESSION":1}},"events":[{"type":99},{"type":1}]}',
      /NetLog without a usable event: none of its 2/,
    ],
    ['the beginning of JSON', '{"a":', /not whole JSON/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0]), /binary/],
    ['a zip archive', Buffer.from('PK\u0003\u0004xx'), /zip archive/],
    ['gzip of text', gzipSync('hello'), /is not JSON/],
    ['events without constants', '{"events":[{"type":1}]}', /constants/],
    ['constants of another program', '{"constants":{"a":1},"events":[]}', /do not name HTTP\/2/],
  ])('%s', async (_name, content, message) => {
    const failure = inspectText(content);
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(message);
  });

  it('a folder, and no file', async () => {
    await mkdir(path.join(folder, 'dir'), { recursive: true });
    await expect(inspectFile(path.join(folder, 'dir'))).rejects.toThrow(/is a folder/);
    const missing = inspectFile(path.join(folder, 'none'));
    await expect(missing).rejects.toThrow(/there is no file/);
    await expect(missing).rejects.toMatchObject({ nextStep: expect.stringContaining('NetLog') as string });
  });
});

describe('a large NetLog', () => {
  it('is read within a small heap', async () => {
    const root = path.join(import.meta.dirname, '../..');
    const bench = path.join(root, 'test/bench/inspect.mjs');
    // 40 MB of text are 130 MB of events: whoever keeps them runs out of a heap of 100 MB.
    const { stdout } = await promisify(execFile)(process.execPath, [bench, '40', '--heap', '100'], {
      cwd: root,
    });
    const { pushes, sessions } = JSON.parse(stdout) as { pushes: number; sessions: number };
    expect(sessions).toBeGreaterThan(500);
    // 29 sessions and 29 promises a round.
    expect(pushes).toBe(sessions);
  }, 60_000);
});
