import type { CapturedPacket } from '../../lab/emulator/wire-capture.ts';
import { SYN_BYTES } from '../../lab/network/tcp/segment.ts';
import type { NetworkLanes } from '../../lab/trace/waterfall.ts';
import { messageKey, type HeaderField, type Http2Messages } from '../http2-messages.ts';
import type { WireFrame } from '../wire/http2-frames.ts';
import type { OpenRecord } from '../wire/tls13.ts';
import {
  ALERT,
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  RECORD_HEADER_BYTES,
} from '../wire/tls-records.ts';
import { InOrder } from './in-order.ts';
import { numbered, type NumberedPacket } from './numbered-packets.ts';

export type Vantage = 'client' | 'server';
export type QlogEvent = readonly [timeMs: number, category: string, event: string, data: object];

type Direction = CapturedPacket['direction'];
type PerDirection<T> = Readonly<Record<Direction, T>>;

interface ConnectionInput {
  readonly packets: readonly CapturedPacket[];
  readonly bytes: {
    readonly records: PerDirection<readonly OpenRecord[]>;
    readonly frames: PerDirection<readonly WireFrame[]>;
  };
  readonly messages: ReadonlyMap<string, Http2Messages>;
  readonly connection: number;
  readonly vantage: Vantage;
  readonly lane: NetworkLanes['connections'][number] | undefined;
  readonly originMs: number;
}

const IP_HEADER_BYTES = 20;

/** In order of time; after each segment the records it completes, then the frames. */
export function connectionEvents(input: ConnectionInput): QlogEvent[] {
  const { packets, bytes, vantage, originMs } = input;
  const readers = {
    uplink: new StreamReader('uplink', input),
    downlink: new StreamReader('downlink', input),
  };
  const losses = new Losses();
  const seen = numbered(packets).flatMap((packet) => {
    const own = (vantage === 'client') === (packet.direction === 'uplink');
    const atMs = own ? packet.sentMs : packet.arrivedMs;
    return atMs === undefined ? [] : [{ packet, own, atMs }];
  });
  // What arrives at a moment comes before the answer to it.
  seen.sort((a, b) => a.atMs - b.atMs || Number(a.own) - Number(b.own));
  const events = seen.flatMap(({ packet, own, atMs }): QlogEvent[] => {
    const timeMs = rounded(atMs - originMs);
    const lost = own ? losses.noticedBy(packet) : [];
    return [
      ...lost.map((header): QlogEvent => [timeMs, 'recovery', 'packet_lost', { header }]),
      [timeMs, 'transport', own ? 'packet_sent' : 'packet_received', packetData(packet)],
      ...readers[packet.direction].after(packet, own, timeMs, bytes),
    ];
  });
  if (vantage === 'client') return events;
  return [...events, ...recoveryEvents(input.lane)].sort(([a], [b]) => a - b);
}

/** TCP has no packet numbers: these are for views made for QUIC. */
function packetHeader(number: number): object {
  return { packet_type: '1RTT', packet_number: number };
}

/** What one end sent and the path dropped. The end knows of it when it sends those bytes again. */
class Losses {
  #unnoticed: { readonly number: number; readonly seq: number; readonly end: number }[] = [];

  /** Headers of the packets that this one of the same end makes up for. */
  noticedBy({ segment, number, dropped }: NumberedPacket): object[] {
    if (segment === undefined || segment.length === 0) return [];
    const [seq, end] = [segment.seq, segment.seq + segment.length];
    const noticed = segment.retransmission
      ? this.#unnoticed.filter((lost) => lost.seq < end && lost.end > seq)
      : [];
    this.#unnoticed = this.#unnoticed.filter((lost) => !noticed.includes(lost));
    if (dropped !== undefined) this.#unnoticed.push({ number, seq, end });
    return noticed.map((lost) => packetHeader(lost.number));
  }
}

function packetData({ segment, sizeBytes, direction, number, acknowledged }: NumberedPacket): object {
  const payloadBytes = segment?.length ?? 0;
  const headerBytes = sizeBytes - IP_HEADER_BYTES - payloadBytes;
  const isSyn = segment === undefined && sizeBytes === SYN_BYTES;
  return {
    header: {
      ...packetHeader(number),
      sequence_number: isSyn ? 0 : 1 + (segment?.seq ?? 0),
      payload_length: payloadBytes,
      header_length: headerBytes,
    },
    raw: { length: headerBytes + payloadBytes, payload_length: payloadBytes },
    details: [
      { type: 'flags', syn: isSyn, ack: !isSyn || direction === 'downlink', reset: false, fin: false },
      ...(segment === undefined
        ? []
        : [
            { type: 'ack', acknowledgement_number: 1 + segment.acknowledgement.ack },
            { type: 'flow_control', window: segment.acknowledgement.windowBytes },
          ]),
    ],
    ...(segment?.retransmission === true && { is_retransmission: true }),
    ...(acknowledged.length > 0 && {
      frames: [{ frame_type: 'ack', acked_ranges: acknowledged.map((range) => range.map(String)) }],
    }),
  };
}

