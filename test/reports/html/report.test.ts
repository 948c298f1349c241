import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsSchema, type Results } from '../../../lab/run/results.ts';
import { loadReportClient } from '../../../reports/html/assets.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { sampleReport, type SampleReport } from '../sample-results.ts';

const sample = sampleReport();
const client = 'console.log("</script>");';
const render = (report: SampleReport): string => renderHtmlReport({ ...report, client });
const change = (edit: (results: Results) => void, report: SampleReport = sample): SampleReport => {
  const results = structuredClone(report.results);
  edit(results);
  return { ...report, results: resultsSchema.parse(results) };
};

describe('renderHtmlReport', () => {
  const html = render(sample);
  const page = elements(html);

  it('is a pure function', () => expect(render(sample)).toBe(html));

  it('says of a network what is more than a rate and a queue in bytes', () => {
    const rich = change(({ network }) => {
      Object.assign(network.downlink, {
        queue: { discipline: 'codel', limit: { packets: 1000 }, targetMs: 5, intervalMs: 100 },
        gilbertElliott: { p: 0.01, r: 0.25, badLossRate: 1, goodLossRate: 0 },
        lossRate: 0.0385,
        jitterMs: 5,
        trace: { name: './<a>.trace', opportunities: 100, periodMs: 20_000 },
      });
      Object.assign(network, {
        changes: [{ atMs: 5000, uplinkBps: 100_000 }],
        background: [{ direction: 'downlink', flows: 2, startMs: 0 }],
        extraRttMs: { 'cdn.example': 40 },
      });
    });
    const conditions = elements(render(rich)).find((element) => attribute(element, 'id') === 'conditions')!;
    const text = textOf(conditions).replaceAll(/\s/g, ' ');
    for (const part of [
      'CoDel',
      'target 5 ms, interval 100 ms, at most 1000 packets',
      'in bursts of 4',
      'mean of the trace ./<a>.trace',
      'Jitter',
      'after 5 s: up 100 kbit/s',
      '2 endless downloads from 0 ms',
      'cdn.example',
    ])
      expect(text).toContain(part);
  });

  it('asks for nothing from anywhere', () => {
    const references = page.flatMap((element) =>
      ['src', 'href', 'srcset', 'action', 'data', 'poster'].flatMap((name) => attribute(element, name) ?? []),
    );
    expect(
      references.filter((reference) => !/^#|^data:,$|^results\.json$|^trials\//.test(reference)),
    ).toEqual([]);
    expect(html).not.toMatch(/@import|url\((?!['"]?#)/);
  });

  it('allows only its own script and style by hash', () => {
    const policy = page
      .flatMap((element) => (attribute(element, 'http-equiv') ? (attribute(element, 'content') ?? []) : []))
      .join();
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = page.filter(({ tagName }) => tagName === 'script');
    expect(scripts.map((script) => attribute(script, 'type'))).toEqual([
      'application/json',
      'application/json',
      undefined,
    ]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hash(textOf(scripts[2]))}`);
    expect(policy).toContain(`style-src ${hash(textOf(page.find(({ tagName }) => tagName === 'style')))}`);
    expect(page.some((element) => attribute(element, 'style') !== undefined)).toBe(false);
  });

  it('carries the result document', () => {
    const json = page.find((element) => attribute(element, 'id') === 'results');
    expect(resultsSchema.parse(JSON.parse(textOf(json)))).toEqual(sample.results);
  });

  it('says the conditions in numbers', () => {
    const text = textOf(page.find((element) => attribute(element, 'id') === 'conditions')).replace(
      /[\u00a0\u202f]/g,
      ' ',
    );
    for (const fact of [
      '800 ms',
      '280 kbit/s',
      '256 kbit/s',
      '64.0 kB',
      '1 829 ms when full',
      '28.0 kB',
      '10 segments',
      '14 480 B',
      'CUBIC',
      'sitespeed.io',
      '600 ms',
      '106.0.5249.61',
      '20260301',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('says how good the machine was, in numbers and a word', () => {
    const text = textOf(page.find((element) => attribute(element, 'id') === 'conditions'));
    expect(text).toContain('Check of the machine');
    expect(text).toContain('306.28\u00a0ms');
    expect(text).toContain('fair, −2 %');
    const old = change((results) => delete results.calibration);
    expect(render(old)).not.toContain('Check of the machine');
  });

  it('counts disturbed loads per strategy, so that a bias shows, and says what became of them', () => {
    const text = textOf(page.find((element) => attribute(element, 'id') === 'evidence'));
    expect(text).toMatch(/before-html 1 of 9 loads/);
    expect(text).toMatch(/no-push 0 of 8 loads/);
    expect(text).toMatch(/no: disturbed, repeated as t-\d{4}-before-html\.2/);
    const calm = change((results) => {
      results.trials = results.trials.filter(({ status }) => status !== 'disturbed');
    });
    expect(render(calm)).toContain('in no measured trial has the emulator acted');
  });

  it('has the waterfall of every median trial, all resources in it', () => {
    const articles = page.filter((element) => attribute(element, 'class') === 'waterfall');
    expect(articles).toHaveLength(5);
    for (const article of articles) expect(textOf(article)).toContain('night-train.jpg');
  });

  it('has unique ids, and labels that exist', () => {
    const ids = page.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const name of ['aria-labelledby', 'aria-controls']) {
      for (const id of page.flatMap((element) => attribute(element, name) ?? [])) expect(ids).toContain(id);
    }
    const anchors = page
      .flatMap((element) => attribute(element, 'href') ?? [])
      .filter((href) => href.startsWith('#'));
    for (const anchor of anchors) expect(ids).toContain(anchor.slice(1));
  });

  it('heads every table column', () => {
    const heads = page.filter(({ tagName }) => tagName === 'th');
    expect(heads.every((head) => attribute(head, 'scope') !== undefined)).toBe(true);
  });

  it('has no number that is none', () =>
    expect(html.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|Infinity|undefined/));
});

describe('results that are not what one hopes for', () => {
  it('says unmistakably that a result is partial', () => {
    expect(render(change((results) => void (results.partial = true)))).toContain('Partial result');
    expect(render(sample)).not.toContain('Partial result');
  });

  it('renders one trial of one strategy', () => {
    const one = change((results) => {
      results.strategies = results.strategies.slice(0, 1);
      results.trials = results.trials.filter((trial) => trial.id === results.medianTrials['no-push']);
      results.summaries = results.summaries.filter((summary) => summary.strategy === 'no-push');
    });
    expect(render(one)).not.toMatch(/NaN|Infinity/);
  });

  it('renders a run in which nothing worked', () => {
    const html = render({
      ...change((results) => {
        results.trials.forEach((trial) =>
          Object.assign(trial, { status: 'failed', failure: 'no route', metrics: {} }),
        );
        Object.assign(results, { summaries: [], medianTrials: {} });
      }),
      waterfalls: new Map(),
    });
    expect(html).toContain('No trial produced a metric.');
    expect(html).toContain('No waterfall');
    expect(html).toContain('no route');
  });

  it('leaves out metrics that no trial has, and says so', () => {
    const html = render(
      change((results) => {
        results.summaries = results.summaries.filter(({ metric }) => metric !== 'largestContentfulPaint');
        results.trials.forEach((trial) => delete trial.metrics.largestContentfulPaint);
      }),
    );
    expect(html).toContain('Not measured in any trial: Largest contentful paint');
  });

  it('survives strategies named like parts of an object', () => {
    const html = render(
      change((results) => results.strategies.push({ ...results.strategies[0]!, name: 'constructor' })),
    );
    expect(html).toContain('No waterfall');
  });

  it('stays below five megabytes with 150 resources and 30 blocks', () => {
    const large = sampleReport(30);
    const waterfalls = new Map(
      [...large.waterfalls].map(([id, waterfall]) => {
        const many = Array.from({ length: 140 }, (_, index) =>
          waterfall.resources.slice(1, 2).map((resource) => ({ ...resource, path: `/chunk/${index}.js` })),
        );
        return [id, { ...waterfall, resources: [...waterfall.resources, ...many.flat()] }];
      }),
    );
    expect(renderHtmlReport({ ...large, waterfalls, client: 'x'.repeat(200_000) }).length).toBeLessThan(5e6);
  }, 60_000);
});

describe('loadReportClient', () => {
  it('says how to build a client that is missing', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'lab-'));
    expect(() => loadReportClient(root)).toThrow(
      expect.objectContaining({ nextStep: 'npm run build', exitCode: 3 }),
    );
  });
});
