import { z } from 'zod';
import { describeValue, unknownWord } from '../input/problems.ts';
import { APACHE_TLS_RECORDS, type TlsRecordSpec } from '../../server/scheduler/record-size.ts';
import { MAX_CONCURRENT_STREAMS } from '../../server/limits.ts';
import type { How, Http2Terms, Protocol, Strategy } from '../../server/strategies/strategy.ts';
import { NOT_SENT_LOWAT_BYTES, SEND_BUFFER_BYTES } from './network-schema.ts';
import { count, duration, size, sizeOrWord } from './quantities.ts';

/** What a strategy says of the layers below its responses: protocol, TLS records, the kernel's buffer. */

const PROTOCOLS = ['h2', 'h1'] as const satisfies readonly Protocol[];

/** Below, a record is all overhead; above, TLS knows none. */
const RECORD_BYTES = { min: 64, max: 16_406 };
const WARM_UP_BYTES = { min: 1, max: 1_000_000_000 };
const COOL_DOWN_MS = { min: 0, max: 3_600_000 };
const TLS_RECORDS = ['full', 'apache'] as const;

const tlsRecordWord = z.enum(TLS_RECORDS, {
  error: (issue) => unknownWord('TLS records', issue.input, TLS_RECORDS),
});

const tlsRecordSchema = z.union(
  [
    tlsRecordWord,
    z.strictObject({
      size: size(RECORD_BYTES, 'of a record on the wire during warm-up').optional(),
      warmUp: size(WARM_UP_BYTES, 'sent before records are full').optional(),
      coolDown: duration(COOL_DOWN_MS, 'without a byte, after which it begins again; 0s: never').optional(),
    }),
  ],
  {
    error: (issue) =>
      typeof issue.input === 'string'
        ? unknownWord('TLS records', issue.input, TLS_RECORDS)
        : `found ${describeValue(issue.input)}; expected full, apache or { size, warmUp, coolDown }`,
  },
);

/** RFC 9113 §6.9.1: a window has at most 2^31 − 1 bytes. Less than 1 kB is a round trip for each line of text. */
const STREAM_WINDOW_BYTES = { min: 1_000, max: 2 ** 31 - 1 };
/** §6.9.2: a connection begins with 65,535 bytes, and a client can only add to them. */
const CONNECTION_WINDOW_BYTES = { min: 65_535, max: 2 ** 31 - 1 };
/** §4.2: every client takes frames of 16,384 bytes; larger ones none of the browsers here. */
const DATA_FRAME_BYTES = { min: 64, max: 16_384 };
/** §6.5.2 knows no limit; no browser's own table is larger. */
const HEADER_TABLE_BYTES = { min: 0, max: 65_536 };

const http2Schema = z.strictObject({
  streamWindow: size(STREAM_WINDOW_BYTES, 'receive window of each stream, pushed ones included').optional(),
  connectionWindow: size(CONNECTION_WINDOW_BYTES, 'receive window of the connection').optional(),
  maxConcurrentStreams: count(
    { min: 1, max: MAX_CONCURRENT_STREAMS },
    'requests that the browser may have open at once',
  ).optional(),
  dataFrame: size(DATA_FRAME_BYTES, 'most that the server puts into a DATA frame').optional(),
  headerTable: size(HEADER_TABLE_BYTES, 'HPACK tables, for requests and for responses').optional(),
});

export const HTTP2_KEYS: readonly string[] = Object.keys(http2Schema.shape);

export const transportFields = {
  protocol: z
    .enum(PROTOCOLS, { error: (issue) => unknownWord('protocol', issue.input, PROTOCOLS) })
    .describe('h2, or h1: HTTP/1.1 over TLS, for which the browser opens up to six connections; default h2')
    .optional(),
  tlsRecord: tlsRecordSchema
    .describe(
      'small TLS records first: apache, or { size: 1300B, warmUp: 1MB, coolDown: 1s }; default full ones',
    )
    .optional(),
  sendBuffer: sizeOrWord(
    'auto',
    SEND_BUFFER_BYTES,
    'what the server may hand to its kernel ahead of the network; default as the network has it',
  ).optional(),
  notSentLowat: sizeOrWord(
    'off',
    NOT_SENT_LOWAT_BYTES,
    'TCP_NOTSENT_LOWAT: the server is asked for more only while less than this is unsent; default as the network has it',
  ).optional(),
  http2: http2Schema
    .describe(
      'windows and settings of HTTP/2; default: the windows that the browser announces, SETTINGS as usual',
    )
    .optional(),
};

