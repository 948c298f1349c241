/** One direction of the shared bottleneck. */
export interface LinkConditions {
  /** Bits per second, counted on IP packets (headers included, no layer-2 bytes). */
  readonly bandwidthBps: number;
  /** Droptail limit in bytes of IP packets, the one in service counted in full. */
  readonly queueLimitBytes: number;
  /** Bernoulli loss after the queue, 0..1. */
  readonly lossRate: number;
}

export type CongestionControlName = 'cubic' | 'reno';

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
}

/** Bandwidth-delay product of the downlink in bytes. */
export function bdpBytes(conditions: NetworkConditions): number {
  return (conditions.downlink.bandwidthBps / 8) * (conditions.baseRttMs / 1000);
}
