import type { NetworkConditions } from '../conditions.ts';
import type { Port } from '../link.ts';
import type { Simulation, TimeMs, Timer } from '../simulation.ts';
import { TcpEndpoint } from './endpoint.ts';
import { kernelTimerMs } from './kernel-timer.ts';
import { INITIAL_RECEIVE_WINDOW_BYTES } from './receive-window.ts';
import { HEADER_BYTES, SYN_BYTES } from './segment.ts';
import { SendBuffer } from './send-buffer.ts';
import type { Direction, PacketPool, PacketSink, WirePacket } from './wire-packet.ts';

export type { Direction, WirePacket } from './wire-packet.ts';

/** RFC 6298 (2.1): before any sample. */
const SYN_TIMEOUT_MS = 1000;

/** What its owner is told. Every call comes at the model's time. */
export interface ConnectionHandlers {
  /** SYN-ACK at the client. */
  onConnected?(): void;
  /** The next bytes, in order, at the client. */
  onClientReceived(bytes: number): void;
  /** The next bytes, in order, at the server. */
  onServerReceived(bytes: number): void;
  /** Room in the server's send buffer may have appeared. */
  onServerWritable?(): void;
  /** Server side: after every change of window or flight. */
  onWindow?(cwndSegments: number, flightBytes: number): void;
  /** Server side: payload bytes sent for the first time so far. */
  onServerSent?(sentBytes: number): void;
}

/** One TCP connection across the emulated path, from SYN to silence. Bytes are counts; their owner keeps the content. */
export class TcpConnection implements PacketSink {
  readonly id: number;
  readonly #simulation: Simulation;
  readonly #links: Readonly<Record<Direction, Port<WirePacket>>>;
  readonly #packets: PacketPool;
  readonly #client: TcpEndpoint;
  readonly #server: TcpEndpoint;
  readonly #handlers: ConnectionHandlers;
  readonly #serverBuffer: SendBuffer;
  readonly #notSentLowatBytes: number;
  #synTimer: Timer | undefined;
  /** When the SYN-ACK that arrived first had left. */
  #serverHandshakeSentMs: TimeMs = 0;
  #clientConnected = false;
  #serverConnected = false;
  #closed = false;
  /** The server's TCP is at work: news of room waits until it is done. */
  #serverIsBusy = false;
  #knownFreeBytes = 0;