/** Follows one direction of the stream and tells what each segment completes. */
class StreamReader {
  readonly #direction: Direction;
  readonly #input: ConnectionInput;
  readonly #order = new InOrder();
  #records = 0;
  #frames = 0;
  /** Responses seen per stream: interim ones come first. */
  readonly #responses = new Map<number, number>();

  constructor(direction: Direction, input: ConnectionInput) {
    this.#direction = direction;
    this.#input = input;
  }

  after(
    { segment }: CapturedPacket,
    own: boolean,
    timeMs: number,
    { records, frames }: ConnectionInput['bytes'],
  ): QlogEvent[] {
    if (segment === undefined || segment.length === 0) return [];
    const reached = this.#order.add(segment.seq, segment.seq + segment.length);
    const events: QlogEvent[] = [];
    const ownRecords = records[this.#direction];
    for (; this.#records < ownRecords.length && ownRecords[this.#records]!.end <= reached; this.#records++) {
      const record = ownRecords[this.#records]!;
      events.push([timeMs, 'tls', own ? 'record_created' : 'record_parsed', recordData(record)]);
    }
    const ownFrames = frames[this.#direction];
    for (; this.#frames < ownFrames.length && ownFrames[this.#frames]!.end <= reached; this.#frames++) {
      const frame = ownFrames[this.#frames]!;
      events.push([timeMs, 'http2', own ? 'frame_created' : 'frame_parsed', this.#frameData(frame)]);
    }
    return events;
  }

  #frameData(frame: WireFrame): object {
    const { name, streamId, headerBytes, payloadBytes, endStream, promisedStreamId } = frame;
    return {
      // The magic is no frame, and belongs to no stream.
      stream_id: name === 'magic' ? -1 : streamId,
      header_length: headerBytes,
      payload_length: payloadBytes,
      frame: {
        frame_type: name,
        byte_length: payloadBytes,
        ...((name === 'data' || name === 'headers') && { stream_end: endStream }),
        ...(name === 'headers' && { headers: this.#headers(streamId) }),
        ...(promisedStreamId !== undefined && {
          promised_stream_id: promisedStreamId,
          headers: this.#messages(promisedStreamId).request ?? [],
        }),
      },
    };
  }

  #headers(streamId: number): readonly HeaderField[] {
    const { request, interim = [], response } = this.#messages(streamId);
    if (this.#direction === 'uplink') return request ?? [];
    const before = this.#responses.get(streamId) ?? 0;
    this.#responses.set(streamId, before + 1);
    // What follows the final response are trailers, which NetLog does not tell.
    return interim[before] ?? (before === interim.length ? response : undefined) ?? [];
  }

  #messages(streamId: number): Http2Messages {
    return this.#input.messages.get(messageKey(this.#input.connection, streamId)) ?? {};
  }
}

const CONTENT_TYPES: Readonly<Record<number, string>> = {
  [CHANGE_CIPHER_SPEC]: 'change-cipherspec',
  [ALERT]: 'alert',
  [HANDSHAKE]: 'handshake',
  [APPLICATION_DATA]: 'application',
};

function recordData({ contentType, bytes, plaintext }: OpenRecord): object {
  return {
    header: {
      packet_type: '1RTT',
      packet_number: '',
      content_type: CONTENT_TYPES[contentType] ?? 'unknown',
      header_length: RECORD_HEADER_BYTES,
      payload_length: plaintext.length,
      trailer_length: bytes.length - RECORD_HEADER_BYTES - plaintext.length,
    },
  };
}

/** The server's window and flight, a line per moment at which either changed. */
function recoveryEvents(lane: ConnectionInput['lane']): QlogEvent[] {
  const moments = new Map<number, { congestion_window?: number; bytes_in_flight?: number }>();
  const note = (
    steps: readonly (readonly [number, number])[],
    name: 'congestion_window' | 'bytes_in_flight',
  ) => {
    for (const [at, value] of steps) {
      const timeMs = rounded(at);
      moments.set(timeMs, { ...moments.get(timeMs), [name]: value });
    }
  };
  note(lane?.cwndBytes ?? [], 'congestion_window');
  note(lane?.flightBytes ?? [], 'bytes_in_flight');
  return [...moments].map(([timeMs, metrics]) => [timeMs, 'recovery', 'metrics_updated', metrics]);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
