import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../../lab/run/results.ts';
import { csv } from '../../../reports/csv/csv.ts';
import { metricsCsv, pushesCsv } from '../../../reports/csv/tables.ts';
import { sampleReport } from '../sample-results.ts';

const { results } = sampleReport(4);
const lines = (text: string) => text.split('\r\n').slice(0, -1);

describe('csv', () => {
  it('quotes what RFC 4180 asks for, ends every line with CRLF, leaves a missing value empty', () => {
    const rows = [
      { a: 'say "hi", twice', b: undefined },
      { a: 'two\nlines', b: 1.5 },
    ];
    expect(csv(['a', 'b'], rows)).toBe('a,b\r\n"say ""hi"", twice",\r\n"two\nlines",1.5\r\n');
  });
});

describe('metrics.csv', () => {
  const [head, ...rows] = lines(metricsCsv(results));

  it('has a line per trial and metric', () => {
    expect(head).toBe('scenario,run,trial,strategy,block,warmup,status,metric,value,unit');
    // Bytes, counts, queue, lateness, duration.
    const others = 9;
    expect(rows).toHaveLength(results.trials.length * (METRIC_NAMES.length + others));
  });

  it('keeps the number as measured, with its unit', () => {
    const trial = results.trials.find(({ status }) => status === 'ok')!;
    const value = trial.metrics.firstContentfulPaint!;
    expect(rows).toContain(
      `2g-cold,2026-03-01T14:05:11Z,${trial.id},${trial.strategy},0,true,ok,firstContentfulPaint,${value},ms`,
    );
  });

  it('a failed load is there, without values', () => {
    const failed = rows.filter((row) => row.includes(',failed,') && !row.includes(',duration,'));
    expect(failed.length).toBeGreaterThan(0);
    for (const row of failed) if (!row.includes('pacerLateness')) expect(row).toMatch(/,,(ms|B|1)$/);
  });
});

describe('pushes.csv', () => {
  it('has a line per promise', () => {
    const [head, ...rows] = lines(pushesCsv(results));
    expect(head).toContain('promised_stream_id,associated_stream_id,outcome,received_bytes,wasted_bytes');
    expect(rows).toHaveLength(results.trials.flatMap(({ pushes }) => pushes).length);
  });
});
