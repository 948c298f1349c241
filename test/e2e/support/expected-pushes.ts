import { expect } from 'vitest';
import type { PushOutcome } from '../../../lab/trace/waterfall.ts';
import { FATES } from './fates.ts';

interface Push {
  readonly url: string;
  readonly outcome: PushOutcome;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
  readonly duplicate: boolean;
}

/** Every push of every fate, and no other, ended as it should, in order of promise where a URL was pushed twice. */
export function expectFates(pushes: readonly Push[], names = FATES.map(({ name }) => name)): void {
  const fates = FATES.filter(({ name }) => names.includes(name));
  for (const { name, pushes: expected } of fates) {
    const found = pushes.filter(({ url }) => new URL(url).pathname.startsWith(`/${name}/`));
    expect(
      found.map(({ url, outcome, receivedBytes, wastedBytes }) => ({
        url,
        outcome,
        receivedBytes,
        wastedBytes,
      })),
      name,
    ).toEqual(
      expected.map(({ url, outcome, bytes }) => ({
        url,
        outcome,
        receivedBytes: bytes,
        wastedBytes: outcome === 'adopted' ? 0 : bytes,
      })),
    );
    found.forEach(({ duplicate }, index) => {
      const wanted = expected[index]?.duplicate;
      if (wanted !== undefined) expect(duplicate, `${name} duplicate`).toBe(wanted);
    });
  }
  expect(pushes).toHaveLength(fates.flatMap((fate) => fate.pushes).length);
}
