import { describe, expect, it } from 'vitest';
import { runTrial, type TrialOptions } from '../../lab/run/trial.ts';

describe('runTrial', () => {
  const options = {
    cache: 'cold',
    connection: 'new',
    timeoutMs: 60_000,
    pages: [{ url: 'https://a.test/' }],
  } as unknown as TrialOptions;

  it('is over when its slot is closed, though a browser that goes need not answer', async () => {
    let discarded = 0;
    const never = new Promise<never>(() => undefined);
    const place = {
      open: () => never,
      closed: new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('closed')), 5)),
      discard: () => Promise.resolve(void discarded++),
    };
    await expect(runTrial(place, options)).rejects.toThrow('closed');
    expect(discarded).toBe(1);
  });
});
