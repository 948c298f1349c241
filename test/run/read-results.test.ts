import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnvironmentError, InputError } from '../../lab/errors.ts';
import { readStoredRun } from '../../lab/run/read-results.ts';
import { ResultFolder } from '../../lab/run/result-folder.ts';
import { parseWaterfall } from '../../lab/run/waterfall-schema.ts';
import { sampleReport } from '../reports/sample-results.ts';

const { results, waterfalls } = sampleReport();
const [trial] = Object.values(results.medianTrials);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-read-'));
  await writeFile(path.join(folder, 'results.json'), JSON.stringify(results));
  for (const [id, waterfall] of waterfalls) {
    await mkdir(path.join(folder, 'trials', id), { recursive: true });
    await writeFile(path.join(folder, 'trials', id, 'waterfall.json'), JSON.stringify(waterfall));
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('readStoredRun', () => {
  it('reads back what a report is made from', async () => {
    const stored = await readStoredRun(folder);
    expect(stored.results.warnings).toEqual(results.warnings);
    expect([...stored.waterfalls.keys()].sort()).toEqual(
      [...new Set(Object.values(results.medianTrials))].sort(),
    );
  });

  it.each(['', '{"resources": [', 'null', '{}', '[]', '{"url": "x", "resources": 3}'])(
    'warns of a damaged waterfall and goes on without it: %s',
    async (text) => {
      const file = path.join(folder, 'trials', trial!, 'waterfall.json');
      const whole = await readFile(file);
      await writeFile(file, text);
      const stored = await readStoredRun(folder);
      await writeFile(file, whole);
      expect(stored.waterfalls.has(trial!)).toBe(false);
      expect(stored.results.warnings.at(-1)).toContain(`the waterfall of trial ${trial} cannot be read`);
    },
  );

  it.each([
    ['resources.0.deliveredBy', { href: '/' }],
    ['resources.0.arrivals', [[1, 'x']]],
    ['lanes.downlinkQueueBytes', [[0, 1, 2]]],
    ['timeOriginEpochMs', 1e300],
    ['url', '/'],
    ['connections.0.id', -1],
    ['metrics.firstContentfulPaint', '<b>1</b>'],
  ])('says which part of a waterfall is not what it should be: %s', (keys, value) => {
    const waterfall: unknown = structuredClone(waterfalls.get(trial!));
    expect(parseWaterfall(waterfall)).toBe(waterfall);
    const names = keys.split('.');
    let parent = waterfall as Record<string, unknown>;
    for (const name of names.slice(0, -1)) parent = parent[name] as Record<string, unknown>;
    parent[names.at(-1)!] = value;
    expect(() => parseWaterfall(waterfall)).toThrow(new RegExp(`^${keys}: `));
  });

  it.each(['', '{"schemaVersion": 1, ', 'null', '{"schemaVersion": 2}'])(
    'refuses a damaged results.json: %s',
    async (text) => {
      const broken = path.join(folder, 'broken');
      await mkdir(broken, { recursive: true });
      await writeFile(path.join(broken, 'results.json'), text);
      await expect(readStoredRun(broken)).rejects.toThrow(InputError);
    },
  );
});

describe('ResultFolder', () => {
  it('says what keeps it from writing, and what to do', async () => {
    await mkdir(path.join(folder, 'taken', 'report.html'), { recursive: true });
    const error = await new ResultFolder(path.join(folder, 'taken'))
      .writeReport('x')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining('EISDIR') as string });
    expect((error as EnvironmentError).nextStep).toContain('disk full');
    expect((error as EnvironmentError).message).not.toContain('.partial');
    expect(await readdir(path.join(folder, 'taken'))).toEqual(['report.html']);
  });
});
