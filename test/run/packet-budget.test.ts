import { expect, it } from 'vitest';
import type { WireCapture } from '../../lab/emulator/wire-capture.ts';
import { PacketBudget } from '../../lab/run/packet-budget.ts';

const capture = (bytes: number): WireCapture => ({
  epochOffsetMs: 0,
  connections: [{ id: 1, clientPort: 1, uplink: Buffer.alloc(100), downlink: Buffer.alloc(bytes - 100) }],
  packets: [],
  keyLog: [],
});

it('keeps packets until they amount to the limit, then says how many are missing', () => {
  const budget = new PacketBudget(2_000_000);
  expect(budget.warning).toBeUndefined();
  const first = capture(1_500_000);
  expect(budget.take(first)).toBe(first);
  expect(budget.hasRoom).toBe(true);
  // 1.5 MB of 2 MB: there is room, so the next one is kept whole.
  expect(budget.take(capture(1_500_000))).toBeDefined();
  expect(budget.hasRoom).toBe(false);
  expect(budget.warning).toBeUndefined();
  expect(budget.take(capture(1000))).toBeUndefined();
  expect(budget.take(undefined)).toBeUndefined();
  expect(budget.warning).toBe(
    'the packets of 2 of 4 trials were not kept: those kept have reached 2 MB; --packets all keeps them',
  );
});

it('none are kept without a word where none are wanted', () => {
  const budget = new PacketBudget(0);
  expect(budget.hasRoom).toBe(false);
  budget.take(undefined);
  expect(budget.warning).toBeUndefined();
});
