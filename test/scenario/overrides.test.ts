import { describe, expect, it } from 'vitest';
import { InputError } from '../../lab/errors.ts';
import { parseScenario } from '../../lab/scenario/load-scenario.ts';
import { applyOverrides, type Overrides } from '../../lab/scenario/overrides.ts';

const scenario = parseScenario(
  'site: clean-blog\nnetwork: 3g\nstrategies: [no-push, { name: mine, how: push }]\nruns: 20\n',
  'x.yaml',
);

describe('applyOverrides', () => {
  it('changes nothing without options', () => {
    expect(applyOverrides(scenario, {})).toEqual(scenario);
  });

  it('takes numbers as typed', () => {
    expect(applyOverrides(scenario, { runs: '3', seed: ' 7 ' })).toMatchObject({ runs: 3, seed: 7 });
    expect(applyOverrides(scenario, { runs: 4, seed: 0 })).toMatchObject({ runs: 4, seed: 0 });
  });

  it('films, or does not, whatever the scenario says', () => {
    const many = { ...scenario, filmRuns: 5 };
    expect(applyOverrides(many, { film: false }).filmRuns).toBe(0);
    expect(applyOverrides(many, { film: true }).filmRuns).toBe(5);
    expect(applyOverrides({ ...scenario, filmRuns: 0 }, { film: true }).filmRuns).toBe(1);
  });

  it('makes no film for a quick look of one run, unless it is asked to', () => {
    const many = { ...scenario, filmRuns: 5 };
    expect(applyOverrides(many, { runs: '1' }).filmRuns).toBe(0);
    expect(applyOverrides(many, { runs: '1', film: true }).filmRuns).toBe(5);
    expect(applyOverrides(many, { runs: '2' }).filmRuns).toBe(5);
    expect(applyOverrides({ ...many, runs: 1 }, {}).filmRuns).toBe(5);
  });

  it('chooses among the strategies of the scenario and the presets, and keeps a baseline', () => {
    const chosen = applyOverrides(scenario, { strategies: 'preload-header, mine' });
    expect(chosen.strategies.map(({ name }) => name)).toEqual(['preload', 'mine']);
    expect(chosen.baseline).toBe('preload');
    expect(applyOverrides(scenario, { strategies: 'mine,no-push' }).baseline).toBe('no-push');
  });

  it('takes a preset, or changes single numbers', () => {
    expect(applyOverrides(scenario, { network: 'cable' }).network).toMatchObject({
      name: 'cable',
      baseRttMs: 28,
    });
    const { network } = applyOverrides(scenario, {
      network: 'rtt=100ms, down=5mbit/s,queue=64KiB,initialCwnd=32,loss=1%',
    });
    expect(network).toMatchObject({
      name: 'custom',
      baseRttMs: 100,
      downlink: { bandwidthBps: 5_000_000, queueLimitBytes: 65_536, lossRate: 0.01 },
      uplink: { bandwidthBps: 768_000 },
      initialWindowSegments: 32,
    });
    expect(applyOverrides(scenario, { network: 'preset=cable,rtt=100ms' }).network.uplink.bandwidthBps).toBe(
      1_000_000,
    );
  });

  it('switches pacing and the limit of unsent bytes on and off', () => {
    const on = applyOverrides(scenario, { network: 'pacing=true,notSentLowat=16KiB' });
    expect(on.network).toMatchObject({ name: 'custom', pacing: true, notSentLowatBytes: 16_384 });
    const off = applyOverrides(on, { network: 'pacing=false,notSentLowat=off' }).network;
    expect(off.pacing).toBe(false);
    expect(off.notSentLowatBytes).toBeUndefined();
  });

  it.each<[Overrides, string]>([
    [{ network: 'pacing=yes' }, '--network: pacing: found "yes"; expected true or false'],
    [{ network: 'notSentLowat=1B' }, '--network: notSentLowat: found "1B"; allowed: 1448 B to 1 GB'],
    [{ runs: '0' }, '--runs: found "0"; expected a whole number from 1 to 1000'],
    [{ runs: '1.5' }, '--runs: found "1.5"'],
    [{ runs: '1e3' }, '--runs: found "1e3"'],
    [{ runs: NaN }, '--runs: found NaN'],
    [{ seed: '-1' }, '--seed: found "-1"; expected a whole number from 0 to 4294967295'],
    [
      { strategies: 'no-psuh' },
      '--strategies: unknown strategy "no-psuh" (did you mean "no-push"?); allowed: no-push, mine,',
    ],
    [{ strategies: 'mine,,mine' }, '--strategies: an empty name'],
    [{ strategies: 'mine,mine' }, '--strategies: mine is there twice'],
    [{ strategies: '' }, '--strategies: an empty name'],
    [{ network: '3gfst' }, '--network: unknown preset "3gfst" (did you mean "3gfast"?)'],
    [{ network: 'rtt=100' }, '--network: rtt: found "100"; a duration needs a unit'],
    [{ network: 'rtt=' }, '--network: found "rtt="; expected key=value'],
    [{ network: 'rtt=1ms,rtt=2ms' }, '--network: rtt is there twice'],
    [{ network: 'rt=1ms' }, '--network: rt: unknown key (did you mean "rtt"?)'],
    [{ network: '__proto__=1' }, '--network: __proto__: unknown key'],
    [{ network: '' }, '--network: unknown preset ""'],
  ])('refuses %o', (overrides, message) => {
    const attempt = () => applyOverrides(scenario, overrides);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});
