import { describe, expect, it } from 'vitest';
import { GilbertElliottLoss, stationaryLossRate } from '../../lab/network/loss/gilbert-elliott-loss.ts';
import { BernoulliLoss } from '../../lab/network/loss/bernoulli-loss.ts';
import type { LossProcess } from '../../lab/network/loss/loss-process.ts';
import { createRandom } from '../../lab/network/random.ts';
import { expectWithin3Sigma, numbersOf, testLink } from './support.ts';

const N = 200_000;

function draw(process: LossProcess): { rate: number; bursts: number[] } {
  const bursts: number[] = [];
  let lost = 0;
  let run = 0;
  for (let n = 0; n < N; n++) {
    if (process.next()) {
      lost++;
      run++;
    } else if (run > 0) {
      bursts.push(run);
      run = 0;
    }
  }
  return { rate: lost / N, bursts };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Bernoulli loss', () => {
  it('loses its share: σ = √(q(1−q)/N)', () => {
    const q = 0.03;
    expectWithin3Sigma(draw(new BernoulliLoss(q, createRandom(1))).rate, q, Math.sqrt((q * (1 - q)) / N));
  });

  it('draws nothing where nothing is lost', () => {
    const loss = new BernoulliLoss(0, () => {
      throw new Error('drawn');
    });
    expect(loss.next()).toBe(false);
  });
});

describe('Gilbert-Elliott loss', () => {
  it('loses p/(p+r) of all packets in bursts of 1/r where the bad state loses all', () => {
    const chain = { p: 0.02, r: 0.25, badLossRate: 1, goodLossRate: 0 };
    const bad = 0.02 / 0.27;
    expect(stationaryLossRate(chain)).toBeCloseTo(bad, 12);
    const { rate, bursts } = draw(new GilbertElliottLoss(chain, createRandom(2)));
    // Neighbours are correlated by λ = 1 − p − r, which widens the variance of the mean by (1+λ)/(1−λ).
    const lambda = 1 - 0.02 - 0.25;
    expectWithin3Sigma(rate, bad, Math.sqrt(((bad * (1 - bad)) / N) * ((1 + lambda) / (1 - lambda))));
    // Geometric: mean 1/r = 4, standard deviation √(1−r)/r.
    expectWithin3Sigma(mean(bursts), 4, Math.sqrt(1 - 0.25) / 0.25 / Math.sqrt(bursts.length));
  });

  it('loses (p·(1−h) + r·(1−k)) / (p+r) in general', () => {
    const chain = { p: 0.01, r: 0.1, badLossRate: 0.4, goodLossRate: 0.005 };
    // (0.01 × 0.4 + 0.1 × 0.005) / 0.11 = 0.0409
    const expected = 0.0045 / 0.11;
    expect(stationaryLossRate(chain)).toBeCloseTo(expected, 12);
    const bad = 0.01 / 0.11;
    const lambda = 1 - 0.11;
    // Bernoulli within the states, and the states themselves: (0.4 − 0.005)² of their variance.
    const within = bad * 0.4 * 0.6 + (1 - bad) * 0.005 * 0.995;
    const between = 0.395 ** 2 * bad * (1 - bad) * ((1 + lambda) / (1 - lambda));
    expectWithin3Sigma(
      draw(new GilbertElliottLoss(chain, createRandom(3))).rate,
      expected,
      Math.sqrt((within + between) / N),
    );
  });

  it('stays good where nothing leads out of it', () => {
    expect(stationaryLossRate({ p: 0, r: 1, badLossRate: 1, goodLossRate: 0 })).toBe(0);
  });
});

describe('forced losses', () => {
  it('take packets with payload by the number of their arrival at the queue, dropped ones counted', () => {
    const { simulation, send, dropped, delivered } = testLink({
      queueLimitBytes: 4500,
      forcedLosses: [1, 3, 4],
    });
    send(1500); // 0
    send(52); // carries nothing
    send(1500); // 1
    send(1500); // 2: does not fit
    send(1400); // 3: fits
    simulation.run();
    send(1500); // 4
    simulation.run();
    expect(dropped.map(({ packet, cause }) => [packet.number, cause])).toEqual([
      [3, 'queue'],
      [2, 'link'],
      [4, 'link'],
      [5, 'link'],
    ]);
    expect(numbersOf(delivered)).toEqual([0, 1]);
  });

  it('vanish behind the queue: they take their time on the link', () => {
    const { simulation, send, delivered } = testLink({ forcedLosses: [0] });
    send();
    send();
    simulation.run();
    expect(delivered.map(({ atMs }) => atMs)).toEqual([20]);
  });
});
