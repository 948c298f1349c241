import type { Duplex } from 'node:stream';
import type { ServerTransport } from '../../server/server-task.ts';
import type { Peer } from './peer.ts';

/** What a blocking server writes at a time; the next write waits until the kernel has taken all of this one. */
const WRITE_BYTES = 65_536;
const ZEROS = Buffer.alloc(WRITE_BYTES);

/** A peer without HTTP or TLS: every byte of request is answered with `answerBytes`. One byte makes it an echo. */
export class ByteSource implements Peer {
  readonly answersAtOnce = true;
  readonly #answerBytes: number;
  #unwrittenBytes = 0;

  constructor(answerBytes: number) {
    this.#answerBytes = answerBytes;
  }

  get isIdle(): boolean {
    return this.#unwrittenBytes === 0;
  }

  accept({ socket }: ServerTransport): void {
    let owedBytes = 0;
    const write = () => {
      const bytes = Math.min(owedBytes, WRITE_BYTES);
      socket.write(ZEROS.subarray(0, bytes), (error) => {
        if (error !== null && error !== undefined) return;
        owe(-bytes);
        if (owedBytes > 0) write();
      });
    };
    const owe = (bytes: number) => {
      owedBytes += bytes;
      this.#unwrittenBytes += bytes;
    };
    socket.on('data', (request: Buffer) => {
      const wasIdle = owedBytes === 0;
      owe(request.length * this.#answerBytes);
      if (wasIdle) write();
    });
    whenOver(socket, () => owe(-owedBytes));
  }
}

function whenOver(socket: Duplex, action: () => void): void {
  socket.on('error', () => undefined);
  socket.on('end', () => socket.destroy());
  socket.on('close', action);
}
