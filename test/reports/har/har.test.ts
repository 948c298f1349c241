import { createRequire } from 'node:module';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import type { Entry, Har } from 'har-format';
import { describe, expect, it } from 'vitest';
import type { TrialResult } from '../../../lab/run/results.ts';
import { renderHar } from '../../../reports/har/har.ts';
import type { HarLoad } from '../../../reports/har/load.ts';
import { pushTiming, requestTiming } from '../../../reports/har/timings.ts';
import { sampleReport } from '../sample-results.ts';

const { results, waterfalls } = sampleReport(2);

function loadOf(trial: TrialResult): HarLoad {
  return {
    trial,
    waterfall: waterfalls.get(trial.id)!,
    requests: [],
    messages: new Map(),
    tlsEnds: new Map([[1, 1642]]),
  };
}

function trialOf(strategy: string): TrialResult {
  return results.trials.find((trial) => trial.strategy === strategy && trial.status === 'ok')!;
}

/** HAR 1.2, as the har-schema package has it. */
function harValidator(): ValidateFunction {
  const ajv = new Ajv({ strict: false, formats: fullFormats });
  ajv.addMetaSchema(draft06);
  const schemas = createRequire(import.meta.url)('har-schema') as Readonly<Record<string, AnySchemaObject>>;
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  return ajv.getSchema('har.json#')!;
}

const har = renderHar(
  results,
  results.strategies.map(({ name }) => loadOf(trialOf(name))),
);
const entriesOf = (strategy: string) =>
  har.log.entries.filter(({ pageref }) => pageref === trialOf(strategy).id) as (Entry &
    Record<string, unknown>)[];

describe('HAR', () => {
  it('is valid HAR 1.2', () => {
    const validate = harValidator();
    const parsed = JSON.parse(JSON.stringify(har)) as Har;
    expect(validate(parsed), JSON.stringify(validate.errors)).toBe(true);
    // The schema is one that can say no.
    delete (parsed.log.entries[0] as Partial<Entry>).timings;
    expect(validate(parsed)).toBe(false);
  });

  it('has a page per load and an entry per request and per promise', () => {
    expect(har.log.pages).toHaveLength(5);
    for (const { name } of results.strategies) {
      const { resources, pushes } = waterfalls.get(trialOf(name).id)!;
      const requested = resources.filter(({ deliveredBy }) => deliveredBy !== 'push');
      expect(entriesOf(name), name).toHaveLength(requested.length + pushes.length);
      expect(entriesOf(name).filter((entry) => entry._was_pushed === 1)).toHaveLength(pushes.length);
    }
  });

  it('marks every push with its fate', () => {
    const { pushes } = waterfalls.get(trialOf('after-html').id)!;
    const marks = entriesOf('after-html').flatMap(({ _push }) => (_push === undefined ? [] : [_push]));
    expect(marks).toHaveLength(pushes.length);
    expect(new Set(pushes.map(({ outcome }) => outcome)).size).toBeGreaterThan(2);
    for (const push of pushes) {
      const { promisedStreamId, associatedStreamId, outcome, receivedBytes, wastedBytes } = push;
      expect(marks).toContainEqual(
        expect.objectContaining({
          promisedStreamId,
          associatedStreamId,
          outcome,
          receivedBytes,
          wastedBytes,
        }),
      );
    }
  });

  it('phases are never negative but for "none", and sum to the time of the entry', () => {
    for (const { time, timings, request } of har.log.entries) {
      const { blocked = -1, dns = -1, connect = -1, ssl = -1, send = -1, wait, receive } = timings;
      const parts = [blocked, dns, connect, send, wait, receive];
      expect(
        parts.filter((ms) => ms >= 0).reduce((sum, ms) => sum + ms, 0),
        request.url,
      ).toBeCloseTo(time, 2);
      for (const ms of [...parts, ssl]) expect(ms === -1 || ms >= 0).toBe(true);
      // HAR 1.2: ssl is part of connect.
      expect(ssl).toBeLessThanOrEqual(connect);
    }
  });

  it('the first request of a connection has its set-up: SYN to SYN-ACK 800 ms, TLS to 1642 ms', () => {
    const [page] = entriesOf('no-push');
    // The connection starts at 4 ms, SYN-ACK at 804; the request was wanted at 2.
    expect(page!.timings).toMatchObject({ blocked: 2, connect: 1642 - 4, ssl: 1642 - 804 });
    const others = entriesOf('no-push').slice(1);
    expect(others.every(({ timings }) => timings.connect === -1)).toBe(true);
  });

  it('gives paints and events to the page, hints to their entries, failures to theirs', () => {
    const trial = trialOf('early-hints');
    const page = har.log.pages!.find(({ id }) => id === trial.id)!;
    const { metrics } = waterfalls.get(trial.id)!;
    expect(page.pageTimings).toMatchObject({
      onContentLoad: metrics.domContentLoadedEventEnd,
      onLoad: metrics.loadEventEnd,
      _firstContentfulPaint: metrics.firstContentfulPaint,
    });
    const css = entriesOf('early-hints').find(({ request }) => request.url.endsWith('bootstrap.min.css'))!;
    expect(css).toMatchObject({ _hint: { how: 'early-hints', used: true }, _priority: 'VeryHigh' });
    expect(css._initiator).toMatchObject({ type: 'early-hint' });
    const outside = entriesOf('early-hints').find(({ request }) => request.url.includes('fontawesome'))!;
    expect(outside.response).toMatchObject({ status: 0, _error: 'net::ERR_NAME_NOT_RESOLVED' });
  });

  it('takes sizes before compression from the site, for what arrived whole', () => {
    const css = entriesOf('no-push').find(({ request }) => request.url.endsWith('clean-blog.css'))!;
    // 3,204 B as sent, four times that before.
    expect(css.response).toMatchObject({ bodySize: 3204, content: { size: 12_816, compression: 9612 } });
  });
});

