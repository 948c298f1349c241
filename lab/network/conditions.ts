import type { DeliveryTrace } from './link/delivery-trace.ts';
import type { Direction } from './tcp/connection.ts';

/** How much a queue holds: bytes or packets, those in service counted, or what drains in so many ms at the link's rate. */
export type QueueLimit =
  { readonly bytes: number } | { readonly packets: number } | { readonly delayMs: number };

/** A queueing discipline and its parameters, named as in RFC 8289, RFC 8290 and tc-fq_codel(8). */
export type QueueConditions =
  | { readonly discipline: 'droptail'; readonly limit: QueueLimit }
  | ({ readonly discipline: 'codel'; readonly limit: QueueLimit } & CodelParameters)
  | ({
      readonly discipline: 'fq-codel';
      readonly limit: QueueLimit;
      /** Bytes a flow may send per round. */
      readonly quantumBytes: number;
      /** Queues the connections are hashed into. */
      readonly flows: number;
    } & CodelParameters);

export interface CodelParameters {
  /** Standing queue delay that is acceptable. */
  readonly targetMs: number;
  /** How long the delay must have stayed above the target; of the order of the longest round trip. */
  readonly intervalMs: number;
}

/** Bursts of loss, in the terms of tc-netem(8): `loss gemodel p r 1-h 1-k`. All are probabilities per packet. */
export interface GilbertElliottConditions {
  /** From the good state to the bad one. */
  readonly p: number;
  /** From the bad state to the good one: a stay in the bad state lasts 1/r packets on average. */
  readonly r: number;
  /** Loss in the bad state, 1-h. */
  readonly badLossRate: number;
  /** Loss in the good state, 1-k. */
  readonly goodLossRate: number;
}

/** One direction of the shared bottleneck. */
export interface LinkConditions {
  /** Bits per second, counted on IP packets (headers included, no layer-2 bytes). Of a trace: its mean. */
  readonly bandwidthBps: number;
  /**
   * Droptail limit in bytes of IP packets, the one in service counted in full. Where `queue` is limited otherwise:
   * what that amounts to, in full packets or at `bandwidthBps`.
   */
  readonly queueLimitBytes: number;
  /** Share of packets lost behind the queue in the long run, 0 to below 1; forced losses are not counted. */
  readonly lossRate: number;
  /** Absent: droptail, limited to `queueLimitBytes`. */
  readonly queue?: QueueConditions | undefined;
  /** Absent: each packet is lost independently (Bernoulli). */
  readonly gilbertElliott?: GilbertElliottConditions | undefined;
  /** Packets that carry payload are numbered from 0 as they arrive at the queue; these vanish behind it. */
  readonly forcedLosses?: readonly number[] | undefined;
  /** Up to this much extra delay per packet, uniform, without reordering. */
  readonly jitterMs?: number | undefined;
  /** When the link may deliver, instead of at a constant rate. */
  readonly trace?: DeliveryTrace | undefined;
}

/** What is different from some moment on; what is left out stays. */
export interface LinkChange {
  /** Since the first SYN of the network. */
  readonly atMs: number;
  readonly downlinkBps?: number | undefined;
  readonly uplinkBps?: number | undefined;
  readonly baseRttMs?: number | undefined;
  /** Bernoulli, in each direction. */
  readonly lossRate?: number | undefined;
}

/** Bulk transfers that share the bottleneck and carry no bytes of the page. */
export interface BackgroundConditions {
  /** Downlink: downloads. */
  readonly direction: Direction;
  readonly flows: number;
  /** Since the first SYN of the foreground. */
  readonly startMs: number;
  /** Absent: until the network closes, or `sizeBytes` have arrived. */
  readonly stopMs?: number | undefined;
  /** Of each flow; absent: endless. */
  readonly sizeBytes?: number | undefined;
}

export const CONGESTION_CONTROLS = ['cubic', 'reno', 'bbr'] as const;
export type CongestionControlName = (typeof CONGESTION_CONTROLS)[number];

/** Everything the network model needs to know about the path between the browser and the server. */
export interface NetworkConditions {
  /** Preset the numbers came from, or `custom`. Never shown without the numbers. */
  readonly name: string;
  /** Where the numbers come from: a document and its date. */
  readonly source?: string | undefined;
  /** Round-trip propagation delay in ms; half of it in each direction. */
  readonly baseRttMs: number;
  /** Server to client. */
  readonly downlink: LinkConditions;
  /** Client to server. */
  readonly uplink: LinkConditions;
  /** RFC 6928 initial window in segments, as `ip route ... initcwnd` counts it. */
  readonly initialWindowSegments: number;
  readonly congestionControl: CongestionControlName;
  /** Bytes a server may hand to its kernel ahead of the network: fixed, or autotuned as Linux does. */
  readonly sendBufferBytes: number | 'auto';
  /** The server spaces its segments out, as under `fq` or SO_MAX_PACING_RATE, instead of sending bursts. */
  readonly pacing: boolean;
  /** TCP_NOTSENT_LOWAT: a server is asked for more only while fewer bytes than this are unsent; absent: no such limit. */
  readonly notSentLowatBytes?: number | undefined;
  /** In order of time. */
  readonly changes?: readonly LinkChange[] | undefined;
  readonly background?: readonly BackgroundConditions[] | undefined;
  /** Host name → round-trip delay beyond the shared bottleneck, on top of `baseRttMs`. */
  readonly extraRttMs?: Readonly<Record<string, number>> | undefined;
}

/** Bandwidth-delay product of the downlink in bytes. */
export function bdpBytes(conditions: {
  readonly baseRttMs: number;
  readonly downlink: { readonly bandwidthBps: number };
}): number {
  return (conditions.downlink.bandwidthBps / 8) * (conditions.baseRttMs / 1000);
}
