import { afterEach, describe, expect, it } from 'vitest';
import { ByteSource } from '../../lab/emulator/byte-source.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { monotonicNowMs } from '../../lab/emulator/monotonic-clock.ts';
import type { ServerEnvironment } from '../../server/server-task.ts';
import { FAST } from './support.ts';

describe('what a peer puts off', () => {
  const emulator = new Emulator();
  afterEach(() => emulator.stop());

  const begin = (): ServerEnvironment => {
    let environment: ServerEnvironment | undefined;
    emulator.begin({ network: FAST, seed: 1 }, (given) => {
      environment = given;
      return new ByteSource(1);
    });
    return environment!;
  };

  it('is cancelled by what is due with it and comes before it', async () => {
    const { delay } = begin();
    const ran: string[] = [];
    delay(1, () => {
      ran.push('first');
      cancelSecond();
    });
    const cancelSecond = delay(1, () => ran.push('second'));
    const third = new Promise<void>((resolve) => delay(1, resolve));
    // Nothing runs meanwhile, so that all of them fall due in one go.
    for (const untilMs = monotonicNowMs() + 5; monotonicNowMs() < untilMs;);
    await third;
    expect(ran).toEqual(['first']);
  });
});