  constructor(
    id: number,
    simulation: Simulation,
    path: { links: Readonly<Record<Direction, Port<WirePacket>>>; packets: PacketPool },
    conditions: NetworkConditions,
    handlers: ConnectionHandlers,
    random: () => number,
  ) {
    const { links, packets } = path;
    this.id = id;
    this.#simulation = simulation;
    this.#links = links;
    this.#packets = packets;
    this.#handlers = handlers;
    this.#notSentLowatBytes = conditions.notSentLowatBytes ?? Infinity;
    const { congestionControl, initialWindowSegments, pacing } = conditions;
    const outbound = (direction: Direction) => ({
      connection: id,
      direction,
      link: links[direction],
      packets,
      sink: this,
    });
    this.#client = new TcpEndpoint(
      simulation,
      outbound('uplink'),
      { onReceived: (bytes) => handlers.onClientReceived(bytes) },
      { initialWindowSegments, congestionControl, pacing: false, random },
    );
    this.#server = new TcpEndpoint(
      simulation,
      outbound('downlink'),
      {
        onReceived: (bytes) => handlers.onServerReceived(bytes),
        onSent: (endSeq) => handlers.onServerSent?.(endSeq),
        onWindow: (cwndSegments, flightBytes) => this.#onServerWindow(cwndSegments, flightBytes),
      },
      { initialWindowSegments, congestionControl, pacing, random },
    );
    this.#serverBuffer = new SendBuffer(conditions.sendBufferBytes, this.#server.sender.windowsBuffered);
    this.#sendSyn(SYN_TIMEOUT_MS);
  }

  clientWrite(bytes: number): void {
    this.#client.sender.write(bytes);
  }

  serverWrite(bytes: number): void {
    const wasBusy = this.#serverIsBusy;
    this.#serverIsBusy = true;
    this.#server.sender.write(bytes);
    this.#serverIsBusy = wasBusy;
    this.#knownFreeBytes = this.serverFreeBytes;
  }

  /** Of the server's sender, now. */
  get serverCwndSegments(): number {
    return this.#server.sender.cwndSegments;
  }

  /**
   * Bytes the server may hand over now; negative when more was handed over than fits. Its buffer bounds what is not yet
   * acknowledged, TCP_NOTSENT_LOWAT what is not yet sent.
   */
  get serverFreeBytes(): number {
    const { sender } = this.#server;
    return Math.min(
      this.#serverBuffer.capacityBytes - sender.bufferedBytes,
      this.#notSentLowatBytes - sender.unsentBytes,
    );
  }

  /** Nothing written by either side is still unacknowledged. */
  get isIdle(): boolean {
    return this.#client.sender.bufferedBytes === 0 && this.#server.sender.bufferedBytes === 0;
  }

  close(): void {
    this.#closed = true;
    this.#synTimer?.cancel();
    this.#client.stop();
    this.#server.stop();
  }

  /** Round trips are taken per packet: a timestamp comes back with each answer (RFC 7323 §4.1). */
  #sendSyn(timeoutMs: number): void {
    const sentMs = this.#simulation.nowMs;
    this.#shakeHands('uplink', SYN_BYTES, () => this.#onSyn(sentMs));
    this.#synTimer = this.#simulation.after(kernelTimerMs(timeoutMs), () => this.#sendSyn(2 * timeoutMs));
  }

  #onSyn(synSentMs: TimeMs): void {
    const sentMs = this.#simulation.nowMs;
    this.#shakeHands('downlink', SYN_BYTES, () => this.#onSynAck(synSentMs, sentMs));
  }

  #onSynAck(synSentMs: TimeMs, sentMs: TimeMs): void {
    if (this.#clientConnected) return;
    this.#clientConnected = true;
    this.#synTimer?.cancel();
    const rttMs = this.#simulation.nowMs - synSentMs;
    this.#serverHandshakeSentMs = sentMs;
    this.#shakeHands('uplink', HEADER_BYTES, () => this.#onHandshakeAck());
    this.#handlers.onConnected?.();
    if (!this.#closed) this.#client.sender.establish(rttMs, INITIAL_RECEIVE_WINDOW_BYTES);
  }

  #onHandshakeAck(): void {
    if (this.#serverConnected) return;
    this.#serverConnected = true;
    const handshakeRttMs = this.#simulation.nowMs - this.#serverHandshakeSentMs;
    this.#server.sender.establish(handshakeRttMs, INITIAL_RECEIVE_WINDOW_BYTES);
  }

  #shakeHands(direction: Direction, sizeBytes: number, arrive: () => void): void {
    const packet = this.#packets.take(this.id, direction, {
      onArrival: () => void (this.#closed || arrive()),
    });
    packet.sizeBytes = sizeBytes;
    this.#links[direction].send(packet);
  }

  /** For the links: a packet with a segment. */
  onArrival({ direction, segment }: WirePacket): void {
    if (this.#closed || segment === undefined) return;
    if (direction === 'downlink') {
      this.#client.receive(segment);
      return;
    }
    // The handshake's ACK was lost; data establishes the connection as well (RFC 9293 §3.10.7.4).
    this.#onHandshakeAck();
    this.#serverIsBusy = true;
    this.#server.receive(segment);
    this.#serverIsBusy = false;
    this.#noticeSpace();
  }

  #onServerWindow(cwndSegments: number, flightBytes: number): void {
    this.#serverBuffer.onWindow(cwndSegments);
    this.#handlers.onWindow?.(cwndSegments, flightBytes);
    this.#noticeSpace();
  }

  /** Tells the server of room that an acknowledgement, or pacing, has made; never from within what it is doing. */
  #noticeSpace(): void {
    if (this.#serverIsBusy) return;
    const freeBytes = this.serverFreeBytes;
    const grew = freeBytes > this.#knownFreeBytes;
    this.#knownFreeBytes = freeBytes;
    if (grew) this.#handlers.onServerWritable?.();
  }
}
