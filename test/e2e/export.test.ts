import { execFile, spawnSync } from 'node:child_process';
import { cp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Entry, Har } from 'har-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { StoredTrial } from '../../lab/run/read-evidence.ts';
import type { Results, TrialResult } from '../../lab/run/results.ts';
import { lab, readRun, readWaterfall, temporaryFolder } from './support/lab.ts';
import { qlogFile, type QlogTrace } from './support/qlog-shape.ts';

const execute = promisify(execFile);
/** `.ci/run` installs it; elsewhere its tests are skipped, and the reporter says so. */
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const skipTshark = !hasTshark && process.env['CI'] === undefined;

let out: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
let results: Results;
const measured = (strategy: string): TrialResult =>
  results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;

beforeAll(async () => {
  out = await temporaryFolder();
  const run = ['run', path.join(packageRoot, 'test/data/fates.yaml'), '--out', out.path];
  const options = ['--strategies', 'no-push,before-html,push-unused', '--max-lateness', '60s', '--no-film'];
  await lab([...run, ...options, '--concurrency', '2']);
  ({ folder, results } = await readRun(out.path, 'fates'));
});
afterAll(() => out.remove());

const exported = (format: string, ...more: string[]) => lab(['export', folder, '--format', format, ...more]);
const file = (name: string) => path.join(folder, 'export', name);