type TransportInput = z.output<z.ZodObject<typeof transportFields>>;

type Transport = Pick<Strategy, 'protocol' | 'tlsRecord' | 'sendBufferBytes' | 'notSentLowatBytes' | 'http2'>;

export function completeTransport(input: TransportInput, preset: Transport | undefined): Transport {
  return {
    protocol: input.protocol ?? preset?.protocol ?? 'h2',
    tlsRecord: input.tlsRecord === undefined ? preset?.tlsRecord : tlsRecordOf(input.tlsRecord),
    sendBufferBytes: input.sendBuffer ?? preset?.sendBufferBytes,
    notSentLowatBytes: input.notSentLowat ?? preset?.notSentLowatBytes,
    http2: input.http2 === undefined ? preset?.http2 : http2Of(input.http2),
  };
}

/** Undefined where nothing is named. */
function http2Of(input: z.output<typeof http2Schema>): Http2Terms | undefined {
  const { streamWindow, connectionWindow, maxConcurrentStreams, dataFrame, headerTable } = input;
  const terms: Http2Terms = {
    ...(streamWindow !== undefined && { streamWindowBytes: streamWindow }),
    ...(connectionWindow !== undefined && { connectionWindowBytes: connectionWindow }),
    ...(maxConcurrentStreams !== undefined && { maxConcurrentStreams }),
    ...(dataFrame !== undefined && { dataFrameBytes: dataFrame }),
    ...(headerTable !== undefined && { headerTableBytes: headerTable }),
  };
  return Object.keys(terms).length === 0 ? undefined : terms;
}

/** What is left out is as in Apache. */
function tlsRecordOf(input: z.output<typeof tlsRecordSchema>): TlsRecordSpec | undefined {
  if (input === 'full') return undefined;
  if (input === 'apache') return APACHE_TLS_RECORDS;
  return {
    warmUpRecordBytes: input.size ?? APACHE_TLS_RECORDS.warmUpRecordBytes,
    warmUpBytes: input.warmUp ?? APACHE_TLS_RECORDS.warmUpBytes,
    coolDownMs: input.coolDown ?? APACHE_TLS_RECORDS.coolDownMs,
  };
}

/** What cannot be had over HTTP/1.1, and why. */
const NOT_OVER_H1: Partial<Record<How, string>> = {
  push: 'HTTP/1.1 has no server push',
  'origin-link': 'HTTP/1.1 has no server push',
  'early-hints': 'Chromium acts on a 103 response only over HTTP/2 and later',
};

/** Why a strategy cannot be carried out over HTTP/1.1: the key to blame, and the reason. */
export function http1Problems(strategy: {
  protocol?: Protocol | undefined;
  how?: How | undefined;
  /** `how`, or that of the preset. */
  effectiveHow: How | undefined;
  scheduler?: unknown;
  firstSlice?: unknown;
  http2?: unknown;
}): { key: string; message: string }[] {
  if (strategy.protocol !== 'h1') return [];
  const reason = strategy.effectiveHow && NOT_OVER_H1[strategy.effectiveHow];
  const key = strategy.how === undefined ? 'preset' : 'how';
  return [
    ...(reason === undefined
      ? []
      : [
          {
            key,
            message: `${reason}; with "protocol: h1" allowed: none, preload-header, preload-tag, prefetch`,
          },
        ]),
    ...(strategy.http2 === undefined
      ? []
      : [{ key: 'http2', message: 'has no meaning with "protocol: h1"' }]),
    ...(['scheduler', 'firstSlice'] as const).flatMap((name) =>
      strategy[name] === undefined
        ? []
        : [
            {
              key: name,
              message:
                'has no meaning with "protocol: h1": each connection carries one response at a time, in the order of its requests',
            },
          ],
    ),
  ];
}
