import tls from 'node:tls';

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const;
export const ERROR = {
  noError: 0,
  protocol: 1,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** RFC 9113 §4.1. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

/** SETTINGS with these [identifier, value] pairs. */
export function settings(...pairs: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(6 * pairs.length);
  for (const [index, [id, value]] of pairs.entries()) {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return frame(TYPE.settings, 0, 0, payload);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** HPACK without compression: every field a literal that is not indexed (RFC 7541 §6.2.2), strings up to 16,510 B. */
export function hpack(fields: readonly (readonly [string, string])[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of fields) parts.push(Buffer.from([0]), hpackString(name), hpackString(value));
  return Buffer.concat(parts);
}

function hpackString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const rest = bytes.length - 127;
  const length = rest < 128 ? [127, rest] : [127, (rest & 127) | 128, rest >> 7];
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** The fields of a request for this path, and more. */
export function request(
  path: string,
  options: { method?: string; more?: readonly (readonly [string, string])[] } = {},
): Buffer {
  return hpack([
    [':method', options.method ?? 'GET'],
    [':scheme', 'https'],
    [':authority', 'lab.test'],
    [':path', path],
    ...(options.more ?? []),
  ]);
}

/** HEADERS with the whole of a request that has no body. */
export function headers(
  streamId: number,
  block: Buffer = request('/'),
  flags: number = FLAG.endStream,
): Buffer {
  return frame(TYPE.headers, FLAG.endHeaders | flags, streamId, block);
}

/** An HTTP/2 client that says exactly what it is told to, right or wrong. */
export class RawClient {
  readonly frames: Frame[] = [];
  /** Resolves once the connection has ended, by whichever side. */
  readonly closed: Promise<void>;
  readonly #socket: tls.TLSSocket;
  #unread: Buffer = Buffer.alloc(0);

  private constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  /** Connected, and silent so far. */
  static connect(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect(
        { host: '127.0.0.1', port, servername: 'lab.test', rejectUnauthorized: false, ALPNProtocols: ['h2'] },
        () => resolve(new RawClient(socket)),
      );
      socket.on('error', reject);
    });
  }

  /** Connected, preface and SETTINGS sent. */
  static async open(port: number, ...pairs: readonly (readonly [number, number])[]): Promise<RawClient> {
    const client = await RawClient.connect(port);
    client.send(PREFACE, settings(...pairs));
    return client;
  }

  /** False once the kernel and TLS take no more for now. */
  send(...parts: readonly Buffer[]): boolean {
    return !this.#socket.destroyed && this.#socket.write(Buffer.concat(parts));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Reads no more, as a client that has gone to sleep. */
  pause(): void {
    this.#socket.pause();
  }

  /** The first such frame, once it is here; undefined when the connection ends without it. */
  async frame(wanted: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const found = this.frames.find(wanted);
      if (found !== undefined || this.#socket.destroyed) return found;
      await Promise.race([this.closed, new Promise((resolve) => this.#socket.once('data', resolve))]);
    }
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 9) {
      const end = 9 + this.#unread.readUIntBE(0, 3);
      if (this.#unread.length < end) return;
      this.frames.push({
        type: this.#unread.readUInt8(3),
        flags: this.#unread.readUInt8(4),
        streamId: this.#unread.readUInt32BE(5) & 0x7fffffff,
        payload: Buffer.from(this.#unread.subarray(9, end)),
      });
      this.#unread = this.#unread.subarray(end);
    }
  }
}
