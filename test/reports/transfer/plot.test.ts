import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { simulateTransfer } from '../../../lab/transfer/simulate-transfer.ts';
import type { TransferOrder } from '../../../lab/transfer/transfer.ts';
import { DRAWN_FLOWS, plotData, type PlotData } from '../../../reports/transfer/plot-data.ts';
import { renderTransferPlot } from '../../../reports/transfer/plot.ts';
import { valueAt } from '../../../reports/transfer/value-at.ts';
import { network, order } from '../../transfer/support.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';

const client = 'console.log("</script>");';
const render = (ordered: TransferOrder): string =>
  renderTransferPlot({ order: ordered, record: simulateTransfer(ordered), clock: 'virtual', client });

describe('renderTransferPlot', () => {
  const two = order({ flows: 2, gapMs: 300 });
  const html = render(two);
  const page = elements(html);

  it('is a pure function', () => expect(render(two)).toBe(html));

  it('asks for nothing and allows only its own script and style by hash', () => {
    const references = page.flatMap((element) =>
      ['src', 'href'].flatMap((name) => attribute(element, name) ?? []),
    );
    expect(references).toEqual(['data:,']);
    const policy = page.map((element) => attribute(element, 'content') ?? '').join();
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const scripts = page.filter(({ tagName }) => tagName === 'script');
    expect(policy).toContain(`script-src ${hash(textOf(scripts[1]))}`);
    expect(policy).toContain(`style-src ${hash(textOf(page.find(({ tagName }) => tagName === 'style')))}`);
    expect(page.some((element) => attribute(element, 'style') !== undefined)).toBe(false);
  });

  it('says the conditions and the milestones in numbers, without a script', () => {
    const text = textOf(page.find(({ tagName }) => tagName === 'main')).replace(/[\u00a0\u202f]/g, ' ');
    for (const fact of [
      '100 ms',
      '1.6 Mbit/s down',
      '65.5 kB',
      '10 segments',
      'cubic',
      'Virtual clock',
      '101 ms',
    ]) {
      expect(text).toContain(fact);
    }
    expect(page.filter(({ tagName }) => tagName === 'canvas')).toHaveLength(3);
  });

  it('has unique ids, and no number that is none', () => {
    const ids = page.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('carries what it draws', () => {
    const json = textOf(page.find((element) => attribute(element, 'id') === 'transfer'));
    expect(JSON.parse(json)).toEqual(plotData(two, simulateTransfer(two)));
  });

  it('draws as many flows as can be told apart, and says so', () => {
    const many = render(order({ flows: 9, bytes: 5_000 }));
    expect(many).toContain(`The first ${DRAWN_FLOWS} of 9 flows are drawn`);
  });

  it('says what was given up, also where nothing arrived', () => {
    const lost = { ...network().downlink, lossRate: 0.999 };
    const html = render(order({ network: network({ downlink: lost }) }));
    expect(html).toContain('not all of it was delivered');
    expect(html).toContain('Given up');
    expect(html.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('plotData', () => {
  it('stays small however long the transfer, and ends with all bytes', () => {
    const long = order({ bytes: 5_000_000 });
    const data: PlotData = plotData(long, simulateTransfer(long));
    expect(JSON.stringify(data).length).toBeLessThan(500_000);
    expect(data.flows[0]!.deliveredBytes.at(-1)![1]).toBe(5_000_000);
  });

  it('puts every flow on one time axis', () => {
    const gapped = order({ flows: 2, gapMs: 300 });
    const { flows } = plotData(gapped, simulateTransfer(gapped));
    // Nothing arrives within two round trips of its connect().
    expect(flows[1]!.deliveredBytes[0]).toEqual([300, 0]);
    expect(flows[1]!.deliveredBytes[1]![0]).toBeGreaterThan(500);
  });
});

describe('valueAt', () => {
  it('is the value of the last step', () => {
    const steps = [
      [10, 1],
      [20, 2],
    ] as const;
    expect([0, 10, 19.9, 20, 99].map((timeMs) => valueAt(steps, timeMs))).toEqual([undefined, 1, 1, 2, 2]);
  });
});
