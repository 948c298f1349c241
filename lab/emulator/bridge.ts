import type net from 'node:net';
import type { Network } from '../network/network.ts';
import { SMSS_BYTES } from '../network/tcp/segment.ts';
import type { ConnectionHandlers, TcpConnection } from '../network/tcp/connection.ts';
import { ByteFifo } from './byte-fifo.ts';
import type { ConnectionEvidence } from './evidence.ts';
import { ModelledSocket } from './modelled-socket.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import type { Peer } from './peer.ts';
import type { Recorder } from './recorder.ts';
import type { WallClockDriver } from './wall-clock-driver.ts';
import type { WireRecorder } from './wire-recorder.ts';

/**
 * What a client may leave unread before its peer's writes block. The model's receiver always reads, its window never
 * closes for this; but a peer that is not let write cannot fill our memory either. The kernel's own buffers between us
 * and the client hold some MB before the first of these bytes waits here.
 */
const UNREAD_LIMIT_BYTES = 1_048_576;
/** What a client may have under way to the peer, as its kernel's send buffer would hold; beyond, we stop reading it. */
const UPLOAD_LIMIT_BYTES = 1_048_576;

/** The peer has closed and its last bytes are passed on: so long its client may take to read them. */
const LINGER_MS = 5_000;

/** The world a connection lives in. */
export interface BridgeWorld {
  readonly driver: WallClockDriver;
  readonly network: Network;
  readonly recorder: Recorder;
  /** Where every byte is to be kept. */
  readonly wire?: WireRecorder | undefined;
  readonly peer: Peer;
  /** How much further away than the bottleneck the peer is. */
  readonly extraRttMs: number;
}

/**
 * Joins a client's real socket, a modelled connection and the peer's end of it. When the client goes, everything goes:
 * socket, peer, the connection's timers, the bytes under way. When the peer closes, what its kernel has taken still
 * arrives (RFC 9293 §3.6), and then everything goes.
 */
export class Bridge {
  readonly #socket: net.Socket;
  readonly #driver: WallClockDriver;
  readonly #recorder: Recorder;
  readonly #wire: WireRecorder | undefined;
  readonly #connection: TcpConnection;
  readonly #evidence: ConnectionEvidence;
  readonly #peerSocket: ModelledSocket;
  readonly #uplink = new ByteFifo();
  readonly #downlink = new ByteFifo();
  #clientEnded = false;
  #peerEnded = false;
  #handedOverBytes = 0;
  /** Handed over, but the modelled send buffer has no room for them yet: the write they belong to blocks. */
  #blockedBytes = 0;
  /** Blocked when the peer closed: its kernel never had them, nobody gets them. */
  #droppedBytes = 0;
  #isPeerClosed = false;
  #deliveredBytes = 0;
  /** Arrived in the events now running, not yet passed on: one write for all of them. */
  #arrivedBytes = { client: 0, peer: 0 };

