import { Network } from '../network/network.ts';
import { createRandom } from '../network/random.ts';
import { Simulation } from '../network/simulation.ts';
import type { ConnectionHandlers, TcpConnection } from '../network/tcp/connection.ts';
import { SMSS_BYTES } from '../network/tcp/segment.ts';
import { leastTransferMs } from './limits.ts';
import { FlowRecorder, StepRecorder } from './recorder.ts';
import type { TransferOrder, TransferRecord } from './transfer.ts';

/** Heavy loss costs a timeout per segment; longer than this, and many times what the link needs, is never. */
const PATIENCE_MS = 24 * 3_600_000;
const PATIENCE_FACTOR = 20;
/** Of the model's events, so that endless background traffic ends as well: some ten times what a clean path needs. */
const PATIENCE_STEPS = 10_000_000;
const PATIENCE_STEPS_PER_SEGMENT = 100;

/** The virtual time after which a transfer is given up. */
export function patienceMs(order: TransferOrder): number {
  return PATIENCE_MS + PATIENCE_FACTOR * leastTransferMs(order);
}

/** The same, counted in moments at which anything happened. */
export function patienceSteps({ bytes, flows }: TransferOrder): number {
  return PATIENCE_STEPS + PATIENCE_STEPS_PER_SEGMENT * Math.ceil((bytes * flows) / SMSS_BYTES);
}

/**
 * The transfer on the virtual clock: as fast as the CPU goes, the same record for the same order. It ends when every
 * flow has all its bytes, or after `patienceMs` or `patienceSteps`: what had not arrived then is missing in the record.
 */
export function simulateTransfer(order: TransferOrder): TransferRecord {
  const simulation = new Simulation();
  const queue = new StepRecorder();
  let retransmitted = 0;
  let drops = 0;
  const network = new Network(simulation, {
    conditions: order.network,
    random: createRandom(order.seed),
    observer: {
      onQueueChange: (direction, queuedBytes) => {
        if (direction !== 'downlink') return;
        queue.set(simulation.nowMs, queuedBytes);
      },
      onDrop: (packet, cause) => {
        if (packet.direction === 'downlink' && cause !== 'link') drops++;
      },
      onSend: ({ direction, connection, segment }) => {
        const isOurs = direction === 'downlink' && connection > 0;
        if (isOurs && segment?.retransmission === true) retransmitted++;
      },
    },
  });
  let unfinished = order.flows;
  const flows = Array.from({ length: order.flows }, (_, index) => new FlowRecorder(index * order.gapMs));
  for (const recorder of flows) {
    simulation.at(recorder.startMs, () => {
      const flow = new Flow(order.bytes, simulation, recorder);
      flow.start(network, () => unfinished--);
    });
  }
  let stepsLeft = patienceSteps(order);
  simulation.run({ done: () => unfinished === 0 || stepsLeft-- === 0, limitMs: patienceMs(order) });
  return {
    flows: flows.map((recorder) => recorder.record()),
    drops,
    retransmitted,
    maxQueueBytes: queue.highest,
    queueBytes: queue.steps,
  };
}

/** One connection: a one-byte request, and a server that writes its answer as its send buffer takes it. */
class Flow implements ConnectionHandlers {
  readonly #bytes: number;
  readonly #simulation: Simulation;
  readonly #recorder: FlowRecorder;
  #connection: TcpConnection | undefined;
  #onComplete: () => void = () => undefined;
  #requested = false;
  #writtenBytes = 0;

  constructor(bytes: number, simulation: Simulation, recorder: FlowRecorder) {
    this.#bytes = bytes;
    this.#simulation = simulation;
    this.#recorder = recorder;
  }

  start(network: Network, onComplete: () => void): void {
    this.#onComplete = onComplete;
    this.#connection = network.connect(this);
  }

  onConnected(): void {
    this.#recorder.connected(this.#simulation.nowMs);
    this.#connection?.clientWrite(1);
  }

  onServerReceived(): void {
    this.#requested = true;
    this.onServerWritable();
  }

  /** Whole segments, as the kernel fills its buffers, until no room is left. */
  onServerWritable(): void {
    const connection = this.#connection;
    if (connection === undefined || !this.#requested) return;
    while (this.#writtenBytes < this.#bytes && connection.serverFreeBytes > 0) {
      const roomBytes = Math.ceil(connection.serverFreeBytes / SMSS_BYTES) * SMSS_BYTES;
      const bytes = Math.min(roomBytes, this.#bytes - this.#writtenBytes);
      this.#writtenBytes += bytes;
      connection.serverWrite(bytes);
    }
  }

  onWindow(cwndSegments: number, flightBytes: number): void {
    this.#recorder.window(this.#simulation.nowMs, cwndSegments, flightBytes);
  }

  onClientReceived(bytes: number): void {
    this.#recorder.received(this.#simulation.nowMs, bytes);
    if (this.#recorder.receivedBytes === this.#bytes) this.#onComplete();
  }
}
