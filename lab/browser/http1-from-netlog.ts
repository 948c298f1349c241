import type { Http1Exchange } from '../trace/browser-evidence.ts';
import { netLogEventOfTrace, type NetLogEvent } from './netlog-event.ts';
import { dependencyOf, noteSocket, type Socket } from './netlog-sockets.ts';
import type { TraceEvent } from './trace-event.ts';
import { asNumber, asString, asStrings } from './untyped.ts';

type Draft = { -readonly [Key in keyof Http1Exchange]: Http1Exchange[Key] } & {
  readonly arrivals: [number, number][];
};

/** A request as the network stack has it, from the page's wish to the last byte. */
interface Transaction {
  url: string;
  method: string;
  /** The HTTP_STREAM_JOB that found it a connection. */
  jobId: number | undefined;
  /** The body is decoded: raw and decoded bytes are then told apart. */
  isFiltered: boolean;
  hasFailed: boolean;
  /** The one under way; a request whose connection turned out to be dead is sent again. */
  exchange: Draft | undefined;
}

/**
 * What went over HTTP/1.1 connections, out of a trace with the `netlog` category, in order of sending.
 *
 * @param trace sorted by time
 */
export function http1FromNetLog(trace: readonly TraceEvent[]): Http1Exchange[] {
  const sockets = new Map<number, Socket>();
  const socketOfJob = new Map<number, number>();
  const transactions = new Map<number, Transaction>();
  const exchanges: Draft[] = [];
  for (const traced of trace) {
    if (traced.cat !== 'netlog') continue;
    const event = netLogEventOfTrace(traced);
    noteSocket(sockets, event);
    if (event.name === 'SOCKET_POOL_BOUND_TO_SOCKET') {
      const socketId = dependencyOf(event.params);
      if (socketId !== undefined) socketOfJob.set(event.sourceId, socketId);
    } else if (event.name === 'URL_REQUEST_START_JOB' && event.phase === 'begin') {
      transactions.set(event.sourceId, startTransaction(event));
    } else {
      const transaction = transactions.get(event.sourceId);
      if (transaction === undefined) continue;
      if (event.name === 'HTTP_TRANSACTION_SEND_REQUEST_HEADERS') {
        const socketId = transaction.jobId === undefined ? undefined : socketOfJob.get(transaction.jobId);
        if (socketId === undefined) continue;
        transaction.exchange = startExchange(transaction, event, socketId, sockets.get(socketId));
        exchanges.push(transaction.exchange);
      } else note(transaction, event);
    }
  }
  return exchanges;
}

function startTransaction({ params }: NetLogEvent): Transaction {
  return {
    url: asString(params['url']) ?? '',
    method: asString(params['method']) ?? '',
    jobId: undefined,
    isFiltered: false,
    hasFailed: false,
    exchange: undefined,
  };
}

function startExchange(
  { url, method }: Transaction,
  { timeMonotonicMs }: NetLogEvent,
  socketId: number,
  socket: Socket | undefined,
): Draft {
  return {
    socketId,
    localPort: socket?.localPort,
    peerAddress: socket?.peerAddress,
    peerPort: socket?.peerPort,
    url,
    method,
    requestedMonotonicMs: timeMonotonicMs,
    arrivals: [],
  };
}

function note(transaction: Transaction, { name, timeMonotonicMs, phase, params }: NetLogEvent): void {
  const { exchange } = transaction;
  switch (name) {
    case 'HTTP_STREAM_REQUEST_BOUND_TO_JOB':
      transaction.jobId = dependencyOf(params);
      break;
    case 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS': {
      const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(asStrings(params['headers'])[0] ?? '')?.[1]);
      // Interim ones precede the response (RFC 9110 §15.2).
      if (exchange === undefined || !(status >= 200)) break;
      exchange.responseMonotonicMs = timeMonotonicMs;
      exchange.status = status;
      break;
    }
    case 'URL_REQUEST_FILTERS_SET':
      transaction.isFiltered = true;
      break;
    // Raw bytes are told by the first where there is a filter, and by the second where there is none.
    case 'URL_REQUEST_JOB_BYTES_READ':
    case 'URL_REQUEST_JOB_FILTERED_BYTES_READ': {
      const isRaw = (name === 'URL_REQUEST_JOB_BYTES_READ') === transaction.isFiltered;
      const bytes = asNumber(params['byte_count']) ?? 0;
      if (isRaw && bytes > 0) exchange?.arrivals.push([timeMonotonicMs, bytes]);
      break;
    }
    case 'CANCELLED':
    case 'FAILED':
      transaction.hasFailed = true;
      break;
    case 'REQUEST_ALIVE': {
      const isWhole = phase === 'end' && !transaction.hasFailed && exchange?.status !== undefined;
      if (isWhole) exchange.finishedMonotonicMs = exchange.arrivals.at(-1)?.[0] ?? timeMonotonicMs;
      break;
    }
  }
}
