import { resultsSchema } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import type { SampleReport } from './sample-results.ts';

/** Ends a script, a comment, an attribute, a tag; opens others; breaks JSON taken for JavaScript. */
export const PAYLOAD = `</script></style></title></textarea>--><script>alert(1)</script><img src=x onerror=alert(1)>"' onmouseover="alert(1)" style='x' <!--<script>\u2028\u2029\0 javascript:alert(1) \u202e`;

// What the schema fixes cannot be hostile; ids and names must stay distinct.
const FIXED = new Set([
  ...[
    'status',
    'metric',
    'outcome',
    'how',
    'when',
    'gate',
    'primaryMetric',
    'verdict',
    'congestionControl',
    'cache',
    'protocol',
    'connection',
    'promisedTo',
    'takenBy',
    'unit',
    'scheduling',
    'file',
    'sha256',
  ],
  ...[
    'contentEncoding',
    'what',
    'startedAt',
    'finishedAt',
    'sendBufferBytes',
    'deliveredBy',
    'type',
    'initiator',
  ],
  ...[
    'direction',
    'cause',
    'name',
    'id',
    'strategy',
    'baseline',
    'medianTrials',
    'medianFilms',
    'trial',
    'winner',
  ],
]);

/** Adds the payload to every string that can hold it. Names and ids of trials get it too, as a suffix. */
function poison(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (['strategy', 'baseline', 'name', 'id', 'trial', 'winner'].includes(key)) return value + PAYLOAD;
    return FIXED.has(key) ? value : PAYLOAD + value;
  }
  if (Array.isArray(value)) return value.map((item) => poison(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) =>
      key === 'medianTrials' || key === 'medianFilms'
        ? [name + PAYLOAD, String(item) + PAYLOAD]
        : [name, poison(item, name)],
    ),
  );
}

/** The report with hostile text wherever it can be, and with one URL of 5 000 characters. */
export function hostileReport({ results, waterfalls }: SampleReport): SampleReport {
  return {
    results: resultsSchema.parse(poison(results)),
    waterfalls: new Map(
      [...waterfalls].map(([id, waterfall]) => [id + PAYLOAD, poison(withLongUrl(waterfall)) as Waterfall]),
    ),
  };
}

function withLongUrl(waterfall: Waterfall): Waterfall {
  const long = `/${'long/'.repeat(1000)}`;
  return {
    ...waterfall,
    resources: waterfall.resources.map((resource, index) =>
      index === 3
        ? { ...resource, url: `${resource.url}${long}`, path: `${resource.path}${long}` }
        : resource,
    ),
  };
}
