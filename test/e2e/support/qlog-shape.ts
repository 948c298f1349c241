import { z } from 'zod';

/**
 * The types that qvis declares, closed where it closes them (quiclog/qvis, 72c8c4b): `QlogSchema01.ts` for file and
 * trace, as draft-marx-qlog-main-schema-01 has them; `qlog_tcp_tls_h2.ts` for TCP, TLS and HTTP/2; `QlogSchema02.ts` for
 * recovery. Lengths that a type leaves open but a view of qvis adds up are required. What the lab adds is marked.
 */
const count = z.number().int().nonnegative();

/** `ITCPPacketHeader` */
const packetHeader = z.strictObject({
  packet_type: z.literal('1RTT'),
  packet_number: count,
  sequence_number: count,
  payload_length: count,
  header_length: count,
});

/** `IAckFrame` of `QlogSchema02.ts` */
const ackFrame = z.strictObject({
  frame_type: z.literal('ack'),
  acked_ranges: z.array(z.tuple([z.string().regex(/^\d+$/), z.string().regex(/^\d+$/)])).min(1),
});

/** `IEventPacketSent`, `IEventPacketReceived`; `IRawInfo`; `IPacketAcks`, `IPacketFlowControl`, `IPacketFlags` */
const packet = z.strictObject({
  header: packetHeader,
  raw: z.strictObject({ length: count.positive(), payload_length: count }),
  details: z.array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('ack'), acknowledgement_number: count /* added */ }),
      z.strictObject({ type: z.literal('flow_control'), window: count /* added */ }),
      z.strictObject({
        type: z.literal('flags'),
        syn: z.boolean(),
        ack: z.boolean(),
        reset: z.boolean(),
        fin: z.boolean(),
      }),
    ]),
  ),
  is_retransmission: z.literal(true).optional() /* added */,
  frames: z.tuple([ackFrame]).optional() /* added */,
});

/** `IEventRecordCreated`, `IEventRecordParsed`, `IRecordHeader` */
const record = z.strictObject({
  header: z.strictObject({
    packet_type: z.literal('1RTT'),
    packet_number: z.literal(''),
    content_type: z.enum(['handshake', 'alert', 'application', 'change-cipherspec', 'unknown']),
    header_length: z.literal(5),
    payload_length: count,
    trailer_length: count,
  }),
});

/** `IHTTPHeader` */
const headers = z.array(z.strictObject({ name: z.string(), value: z.string() }));

/** `HTTP2Frame` */
const frame = z.discriminatedUnion('frame_type', [
  z.strictObject({ frame_type: z.literal('data'), byte_length: count, stream_end: z.boolean() }),
  z.strictObject({ frame_type: z.literal('headers'), byte_length: count, stream_end: z.boolean(), headers }),
  z.strictObject({
    frame_type: z.literal('push_promise'),
    byte_length: count,
    promised_stream_id: count.positive() /* added */,
    headers: headers.min(4) /* added */,
  }),
  z.strictObject({
    frame_type: z.enum([
      'priority',
      'reset_stream',
      'settings',
      'ping',
      'go_away',
      'window_update',
      'continuation',
      'unknown',
      'magic',
    ]),
    byte_length: count,
  }),
]);

/** `IEventH2FrameCreated`, `IEventH2FrameParsed`. -1: the magic, as qvis' converter numbers it. */
const frameEvent = z.strictObject({
  stream_id: z.number().int().min(-1),
  header_length: z.literal([0, 9]),
  payload_length: count,
  frame,
});

/** `IEventMetricsUpdated` */
const metrics = z
  .strictObject({ congestion_window: count.optional(), bytes_in_flight: count.optional() })
  .refine((values) => Object.keys(values).length > 0);

/** `IEventPacketLost`, `IPacketHeader` */
const lost = z.strictObject({
  header: z.strictObject({ packet_type: z.literal('1RTT'), packet_number: count }),
});

const time = z.number();
/** Names: `EventCategory`, `TCPEventType`, `TLSEventType`, `HTTP2EventType`, `RecoveryEventType` */
const event = z.union([
  z.tuple([time, z.literal('transport'), z.enum(['packet_sent', 'packet_received']), packet]),
  z.tuple([time, z.literal('tls'), z.enum(['record_created', 'record_parsed']), record]),
  z.tuple([time, z.literal('http2'), z.enum(['frame_created', 'frame_parsed']), frameEvent]),
  z.tuple([time, z.literal('recovery'), z.literal('metrics_updated'), metrics]),
  z.tuple([time, z.literal('recovery'), z.literal('packet_lost'), lost]),
]);

/** `ITrace`. Configuration and common fields are open: `[additionalUserSpecifiedProperty: string]: any`. */
const trace = z.strictObject({
  title: z.string(),
  vantage_point: z.strictObject({ name: z.string(), type: z.enum(['client', 'server']) }),
  configuration: z.looseObject({
    time_units: z.literal('ms'),
    push_lab_version: z.string(),
    push_lab_added_fields: z.array(z.string()).min(1),
  }),
  common_fields: z.looseObject({
    protocol_type: z.literal('TCP_HTTP2'),
    group_id: z.string(),
    reference_time: z.string().regex(/^\d+\.\d{3}$/),
  }),
  event_fields: z.tuple([
    z.literal('relative_time'),
    z.literal('category'),
    z.literal('event'),
    z.literal('data'),
  ]),
  events: z.array(event).min(1),
});

/** `IQLog` */
export const qlogFile = z.strictObject({
  qlog_version: z.literal('draft-02-wip'),
  title: z.string(),
  description: z.string(),
  traces: z.array(trace).min(2),
});

export type QlogTrace = z.infer<typeof trace>;
