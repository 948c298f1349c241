import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ByteSource } from '../../lab/emulator/byte-source.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { monotonicNowMs } from '../../lab/emulator/monotonic-clock.ts';
import type { ServerEnvironment } from '../../server/server-task.ts';
import { FAST } from './support.ts';

describe('what a peer puts off', () => {
  let emulator: Emulator;
  beforeEach(() => void (emulator = new Emulator()));
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

  it('is nothing to the next trial, whose model begins with its first connection', async () => {
    const over = begin();
    emulator.end();
    emulator.begin({ network: FAST, seed: 1, capturePackets: true }, () => new ByteSource(1));
    let ran = false;
    over.nowMs();
    over.log(1, { kind: 'closed' });
    over.delay(1, () => (ran = true));
    const pauseMs = 300;
    await sleep(pauseMs);
    const client = net.connect(await emulator.listen(), '127.0.0.1');
    client.write('x');
    await once(client, 'data');
    expect(emulator.end().server).toEqual([]);
    client.destroy();
    const timestamps = emulator.takeCapture()!.packets.flatMap(({ segment }) => segment?.timestamp ?? []);
    // The request leaves when the SYN-ACK is there, 10 ms after the connection.
    expect(timestamps[0]).toBeGreaterThanOrEqual(10);
    expect(timestamps[0]).toBeLessThan(pauseMs);
    expect(ran).toBe(false);
  });
});
