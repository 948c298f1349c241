import type { CapturedConnection, WireCapture } from '../../lab/emulator/wire-capture.ts';
import { labVersion } from '../../lab/package-root.ts';
import { INITIAL_RECEIVE_WINDOW_BYTES } from '../../lab/network/tcp/receive-window.ts';
import { SYN_BYTES } from '../../lab/network/tcp/segment.ts';
import { keyLogText } from '../key-log.ts';
import { decryptionSecrets, enhancedPacket, interfaceDescription, sectionHeader } from './blocks.ts';
import { seenByClient, type SeenPacket } from './client-view.ts';
import { ACK, FIN, PSH, SYN, tcpFrame, type Endpoint, type TcpFrame } from './tcp-frame.ts';
import { segmentOptions, synOptions, WINDOW_SCALE } from './tcp-options.ts';

/** Addresses for documentation (RFC 5737) and locally administered MACs: nobody's. */
const CLIENT = { address: '192.0.2.1', mac: [2, 0, 0, 0, 0, 1] };
const SERVER = { port: 443, mac: [2, 0, 0, 0, 0, 2] };
const SERVER_NETWORK = '198.51.100';
/** Initial sequence numbers are 0, so that raw and relative ones are the same; the SYN takes one. */
const FIRST_SEQ = 1;
const NO_BYTES = new Uint8Array();

/**
 * A capture as a sniffer on the client's side of the emulated path would have taken it: the model's packets at the
 * model's times, with the bytes that went through, and the TLS secrets to read them. What the path dropped on the way
 * down was never seen there; what it dropped on the way up is marked with a comment.
 */
export function renderPcapng(capture: WireCapture, comment: string): Buffer {
  const packets = seenByClient(capture);
  const states = new Map(capture.connections.map(({ id }) => [id, new ConnectionState()]));
  const blocks = packets.map((seen) => {
    const state = states.get(seen.connection.id)!;
    const { direction, dropped } = seen.packet;
    const inbound = direction === 'downlink';
    return {
      atMs: seen.atMs,
      block: enhancedPacket(tcpFrame(state.frame(seen)), {
        epochMs: seen.atMs + capture.epochOffsetMs,
        inbound,
        comment: dropped === undefined ? undefined : `dropped behind this point: ${DROP_WORDS[dropped]}`,
      }),
    };
  });
  for (const connection of capture.connections) {
    const { closedMs } = connection;
    const state = states.get(connection.id)!;
    if (closedMs === undefined || !state.isOpen) continue;
    blocks.push({
      atMs: closedMs,
      block: enhancedPacket(tcpFrame(state.fin(connection)), {
        epochMs: closedMs + capture.epochOffsetMs,
        inbound: false,
        comment: 'the client closed its socket; the model does not carry FINs, this one took no capacity',
      }),
    });
  }
  blocks.sort((a, b) => a.atMs - b.atMs);
  return Buffer.concat([
    sectionHeader(`push lab ${labVersion}`, comment),
    interfaceDescription('client', 'client side of the emulated path'),
    decryptionSecrets(keyLogText(capture)),
    ...blocks.map(({ block }) => block),
  ]);
}

const DROP_WORDS = { queue: 'the queue was full', aqm: 'by CoDel', link: 'lost on the link' } as const;

/** What the fields of the next packet depend on. */
class ConnectionState {
  isOpen = false;
  #clientTimestamp = 0;
  #serverTimestamp = 0;
  #clientNext = FIRST_SEQ;
  #serverNext = FIRST_SEQ;
  #identification = { uplink: 0, downlink: 0 };

  frame({ connection, packet }: SeenPacket): TcpFrame {
    const { direction, segment, sizeBytes, sentMs } = packet;
    const up = direction === 'uplink';
    const ends = endpoints(connection, up);
    const identification = this.#identification[direction]++;
    if (segment === undefined) {
      // Timestamps tick in ms, as those of segments do.
      const timestamp = Math.floor(sentMs);
      const echo = up ? this.#serverTimestamp : this.#clientTimestamp;
      this.#note(up, timestamp);
      if (sizeBytes === SYN_BYTES) {
        this.isOpen = true;
        return {
          ...ends,
          identification,
          seq: 0,
          ack: up ? 0 : FIRST_SEQ,
          flags: up ? SYN : SYN | ACK,
          // Not scaled on a SYN (RFC 7323 §2.2).
          window: Math.min(INITIAL_RECEIVE_WINDOW_BYTES, 0xffff),
          options: synOptions(timestamp, up ? 0 : echo),
          payload: NO_BYTES,
        };
      }
      return {
        ...ends,
        identification,
        seq: FIRST_SEQ,
        ack: FIRST_SEQ,
        flags: ACK,
        window: windowField(INITIAL_RECEIVE_WINDOW_BYTES),
        options: segmentOptions(timestamp, echo, { sackBlocks: [], duplicate: undefined }, FIRST_SEQ),
        payload: NO_BYTES,
      };
    }
    const { seq, length, push, timestamp, acknowledgement } = segment;
    this.#note(up, timestamp);
    const echo = acknowledgement.echo ?? (up ? this.#serverTimestamp : this.#clientTimestamp);
    if (up) this.#clientNext = Math.max(this.#clientNext, FIRST_SEQ + seq + length);
    else this.#serverNext = Math.max(this.#serverNext, FIRST_SEQ + seq + length);
    return {
      ...ends,
      identification,
      seq: FIRST_SEQ + seq,
      ack: FIRST_SEQ + acknowledgement.ack,
      flags: ACK | (push && length > 0 ? PSH : 0),
      window: windowField(acknowledgement.windowBytes),
      options: segmentOptions(timestamp, echo, acknowledgement, FIRST_SEQ),
      payload: connection[direction].subarray(seq, seq + length),
    };
  }

  fin(connection: CapturedConnection): TcpFrame {
    return {
      ...endpoints(connection, true),
      identification: this.#identification.uplink++,
      seq: this.#clientNext,
      ack: this.#serverNext,
      flags: FIN | ACK,
      window: windowField(INITIAL_RECEIVE_WINDOW_BYTES),
      options: segmentOptions(
        Math.max(Math.floor(connection.closedMs ?? 0), this.#clientTimestamp),
        this.#serverTimestamp,
        { sackBlocks: [], duplicate: undefined },
        FIRST_SEQ,
      ),
      payload: NO_BYTES,
    };
  }

  #note(up: boolean, timestamp: number): void {
    if (up) this.#clientTimestamp = timestamp;
    else this.#serverTimestamp = timestamp;
  }
}

function endpoints(
  { clientPort, serverAddress = '127.0.0.1' }: CapturedConnection,
  up: boolean,
): Pick<TcpFrame, 'source' | 'destination'> {
  const client: Endpoint = { ...CLIENT, port: clientPort };
  // As many addresses as the site has on loopback, in the same order.
  const [number] = serverAddress.split('.').slice(-1);
  const server: Endpoint = { ...SERVER, address: `${SERVER_NETWORK}.${number}` };
  return up ? { source: client, destination: server } : { source: server, destination: client };
}

function windowField(bytes: number): number {
  return Math.min(bytes >> WINDOW_SCALE, 0xffff);
}