describe('HAR of a journey', () => {
  it('has each page of a trial, and every entry belongs to its own', () => {
    const trial = trialOf('no-push');
    const pages = [1, 2].map((pageNumber) => ({ ...loadOf(trial), pageNumber }));
    const { log } = renderHar(results, pages);
    expect(log.pages!.map(({ id }) => id)).toEqual([`${trial.id}.page-1`, `${trial.id}.page-2`]);
    const { length } = waterfalls.get(trial.id)!.resources;
    for (const { id } of log.pages!) {
      expect(log.entries.filter(({ pageref }) => pageref === id)).toHaveLength(length);
    }
  });
});

describe('phases', () => {
  const row = {
    ...waterfalls.get(trialOf('no-push').id)!.resources[1]!,
    startTime: 100,
    requestStart: 103,
    responseStart: 500,
    responseEnd: 620,
  };

  it('a request on an open connection: blocked, wait, receive', () => {
    expect(requestTiming(row, undefined)).toEqual({
      startTime: 100,
      time: 520,
      timings: { blocked: 3, dns: -1, connect: -1, ssl: -1, send: 0, wait: 397, receive: 120 },
    });
  });

  it('witnesses that disagree never make a phase negative', () => {
    const { timings, time } = requestTiming({ ...row, responseStart: 102 }, undefined);
    expect(timings).toMatchObject({ blocked: 3, wait: 0, receive: 517 });
    expect(time).toBe(520);
  });

  it('a push lasts from its promise to its last byte, whenever it was adopted', () => {
    const push = { ...waterfalls.get(trialOf('after-html').id)!.pushes[0]! };
    const timing = pushTiming({
      ...push,
      promiseReceived: 1000,
      responseStart: 1010,
      responseEnd: 1500,
      adopted: 2000,
    });
    expect(timing).toMatchObject({ startTime: 1000, time: 500, timings: { wait: 10, receive: 490 } });
  });
});