describe('lab export', () => {
  it('har: as many pushed entries as NetLog has promises, each with its stream and fate', async () => {
    expect((await exported('har')).status).toBe(0);
    const har = JSON.parse(await readFile(file('fates.har'), 'utf8')) as Har;
    expect(har.log.pages).toHaveLength(3);
    for (const { name } of results.strategies) {
      const { id, pushes } = measured(name);
      const trace = await new StoredTrial(folder, id).trace();
      const promises = trace.filter(({ name: event }) => event === 'HTTP2_SESSION_RECV_PUSH_PROMISE');
      const entries = har.log.entries.filter(({ pageref }) => pageref === id) as (Entry &
        Record<string, unknown>)[];
      const pushed = entries.filter((entry) => entry._was_pushed === 1);
      expect(pushed, name).toHaveLength(promises.length);
      expect(pushed.map(({ _push }) => _push)).toEqual(
        pushes.map(
          ({ promisedStreamId, outcome }) =>
            expect.objectContaining({ promisedStreamId, outcome }) as unknown,
        ),
      );
      const page = entries.find(({ request }) => request.url === 'https://fates.test/')!;
      expect(page.response.headers).toContainEqual({ name: ':status', value: '200' });
      // SYN and TLS 1.3: two round trips of 60 ms.
      expect(page.timings.connect).toBeGreaterThan(120);
      expect(page.timings.ssl).toBeGreaterThan(60);
    }
  });

  describe('qlog', () => {
    let text: string;
    let traces: readonly QlogTrace[];
    const seenBy = (vantage: 'client' | 'server') =>
      traces.filter(({ vantage_point }) => vantage_point.type === vantage);

    beforeAll(async () => {
      const { id } = measured('before-html');
      expect((await exported('qlog', '--trial', id)).status).toBe(0);
      text = await readFile(file(`${id}.qlog`), 'utf8');
      ({ traces } = qlogFile.parse(JSON.parse(text)));
    });

    it('has every connection as client and as server saw it, in order of time', () => {
      expect(traces.map(({ vantage_point }) => vantage_point.type)).toContain('server');
      for (const { events } of traces) {
        const times = events.map(([time]) => time);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    });

    it('has the promises on their streams, and all bytes of what was adopted', () => {
      const { pushes } = measured('before-html');
      for (const vantage of ['client', 'server'] as const) {
        const received = vantage === 'client' ? 'frame_parsed' : 'frame_created';
        // Connections that carried nothing are traces as well.
        const frames = seenBy(vantage)
          .flatMap(({ events }) => events)
          .flatMap(([, , event, data]) => (event === received && 'frame' in data ? [data] : []));
        expect(
          frames.flatMap(({ stream_id, frame }) =>
            frame.frame_type === 'push_promise' ? [[stream_id, frame.promised_stream_id]] : [],
          ),
        ).toEqual(
          pushes.map(({ associatedStreamId, promisedStreamId }) => [associatedStreamId, promisedStreamId]),
        );
        for (const { promisedStreamId, receivedBytes } of pushes.filter(
          ({ outcome }) => outcome === 'adopted',
        )) {
          const bytes = frames
            .filter(({ stream_id, frame }) => stream_id === promisedStreamId && frame.frame_type === 'data')
            .reduce((sum, { payload_length }) => sum + payload_length, 0);
          expect(bytes).toBe(receivedBytes);
        }
      }
    });

    it('lets every packet be found at the other end by its number, as a sequence diagram does', () => {
      const packets = (vantage: 'client' | 'server', name: string) =>
        seenBy(vantage).flatMap(({ common_fields, events }) =>
          events.flatMap(([, , event, data]) =>
            event === name && 'details' in data
              ? [[`${common_fields.group_id} ${data.header.packet_number}`, data] as const]
              : [],
          ),
        );
      for (const [from, to] of [
        ['client', 'server'],
        ['server', 'client'],
      ] as const) {
        const sent = new Map(packets(from, 'packet_sent'));
        const received = packets(to, 'packet_received');
        expect(received.length).toBeGreaterThan(20);
        for (const [key, data] of received) expect(data).toEqual(sent.get(key));
      }
    });

    it('fills segments with records and records with frames, without a gap, as a packetization diagram does', () => {
      const sum = (lengths: readonly number[]) => lengths.reduce((total, length) => total + length, 0);
      // Nothing is lost on this path: each byte is sent once.
      const spoken = traces.filter(({ events }) => events.some(([, category]) => category === 'http2'));
      expect(spoken.length).toBeGreaterThanOrEqual(2);
      for (const { events } of spoken) {
        for (const names of [
          ['packet_sent', 'record_created', 'frame_created'],
          ['packet_received', 'record_parsed', 'frame_parsed'],
        ]) {
          const data = events.flatMap(([, , event, fields]) => (names.includes(event) ? [fields] : []));
          const records = data.flatMap((fields) =>
            'header' in fields && 'content_type' in fields.header ? [fields.header] : [],
          );
          expect(
            sum(
              records.map((header) => header.header_length + header.payload_length + header.trailer_length),
            ),
          ).toBe(sum(data.flatMap((fields) => ('details' in fields ? [fields.header.payload_length] : []))));
          const application = records.filter(({ content_type }) => content_type === 'application');
          expect(sum(application.map(({ payload_length }) => payload_length))).toBe(
            sum(
              data.flatMap((fields) =>
                'frame' in fields ? [fields.header_length + fields.payload_length] : [],
              ),
            ),
          );
        }
      }
    });

    it.each([
      ['another version', '"qlog_version":"draft-02-wip"', '"qlog_version":"draft-02"'],
      ['a unit that is none', '"time_units":"ms"', '"time_units":"s"'],
      ['another protocol', '"protocol_type":"TCP_HTTP2"', '"protocol_type":"QUIC_HTTP3"'],
      ['an unknown event', '"packet_received"', '"packet_seen"'],
      ['an unknown field', '"sequence_number"', '"sequence":1,"sequence_number"'],
      ['a field left out', '"raw":', '"raws":'],
      ['a stream id in words', '"stream_id":0', '"stream_id":"0"'],
      ['an unknown frame', '"frame_type":"settings"', '"frame_type":"setting"'],
      ['a record of no length', '"payload_length":', '"payload_length":null,"x":'],
    ])('with %s would not be one', (_what, before, after) => {
      expect(text).toContain(before);
      expect(qlogFile.safeParse(JSON.parse(text.replace(before, after))).success).toBe(false);
    });
  });

  it('netlog: what Chromium logged, promises included', async () => {
    const { id, pushes } = measured('before-html');
    expect((await exported('netlog', '--trial', id)).status).toBe(0);
    const { constants, events } = JSON.parse(await readFile(file(`${id}.netlog.json`), 'utf8')) as {
      constants: { logEventTypes: Record<string, number> };
      events: { type: number; params?: { promised_stream_id?: number } }[];
    };
    const promise = constants.logEventTypes['HTTP2_SESSION_RECV_PUSH_PROMISE'];
    expect(
      events.flatMap(({ type, params }) => (type === promise ? [params?.promised_stream_id] : [])),
    ).toEqual(pushes.map(({ promisedStreamId }) => promisedStreamId));
  });

  it('csv, markdown: files, or a text on standard output', async () => {
    expect((await exported('csv')).status).toBe(0);
    expect(await readFile(file('pushes.csv'), 'utf8')).toContain(',unclaimed,');
    const { stdout } = await exported('markdown', '--out', '-');
    expect(stdout).toContain('## fates');
    // Nothing half-written stays.
    expect((await readdir(path.join(folder, 'export'))).filter((name) => name.endsWith('.partial'))).toEqual(
      [],
    );
  });

  it.each([
    [['--format', 'hra'], 'did you mean "har"?'],
    [['--format', 'har', '--trial', '999-no-puhs'], 'unknown trial "999-no-puhs"'],
    [['--format', 'csv', '--trial', '001-no-push'], 'csv is about the whole run'],
    [['--format', 'pcapng', '--out', '-'], 'name a file or folder'],
  ])('%j is answered with what is wrong', async (args, message) => {
    const { status, stderr } = await lab(['export', folder, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('a trial without packets is told, with what to do', async () => {
    const { id } = results.trials.find(({ warmup }) => warmup)!;
    await rm(path.join(folder, 'trials', id, 'packets.json.gz'));
    const { status, stderr } = await exported('pcapng', '--trial', id);
    expect(status).toBe(2);
    expect(stderr).toContain(`the packets of trial ${id} were not kept`);
    expect(stderr).toContain('--packets all');
  });

  it('a damaged trial costs itself only, unless it is the one asked for', async () => {
    const damaged = path.join(out.path, 'damaged');
    await cp(folder, damaged, { recursive: true });
    const { id } = measured('before-html');
    await truncate(path.join(damaged, 'trials', id, 'trace.json.gz'), 100);
    const usual = await lab(['export', damaged, '--format', 'netlog']);
    expect(usual.status).toBe(0);
    expect(usual.stderr).toContain('left out: ');
    expect(usual.stderr).toContain(path.join(id, 'trace.json.gz'));
    expect(usual.stdout.trim().split('\n')).toHaveLength(2);
    const har = await lab(['export', damaged, '--format', 'har', '--out', '-']);
    expect((JSON.parse(har.stdout) as Har).log.pages!.map((page) => page.id)).not.toContain(id);
    const named = await lab(['export', damaged, '--format', 'har', '--trial', id]);
    expect(named.status).toBe(2);
    expect(named.stderr).toContain('trace.json.gz');
  });

  it('a folder that is no result is told', async () => {
    const { status, stderr } = await lab(['export', out.path, '--format', 'har']);
    expect(status).toBe(2);
    expect(stderr).toContain('name a folder that `lab run` wrote');
  });
});

const reason = skipTshark ? ' (skipped: tshark is not installed)' : '';

describe.skipIf(skipTshark)(`tshark on the exported capture${reason}`, () => {
  let capture: string;
  const tshark = async (...args: string[]) =>
    (await execute('tshark', ['-r', capture, ...args])).stdout.trim();
  const fields = (...names: string[]) => ['-T', 'fields', ...names.flatMap((name) => ['-e', name])];

  beforeAll(async () => {
    capture = file('before.pcapng');
    const { status } = await exported('pcapng', '--trial', measured('before-html').id, '--out', capture);
    expect(status).toBe(0);
  });

  it('decrypts it by itself: every PUSH_PROMISE on its stream, with the stream it promises and its path', async () => {
    const { pushes } = measured('before-html');
    expect(pushes.length).toBeGreaterThan(2);
    const rows = await tshark(
      ...['-Y', 'http2.type == 5'],
      ...fields('http2.push_promise.promised_stream_id', 'http2.headers.path'),
    );
    const [ids = '', paths = ''] = rows.split('\n').reduce<[string, string]>(
      (all, row) => {
        const [id = '', name = ''] = row.split('\t');
        return [`${all[0]},${id}`, `${all[1]},${name}`];
      },
      ['', ''],
    );
    expect(ids.split(',').filter(Boolean).map(Number)).toEqual(
      pushes.map(({ promisedStreamId }) => promisedStreamId),
    );
    for (const { url } of pushes) expect(paths.split(',')).toContain(new URL(url).pathname);
    const text = await tshark('-Y', 'http2.type == 5');
    for (const { associatedStreamId, url } of pushes) {
      expect(text).toContain(`PUSH_PROMISE[${associatedStreamId}]: GET ${new URL(url).pathname}`);
    }
  });

  it('at the modelled time: half a round trip after the server wrote it, before the browser knew', async () => {
    const { pushes, timeOriginEpochMs } = await readWaterfall(folder, measured('before-html').id);
    const [first] = (await tshark('-Y', 'http2.type == 5', ...fields('frame.time_epoch'))).split('\n');
    const arrived = Number(first) * 1000 - timeOriginEpochMs!;
    expect(arrived).toBeGreaterThan(pushes[0]!.promised + 29);
    expect(arrived).toBeLessThan(pushes[0]!.promiseReceived! + 1);
  });

  it('finds nothing wrong with the packets: checksums, sequence and acknowledgement numbers', async () => {
    const check = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
    const wrong = 'tcp.checksum.status == 0 || ip.checksum.status == 0 || _ws.malformed';
    expect(await tshark(...check, '-Y', wrong)).toBe('');
    // Nothing is lost on this path, and nothing is missing in the capture.
    expect(await tshark('-Y', 'tcp.analysis.lost_segment || tcp.analysis.retransmission')).toBe('');
    expect(await tshark('-Y', 'tcp.analysis.ack_lost_segment || tcp.analysis.out_of_order')).toBe('');
    expect((await tshark('-Y', 'tcp.flags.syn == 1')).split('\n').length % 2).toBe(0);
  });
});