  /** @param onClosed the connection is over and holds nothing any more */
  constructor(socket: net.Socket, world: BridgeWorld, onClosed: () => void) {
    const { driver, recorder, peer } = world;
    this.#socket = socket;
    this.#driver = driver;
    this.#recorder = recorder;
    this.#wire = world.wire;
    [this.#connection, this.#evidence] = driver.act(() => {
      const connection = this.#connect(world);
      const { id } = connection;
      const { remotePort: clientPort = 0, localAddress: serverAddress, localPort: serverPort } = socket;
      const ends = { clientPort, serverAddress, serverPort };
      return [connection, recorder.connection(id, ends, () => this.#handedOverBytes)];
    });
    this.#peerSocket = this.#createPeerSocket();
    this.#listen(onClosed);
    peer.accept({
      id: this.#connection.id,
      socket: this.#peerSocket,
      handedOverBytes: () => this.#handedOverBytes,
      cwndBytes: () => this.#connection.serverCwndSegments * SMSS_BYTES,
    });
  }

  /** Nothing written by either side is still unacknowledged. */
  get isIdle(): boolean {
    return this.#connection.isIdle;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #connect({ network, peer, extraRttMs }: BridgeWorld): TcpConnection {
    const atOnce = peer.answersAtOnce === true;
    const driver = this.#driver;
    const recorder = this.#recorder;
    const arrived = this.#arrivedBytes;
    const toClient = () => this.#passToClient();
    const toPeer = () => this.#passToPeer();
    const writable = () => this.#peerSocket.onWritable();
    const handlers: ConnectionHandlers = {
      onConnected: () => {
        this.#evidence.connectedMs = driver.monotonicMs;
      },
      onServerReceived: (bytes) => {
        arrived.peer += bytes;
        if (atOnce) toPeer();
        else if (arrived.peer === bytes) driver.toServer(toPeer);
      },
      onClientReceived: (bytes) => {
        this.#deliveredBytes += bytes;
        recorder.step(this.#evidence.deliveredBytes, this.#deliveredBytes);
        arrived.client += bytes;
        if (arrived.client === bytes) driver.toClient(toClient);
      },
      onServerWritable: () => {
        this.#fillSendBuffer();
        if (atOnce) writable();
        else if (this.#peerSocket.mayGoOn) driver.toServer(writable);
      },
      onWindow: (cwndSegments, flightBytes) => {
        recorder.step(this.#evidence.cwndSegments, cwndSegments);
        recorder.step(this.#evidence.flightBytes, flightBytes);
      },
      onServerSent: (sentBytes) => recorder.step(this.#evidence.sentBytes, sentBytes),
    };
    return network.connect(handlers, { extraRttMs });
  }

  #createPeerSocket(): ModelledSocket {
    const peerSocket = new ModelledSocket({
      write: (chunks) => {
        let bytes = 0;
        for (const chunk of chunks) {
          this.#downlink.push(chunk);
          this.#wire?.written(this.#connection.id, 'downlink', chunk);
          bytes += chunk.length;
        }
        // Only once the model has come to the time of this write: what happens until then must not send it.
        this.#driver.fromServer(() => {
          this.#handedOverBytes += bytes;
          this.#blockedBytes += bytes;
          this.#fillSendBuffer();
        }, bytes);
      },
      freeBytes: () => {
        if (this.#socket.writableLength > UNREAD_LIMIT_BYTES) return -1;
        return this.#connection.serverFreeBytes - this.#blockedBytes;
      },
      onRead: () => this.#throttleClient(),
      end: () => {
        this.#peerEnded = true;
        this.#endClient();
      },
      close: () => this.#closePeer(),
      abort: () => {
        this.#connection.close();
        this.#socket.destroy();
      },
    });
    peerSocket.on('error', () => undefined);
    return peerSocket;
  }

  #listen(onClosed: () => void): void {
    const socket = this.#socket;
    socket.on('data', (chunk) => {
      if (this.#isPeerClosed) return;
      this.#uplink.push(chunk);
      this.#wire?.written(this.#connection.id, 'uplink', chunk);
      this.#driver.fromClient(() => {
        if (!socket.destroyed && !this.#isPeerClosed) this.#connection.clientWrite(chunk.length);
      });
      this.#throttleClient();
    });
    // The end of the stream travels behind its last bytes.
    socket.on('end', () => {
      this.#clientEnded = true;
      if (this.#uplink.length === 0) this.#peerSocket.receiveEnd();
    });
    socket.on('drain', () => this.#peerSocket.onWritable());
    socket.on('error', () => this.#peerSocket.destroy());
    socket.on('close', () => {
      this.#evidence.closedMs = monotonicNowMs();
      this.#connection.close();
      this.#peerSocket.destroy();
      this.#uplink.clear();
      this.#downlink.clear();
      onClosed();
    });
  }

  /** Whole segments, as the kernel fills its buffers, until no room is left. */
  #fillSendBuffer(): void {
    for (let freeBytes = this.#connection.serverFreeBytes; this.#blockedBytes > 0 && freeBytes > 0;) {
      const roomBytes = Math.ceil(freeBytes / SMSS_BYTES) * SMSS_BYTES;
      const bytes = Math.min(roomBytes, this.#blockedBytes);
      this.#blockedBytes -= bytes;
      this.#connection.serverWrite(bytes);
      this.#recorder.step(this.#evidence.bufferedBytes!, this.#handedOverBytes - this.#blockedBytes);
      freeBytes = this.#connection.serverFreeBytes;
    }
  }

  #passToClient(): void {
    const bytes = this.#arrivedBytes.client;
    this.#arrivedBytes.client = 0;
    const socket = this.#socket;
    // Closed since it arrived.
    if (socket.destroyed || socket.writableEnded) return;
    const pieces = this.#downlink.take(bytes);
    if (pieces.length === 1) {
      socket.write(pieces[0]!);
    } else {
      socket.cork();
      for (const piece of pieces) socket.write(piece);
      socket.uncork();
    }
    this.#endClient();
  }

  /** The end of the server's stream travels behind its last bytes, too. */
  #endClient(): void {
    if (!this.#peerEnded || this.#downlink.length > this.#droppedBytes) return;
    this.#socket.end();
    if (this.#isPeerClosed) this.#linger();
  }

  /** A TLS alert, for one, is the last that is written before a socket is destroyed. */
  #closePeer(): void {
    // The client's own end leads here, too: then there is nobody to deliver to.
    if (this.#isPeerClosed || this.#socket.destroyed) return;
    this.#isPeerClosed = true;
    this.#peerEnded = true;
    this.#droppedBytes = this.#blockedBytes;
    this.#blockedBytes = 0;
    // Read on, for what is left unread when a socket closes makes its kernel take back what was sent.
    this.#socket.resume();
    this.#endClient();
  }

  #linger(): void {
    const socket = this.#socket;
    this.#connection.close();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    if (socket.writableFinished) socket.destroy();
    else socket.once('finish', () => socket.destroy());
  }

  #passToPeer(): void {
    const bytes = this.#arrivedBytes.peer;
    this.#arrivedBytes.peer = 0;
    if (this.#socket.destroyed) return;
    this.#peerSocket.receive(this.#uplink.take(bytes));
    if (this.#clientEnded && this.#uplink.length === 0) this.#peerSocket.receiveEnd();
    this.#throttleClient();
  }

  #throttleClient(): void {
    if (this.#isPeerClosed) return;
    const underWay = this.#uplink.length + this.#peerSocket.readableLength;
    if (underWay > UPLOAD_LIMIT_BYTES) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }
}
