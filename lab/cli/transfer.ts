import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { loadTransferClient } from '../../reports/html/assets.ts';
import { renderTransferPlot } from '../../reports/transfer/plot.ts';
import { pacerRecord } from '../emulator/pacer-record.ts';
import { EnvironmentError, InputError } from '../errors.ts';
import { formatDuration } from '../network/units.ts';
import { leastTransferMs } from '../transfer/limits.ts';
import { realTimeTransfer } from '../transfer/real-time-transfer.ts';
import { queueDelayMs, resultOf, whyUnfinished } from '../transfer/result.ts';
import { simulateTransfer } from '../transfer/simulate-transfer.ts';
import type { Clock, TransferOrder, TransferRecord } from '../transfer/transfer.ts';
import { runBatch } from './transfer-batch.ts';
import {
  CELL_OPTIONS,
  readOrder,
  readSeed,
  readTraceOptions,
  type OrderOptions,
} from './transfer-options.ts';
import { orderText, transferText } from './transfer-table.ts';

/** Nobody waits longer for one transfer in real time. */
const MAX_REAL_TIME_MS = 3_600_000;

interface TransferOptions extends OrderOptions {
  readonly batch?: string;
  readonly realTime?: boolean;
  readonly json?: boolean;
  readonly plot?: string;
}

export function transferCommand(): Command {
  return new Command('transfer')
    .description('one TCP transfer through the network model: when which byte arrives')
    .option('--network <preset|numbers>', 'start from a preset, or rtt=100ms,down=1.6mbit/s,…')
    .option('--rtt <time>', 'round-trip propagation delay, e.g. 100ms')
    .option('--down <rate>', 'server to client, e.g. 1.6mbit/s')
    .option('--up <rate>', 'client to server')
    .option(
      '--down-trace <file>',
      'a delivery trace in place of --down: a line of ms per 1500 B, as Mahimahi has them',
    )
    .option('--up-trace <file>', 'the same in place of --up')
    .option('--queue <size>', 'queue of each direction: 64kB, 100p, 200ms, codel or fq-codel')
    .option('--loss <share>', 'random loss in each direction, e.g. 1%')
    .option('--loss-index <numbers>', 'data packets to lose, numbered from 0 as they are sent, e.g. 3,17')
    .option('--initial-cwnd <segments>', 'initial congestion window (default: 10)')
    .option('--congestion <name>', 'cubic, reno or bbr (default: cubic)')
    .option('--send-buffer <size>', 'what the server may write ahead of the network (default: auto)')
    .option('--pacing', 'the server spaces its segments out')
    .option('--bytes <size>', 'what each flow transfers (default: 1MB)')
    .option('--flows <n>', 'connections that share the path (default: 1)')
    .option('--gap <time>', 'between the starts of two flows (default: 500ms)')
    .option('--seed <n>', 'for random loss (default: 1)')
    .option('--batch <file>', 'a JSON list of cells instead of the options above, see below')
    .option('--real-time', 'through the real proxy, on the wall clock')
    .option('--json', 'print one line of JSON per transfer')
    .option('--plot <file>', 'draw bytes delivered, windows and queue as an HTML file')
    .addHelpText('after', HELP)
    .action(transfer);
}

const HELP = `
Example:
  lab transfer --rtt 100ms --down 1.6mbit/s --up 1.6mbit/s --queue 64kB --bytes 1MB --plot transfer.html

A flow connects, sends one byte and gets --bytes back: no TLS, no HTTP. Times are on the virtual clock, computed and
repeatable, unless --real-time is given.

A cell of --batch has the keys id, rttMs, downMbit, upMbit, queueBytes, iw, cc, size and, where wanted, flows (1),
gapMs (500), pace (false), lossIdx ([]); other keys are ignored. With --json every cell is answered by a line
  {"id", "flows": [{"connectMs", "firstByteMs", "t14600Ms", "t50Ms", "t100Ms", "curve"}], "drops", "linkDrops",
  "retransmitted", "maxQueueBytes"}
in ms since the flow's connect(); curve[k] is when k % had been read. A wrong cell stops all of them before the first
starts. A cell that cannot be carried out (loss lets nothing through) is answered by
{"id", "error"}, the others go on, and the exit status is 2.`;

async function transfer(options: TransferOptions): Promise<void> {
  if (options.batch !== undefined) {
    refuseWithBatch(options);
    const { batch: file, realTime = false, json = false } = options;
    await runBatch({
      file,
      seed: readSeed(options.seed),
      json,
      clock: realTime ? 'real' : 'virtual',
      carryOut: carryOutBy(realTime),
    });
    return;
  }
  const order = readOrder(options, await readTraceOptions(options));
  const clock: Clock = options.realTime === true ? 'real' : 'virtual';
  const record = await carryOutBy(options.realTime === true)(order);
  if (options.plot !== undefined) {
    const html = renderTransferPlot({ order, record, clock, client: loadTransferClient() });
    await writePlot(options.plot, html);
  }
  if (options.json === true) {
    console.log(JSON.stringify(jsonOf(order, record, clock)));
  } else {
    console.log(`${orderText(order, clock)}\n\n${transferText(order, record)}`);
    if (options.plot !== undefined) console.log(`plot           ${options.plot}`);
  }
  const unfinished = whyUnfinished(order, record, clock);
  if (unfinished !== undefined) {
    throw new InputError(unfinished, { nextStep: 'less loss, fewer bytes, or a larger queue' });
  }
}

function carryOutBy(realTime: boolean): (order: TransferOrder) => Promise<TransferRecord> {
  if (!realTime) return (order) => Promise.resolve(simulateTransfer(order));
  return (order) => {
    const leastMs = leastTransferMs(order);
    if (leastMs <= MAX_REAL_TIME_MS) return realTimeTransfer(order);
    throw new InputError(
      `--real-time: found a transfer that takes at least ${formatDuration(leastMs)}; allowed: ${formatDuration(MAX_REAL_TIME_MS)}`,
      { nextStep: 'without --real-time it is computed at once' },
    );
  };
}

function refuseWithBatch(options: TransferOptions): void {
  const refused = Object.entries(CELL_OPTIONS).filter(([, key]) => options[key] !== undefined);
  const names = [...refused.map(([option]) => option), ...(options.plot === undefined ? [] : ['--plot'])];
  if (names.length === 0) return;
  throw new InputError(`${names.join(', ')}: not with --batch, whose cells say all of that`);
}

async function writePlot(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`--plot: ${file} cannot be written: ${why}`, { cause });
  }
}

function jsonOf(order: TransferOrder, record: TransferRecord, clock: Clock) {
  const { flows, ...path } = resultOf(order, record);
  const { network, bytes, gapMs, seed } = order;
  return {
    clock,
    network,
    bytes,
    gapMs,
    seed,
    flows: flows.map((milestones, index) => ({ ...record.flows[index], ...milestones })),
    ...path,
    maxQueueDelayMs: queueDelayMs(order, path.maxQueueBytes),
    queueSteps: record.queueBytes,
    ...(record.latenessMs !== undefined && { pacer: pacerRecord(record.latenessMs) }),
  };
}
