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

/** A qlog file in the form that qvis' own converter gives to TCP with HTTP/2. */
export interface QlogFile {
  /** Arrays of values named by `event_fields`: later drafts have no TCP_HTTP2. */
  readonly qlog_version: 'draft-02-wip';
  readonly title: string;
  readonly description: string;
  readonly traces: readonly QlogTrace[];
}

interface QlogTrace {
  readonly title: string;
  readonly vantage_point: { readonly name: string; readonly type: Vantage };
  readonly configuration: { readonly time_units: 'ms'; readonly push_lab_version: string };
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
    configuration: { time_units: 'ms', push_lab_version: labVersion },
    common_fields: {
      protocol_type: 'TCP_HTTP2',
      group_id: `connection-${id}`,
      reference_time: epochMs.toFixed(3),
    },
    event_fields: ['relative_time', 'category', 'event', 'data'],
    events,
  };
}
