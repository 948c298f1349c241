import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { resultsSchema, type TrialResult } from '../../lab/run/results.ts';
import { summarise } from '../../lab/run/summarise.ts';
import type { PushLife, ResourceTimeline, Waterfall } from '../../lab/trace/waterfall.ts';
import { ORIGIN } from './sample-page.ts';
import { sampleReport, type SampleReport } from './sample-results.ts';

/** A run of a page of many files, every one of them pushed where the strategy pushes: the same every time. */
export function largeReport({ resources, trials }: { resources: number; trials: number }): SampleReport {
  const { results: base, waterfalls: small } = sampleReport(1);
  const templates = base.trials.filter(({ warmup }) => warmup);
  const large = templates.map(({ id, strategy }) => ({
    strategy,
    waterfall: enlarge(small.get(id)!, resources),
  }));
  const waterfalls = new Map<string, Waterfall>();
  const all = Array.from({ length: trials }, (_, number): TrialResult => {
    const index = number % templates.length;
    const [template, { waterfall }] = [templates[index]!, large[index]!];
    const id = `t-${String(number + 1).padStart(4, '0')}-${template.strategy}`;
    waterfalls.set(id, waterfall);
    const slack = (number * 7919) % 263;
    return {
      ...template,
      id,
      block: Math.floor(number / templates.length) + 1,
      warmup: false,
      metrics: Object.fromEntries(
        Object.entries(template.metrics).map(([name, value]) => [name, value > 1 ? value + slack : value]),
      ),
      pushes: waterfall.pushes.map((push) => ({
        url: push.url,
        promisedStreamId: push.promisedStreamId,
        associatedStreamId: push.associatedStreamId,
        outcome: push.outcome,
        receivedBytes: push.receivedBytes,
        wastedBytes: push.wastedBytes,
        duplicate: push.duplicate,
      })),
      duplicates: waterfall.pushes.filter(({ duplicate }) => duplicate).map((push) => push.path),
      disagreements: [`browser counts ${resources} requests, server ${resources - (number % 40)}`],
    };
  });
  const paths = Array.from({ length: resources }, (_, index) => pathOf(index));
  const strategies = base.strategies.map((strategy) => ({
    ...strategy,
    ...(strategy.paths.length > 0 && { what: paths, paths }),
  }));
  const question = { ...base, strategies, thinkMs: base.scenario.thinkMs, trials: all };
  const results = resultsSchema.parse({
    ...base,
    strategies,
    runs: Math.ceil(trials / templates.length),
    trials: all,
    site: {
      ...base.site,
      resources: paths.map((name, index) => ({ ...base.site.resources[1 + (index % 8)]!, path: name })),
    },
    ...summarise(question),
  });
  return { results, waterfalls };
}

/** As `lab run` leaves it: results.json, and a waterfall.json per trial. */
export function writeResultFolder(folder: string, { results, waterfalls }: SampleReport): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'results.json'), JSON.stringify(results, null, 2));
  const texts = new Map([...new Set(waterfalls.values())].map((one) => [one, JSON.stringify(one)]));
  for (const [id, waterfall] of waterfalls) {
    mkdirSync(path.join(folder, 'trials', id), { recursive: true });
    writeFileSync(path.join(folder, 'trials', id, 'waterfall.json'), texts.get(waterfall)!);
  }
}

function enlarge(waterfall: Waterfall, count: number): Waterfall {
  const own = waterfall.resources.filter(({ external }) => !external);
  const pushed = own.filter(({ deliveredBy }) => deliveredBy === 'push');
  const added = Array.from({ length: Math.max(0, count - own.length) }, (_, index) => {
    const from = pushed.length > 0 ? pushed[index % pushed.length]! : own[1 + (index % (own.length - 1))]!;
    const name = pathOf(index);
    const at = (time: number) => time + (index * 9000) / count;
    const resource: ResourceTimeline = {
      ...from,
      url: ORIGIN + name,
      path: name,
      streamId: 1001 + index,
      renderBlocking: index % 50 === 0,
      startTime: at(from.startTime),
      requestStart: from.requestStart && at(from.requestStart),
      responseStart: from.responseStart && at(from.responseStart),
      responseEnd: from.responseEnd && at(from.responseEnd),
      arrivals: from.arrivals.map(([time, bytes]) => [at(time), bytes]),
    };
    return { resource, from };
  });
  const pushes = added.flatMap(({ resource, from }): PushLife[] => {
    const push = waterfall.pushes.find(({ url }) => url === from.url);
    return push && from.deliveredBy === 'push'
      ? [{ ...push, url: resource.url, path: resource.path, promisedStreamId: resource.streamId ?? 0 }]
      : [];
  });
  return {
    ...waterfall,
    resources: [...waterfall.resources, ...added.map(({ resource }) => resource)].sort(
      (left, right) => left.startTime - right.startTime,
    ),
    pushes: [...waterfall.pushes, ...pushes],
  };
}

function pathOf(index: number): string {
  return `/assets/app/components/section-${index % 37}/chunk-${index}.4f1d9c2b.js`;
}
