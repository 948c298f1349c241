import type { CapturedConnection, WireCapture } from '../../lab/emulator/wire-capture.ts';
import { labVersion } from '../../lab/package-root.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import type { Http2Messages } from '../http2-messages.ts';
import { http2Frames } from '../wire/http2-frames.ts';
import { openConnection } from '../wire/tls13.ts';
import { connectionEvents, type QlogEvent, type Vantage } from './events.ts';

export interface QlogInput {
  readonly title: string;
  readonly capture: WireCapture;
  readonly waterfall: Waterfall;
  /** By `messageKey`. */
  readonly messages: ReadonlyMap<string, Http2Messages>;
}

/**
 * A qlog file in the form that qvis' own converter of captures gives to TCP with HTTP/2 (quiclog/qvis, `tcptoqlog.ts`).
 * File and traces: draft-marx-qlog-main-schema-01, `IQLog` and `ITrace` of `QlogSchema01.ts`. Data of the events
 * `transport`, `tls` and `http2`: `qlog_tcp_tls_h2.ts`; of `recovery`: `QlogSchema02.ts`.
 */
export interface QlogFile {
  /** What that converter writes. Published drafts since have no events of TCP, TLS records or HTTP/2. */
  readonly qlog_version: 'draft-02-wip';
  readonly title: string;
  readonly description: string;
  readonly traces: readonly QlogTrace[];
}

/** What the events have beyond those types, as the draft allows ("custom fields"): readers must put up with it. */
const ADDED_FIELDS = [
  'transport: is_retransmission',
  'transport: details.acknowledgement_number',
  'transport: details.window',
  'transport: frames, with the packets that TCP acknowledges as a QUIC ACK frame',
  'http2: frame.promised_stream_id of push_promise',
  'http2: frame.headers of push_promise',
] as const;

interface QlogTrace {
  readonly title: string;
  readonly vantage_point: { readonly name: string; readonly type: Vantage };
  readonly configuration: {
    readonly time_units: 'ms';
    /** The draft wants a tool's name in front of its own fields. */
    readonly push_lab_version: string;
    readonly push_lab_added_fields: readonly string[];
  };
  readonly common_fields: {
    readonly protocol_type: 'TCP_HTTP2';
    readonly group_id: string;
    /** Unix time, ms: the page's navigationStart. */
    readonly reference_time: string;
  };
  readonly event_fields: readonly ['relative_time', 'category', 'event', 'data'];
  readonly events: readonly QlogEvent[];
}

/**
 * Every connection twice: as the client saw it, and as the server saw it, the latter with its congestion window and
 * bytes in flight. TCP segments, TLS records and HTTP/2 frames are byte-exact: they are read from the capture.
 */
export function renderQlog({ title, capture, waterfall, messages }: QlogInput): QlogFile {
  const originMs = waterfall.timeOriginMonotonicMs;
  return {
    qlog_version: 'draft-02-wip',
    title,
    description: `push lab ${labVersion}: TCP_HTTP2, times in ms since navigationStart`,
    traces: capture.connections.flatMap((connection) => {
      const records = openConnection(connection, capture.keyLog);
      const bytes = {
        records,
        frames: {
          uplink: http2Frames(records.uplink, true),
          downlink: http2Frames(records.downlink, false),
        },
      };
      const packets = capture.packets.filter((packet) => packet.connection === connection.id);
      const lane = waterfall.lanes.connections.find((candidate) => candidate.connection === connection.id);
      return (['client', 'server'] as const).flatMap((vantage) => {
        const events = connectionEvents({
          packets,
          bytes,
          messages,
          connection: connection.id,
          vantage,
          lane,
          originMs,
        });
        // qvis takes the first event for granted.
        return events.length === 0
          ? []
          : [trace(connection, vantage, events, originMs + capture.epochOffsetMs)];
      });
    }),
  };
}

function trace(
  { id, clientPort }: CapturedConnection,
  vantage: Vantage,
  events: readonly QlogEvent[],
  epochMs: number,
): QlogTrace {
  return {
    title: `connection ${id} from port ${clientPort}, ${vantage}`,
    vantage_point: { name: vantage, type: vantage },
    configuration: {
      time_units: 'ms',
      push_lab_version: labVersion,
      push_lab_added_fields: ADDED_FIELDS,
    },
    common_fields: {
      protocol_type: 'TCP_HTTP2',
      group_id: `connection-${id}`,
      reference_time: epochMs.toFixed(3),
    },
    event_fields: ['relative_time', 'category', 'event', 'data'],
    events,
  };
}
