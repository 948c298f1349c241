import { z } from 'zod';

/**
 * What qvis reads of TCP with HTTP/2: its `qlog_tcp_tls_h2.ts`, and `IQLog` of the draft whose events are arrays. An
 * event whose data fits none of these shapes is not for qvis.
 */
const count = z.number().int().nonnegative();

const packet = z.strictObject({
  header: z.strictObject({
    packet_type: z.literal('1RTT'),
    packet_number: count,
    sequence_number: count,
    payload_length: count,
    header_length: count,
    packet_size: count,
  }),
  raw: z.object({ length: count, payload_length: count }),
  details: z.array(z.looseObject({ type: z.enum(['ack', 'flow_control', 'flags']) })),
  is_retransmission: z.boolean().optional(),
});

const record = z.strictObject({
  header: z.strictObject({
    content_type: z.enum(['handshake', 'alert', 'application', 'change-cipherspec', 'unknown']),
    header_length: z.literal(5),
    payload_length: count,
    trailer_length: count,
  }),
});

const headers = z.array(z.object({ name: z.string(), value: z.string() }));
const frame = z.union([
  z.strictObject({ frame_type: z.literal('data'), byte_length: count, stream_end: z.boolean() }),
  z.strictObject({ frame_type: z.literal('headers'), byte_length: count, stream_end: z.boolean(), headers }),
  z.strictObject({
    frame_type: z.literal('push_promise'),
    byte_length: count,
    promised_stream_id: count,
    headers: headers.min(4),
  }),
  z.strictObject({
    frame_type: z.enum(['priority', 'reset_stream', 'settings', 'ping', 'go_away', 'window_update', 'magic']),
    byte_length: count,
  }),
]);
const frameEvent = z.strictObject({ stream_id: count, header_length: count, payload_length: count, frame });

const metrics = z.strictObject({
  congestion_window: z.number().optional(),
  bytes_in_flight: z.number().optional(),
});

const time = z.number();
const event = z.union([
  z.tuple([time, z.literal('transport'), z.enum(['packet_sent', 'packet_received']), packet]),
  z.tuple([time, z.literal('tls'), z.enum(['record_created', 'record_parsed']), record]),
  z.tuple([time, z.literal('http2'), z.enum(['frame_created', 'frame_parsed']), frameEvent]),
  z.tuple([time, z.literal('recovery'), z.literal('metrics_updated'), metrics]),
]);

export const qlogFile = z.object({
  qlog_version: z.literal('draft-02-wip'),
  title: z.string(),
  description: z.string(),
  traces: z
    .array(
      z.object({
        title: z.string(),
        vantage_point: z.object({ name: z.string(), type: z.enum(['client', 'server']) }),
        configuration: z.looseObject({ time_units: z.literal('ms') }),
        common_fields: z.looseObject({
          protocol_type: z.literal('TCP_HTTP2'),
          reference_time: z.string().regex(/^\d+\.\d{3}$/),
        }),
        event_fields: z.tuple([
          z.literal('relative_time'),
          z.literal('category'),
          z.literal('event'),
          z.literal('data'),
        ]),
        events: z.array(event).min(1),
      }),
    )
    .min(2),
});
