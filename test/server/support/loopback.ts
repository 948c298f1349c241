import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { createCertificate } from '../../../lab/emulator/certificate.ts';
import { PushServer } from '../../../server/push-server.ts';
import type { ServerEventBody } from '../../../server/server-log.ts';
import type { ServerTask } from '../../../server/server-task.ts';

export type LoggedEvent = ServerEventBody & { readonly connection: number };

export interface LoopbackServer {
  readonly server: PushServer;
  readonly port: number;
  readonly certPem: string;
  readonly events: LoggedEvent[];
  /** What the server still waits for. */
  readonly timers: ReadonlySet<NodeJS.Timeout>;
  close(): Promise<void>;
}

/**
 * The push server over plain loopback sockets, without an emulated network.
 * @param options.speed of its clock: 1000 makes a limit of minutes one of a fraction of a second
 */
export async function serveOnLoopback(
  task: ServerTask,
  options: { speed?: number } = {},
): Promise<LoopbackServer> {
  const { speed = 1 } = options;
  const certificate = await createCertificate([task.site.hostname, 'localhost', '127.0.0.1']);
  const events: LoggedEvent[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const server = new PushServer(task, certificate, {
    nowMs: () => performance.now() * speed,
    log: (connection, event) => events.push({ connection, ...event }),
    delay: (delayMs, action) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, delayMs / speed);
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
  });
  let connections = 0;
  const sockets = new Set<net.Socket>();
  const listener = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    server.accept({
      id: ++connections,
      socket,
      handedOverBytes: () => socket.bytesWritten,
      cwndBytes: () => Infinity,
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    server,
    port: (listener.address() as AddressInfo).port,
    certPem: certificate.certPem,
    events,
    timers,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      for (const timer of timers) clearTimeout(timer);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
