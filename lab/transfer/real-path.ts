import { setTimeout as sleep } from 'node:timers/promises';
import { EmulatorProcess } from '../emulator/emulator-process.ts';
import type { ConnectionEvidence, EmulatorEvidence } from '../emulator/evidence.ts';
import type { TrialOrder } from '../emulator/messages.ts';
import { monotonicNowMs } from '../emulator/monotonic-clock.ts';
import type { Scheduling } from '../emulator/punctuality.ts';
import { ClientFlow } from './client-flow.ts';
import { leastTransferMs } from './limits.ts';
import type { FlowRecord, TimedValue, TransferOrder, TransferRecord } from './transfer.ts';

/** Heavy loss costs timeouts; what takes longer than this, and several times what the link needs, is given up. */
const PATIENCE_MS = 20_000;
const PATIENCE_FACTOR = 5;

/** What carries out the emulator's side of a transfer: an EmulatorProcess, or a stand-in for it. */
export interface TransferEmulator {
  begin(trial: TrialOrder): Promise<void>;
  end(): Promise<EmulatorEvidence>;
}

export interface RealTransfer {
  readonly record: TransferRecord;
  /** What the emulator saw, its lateness among it. */
  readonly evidence: EmulatorEvidence;
}

/** A real proxy in a process of its own, warm, for one transfer after the other. */
export class RealPath {
  readonly emulator: EmulatorProcess;
  readonly scheduling: Scheduling;
  readonly #port: number;

  private constructor(emulator: EmulatorProcess, port: number, scheduling: Scheduling) {
    this.emulator = emulator;
    this.scheduling = scheduling;
    this.#port = port;
  }

  /** @throws {EnvironmentError} where the process does not start */
  static async open(): Promise<RealPath> {
    const { emulator, port, scheduling } = await EmulatorProcess.start({ port: 0 });
    const path = new RealPath(emulator, port, scheduling);
    try {
      for (let round = 0; round < WARM_UP_ROUNDS; round++) await path.carryOut(WARM_UP);
    } catch (error) {
      path.close();
      throw error;
    }
    return path;
  }

  /** @throws {EnvironmentError} where the emulator dies */
  carryOut(order: TransferOrder): Promise<RealTransfer> {
    return transferThrough(this.emulator, this.#port, order);
  }

  close(): void {
    // It has nothing to put in order.
    this.emulator.kill();
  }
}

/**
 * Carries an order out between real sockets, through an emulator that listens on `port`. It ends when every flow has
 * all its bytes or is cut off, and after a time that the order bounds: what had not arrived then is missing in the
 * record. Afterwards nothing of it is left, here or in the emulator.
 */
export async function transferThrough(
  emulator: TransferEmulator,
  port: number,
  order: TransferOrder,
  patienceMs = PATIENCE_MS + PATIENCE_FACTOR * leastTransferMs(order),
): Promise<RealTransfer> {
  const { network, seed, bytes } = order;
  await emulator.begin({ network, seed, peer: { kind: 'byte-source', answerBytes: bytes } });
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), patienceMs);
  const flows: ClientFlow[] = [];
  let evidence: EmulatorEvidence;
  try {
    await startFlows(flows, port, order, abort.signal);
    await Promise.race([Promise.all(flows.map(({ over }) => over)), aborted(abort.signal)]);
  } finally {
    clearTimeout(limit);
    abort.abort();
    // First: what the emulator says of a connection should not tell how we closed it.
    evidence = await emulator.end().finally(() => {
      for (const flow of flows) flow.destroy();
    });
  }
  return { record: recordOf(flows, evidence), evidence };
}

async function startFlows(
  flows: ClientFlow[],
  port: number,
  { bytes, flows: count, gapMs }: TransferOrder,
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const [first] = flows;
    if (first !== undefined) await punctually(first.beganMs + index * gapMs, signal);
    if (signal.aborted) return;
    flows.push(new ClientFlow(port, bytes));
  }
}

/** setTimeout fires up to half a millisecond early or one late; the rest is spent in the event loop. */
async function punctually(dueMs: number, signal: AbortSignal): Promise<void> {
  const restMs = dueMs - monotonicNowMs() - TIMER_ERROR_MS;
  if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => undefined);
  while (monotonicNowMs() < dueMs && !signal.aborted) await new Promise(setImmediate);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function recordOf(flows: readonly ClientFlow[], evidence: EmulatorEvidence): TransferRecord {
  const beganMs = flows[0]?.beganMs ?? 0;
  const { queueDrops, linkDrops, retransmitted, maxQueueBytes } = evidence.downlink;
  return {
    flows: flows.map((flow) => {
      const seen = evidence.connections.find(({ clientPort }) => clientPort === flow.port);
      return flowRecordOf(flow, seen, beganMs);
    }),
    drops: queueDrops,
    linkDrops,
    retransmitted,
    maxQueueBytes,
    queueBytes: since(evidence.queueBytes.downlink, beganMs),
    latenessMs: evidence.latenessMs,
  };
}

function flowRecordOf(
  { beganMs, arrivals }: ClientFlow,
  seen: ConnectionEvidence | undefined,
  firstBeganMs: number,
): FlowRecord {
  return {
    startMs: beganMs - firstBeganMs,
    // On loopback connect() returns at once: the SYN-ACK is the model's.
    connectMs: seen?.connectedMs === undefined ? undefined : seen.connectedMs - beganMs,
    arrivals,
    cwndSegments: since(seen?.cwndSegments ?? [], beganMs),
    flightBytes: since(seen?.flightBytes ?? [], beganMs),
  };
}

function since(steps: readonly TimedValue[], originMs: number): TimedValue[] {
  return steps.map(([timeMs, value]) => [timeMs - originMs, value]);
}

const TIMER_ERROR_MS = 1.5;
/** So that the code is compiled before anything is timed. */
const WARM_UP_ROUNDS = 3;
const WARM_UP_LINK = { bandwidthBps: 200e6, queueLimitBytes: 1e6, lossRate: 0 };
const WARM_UP: TransferOrder = {
  network: {
    name: 'warm-up',
    baseRttMs: 2,
    downlink: WARM_UP_LINK,
    uplink: WARM_UP_LINK,
    initialWindowSegments: 10,
    congestionControl: 'cubic',
    sendBufferBytes: 'auto',
    pacing: false,
  },
  bytes: 500_000,
  flows: 2,
  gapMs: 1,
  seed: 1,
};
