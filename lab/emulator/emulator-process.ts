import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../errors.ts';
import type { EmulatorEvidence } from './evidence.ts';
import type { Replies, Reply, Request, TrialOrder } from './messages.ts';

type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface StartOptions {
  readonly site: string;
  readonly certificate: { readonly keyPem: string; readonly certPem: string };
  readonly port: number;
}

/** The runner's handle on an emulator in a process of its own, so that neither browser nor runner delays its timers. */
export class EmulatorProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  /** Why nothing can be asked any more. */
  #ended: EnvironmentError | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply: Reply) => this.#settle(reply));
    child.on('exit', (code, signal) => {
      this.#end(new EnvironmentError(`the emulator process ended (${signal ?? `exit ${code}`})`));
    });
    child.on('error', (error) => {
      this.#end(new EnvironmentError(`the emulator process failed: ${error.message}`, { cause: error }));
    });
  }

  /**
   * @param options.site name or folder, as loadSite takes it
   * @param options.port 0: any free one
   * @throws {EnvironmentError} where the port is taken
   */
  static async start(options: StartOptions): Promise<{ emulator: EmulatorProcess; port: number }> {
    const child = fork(fileURLToPath(new URL('./process.js', import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const emulator = new EmulatorProcess(child);
    const { keyPem, certPem } = options.certificate;
    try {
      const { site, port: wantedPort } = options;
      const { port } = await emulator.#ask<'start'>({
        kind: 'start',
        site,
        port: wantedPort,
        certificate: { keyPem, certPem },
      });
      return { emulator, port };
    } catch (error) {
      emulator.kill();
      throw portError(error, options.port);
    }
  }

  begin(trial: TrialOrder): Promise<void> {
    return this.#ask<'begin'>({ kind: 'begin', trial });
  }

  settled(quietMs: number, limitMs: number): Promise<boolean> {
    return this.#ask<'settled'>({ kind: 'settled', quietMs, limitMs });
  }

  end(): Promise<EmulatorEvidence> {
    return this.#ask<'end'>({ kind: 'end' });
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.#ask<'stop'>({ kind: 'stop' });
    await exited;
  }

  /** Without ceremony, when the runner itself is going down. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask<K extends Request['kind']>(body: RequestBody & { kind: K }): Promise<Replies[K]> {
    const id = this.#nextId++;
    return new Promise<Replies[K]>((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ ...body, id }, (error) => {
        if (error !== null) this.#end(new EnvironmentError('the emulator process is gone', { cause: error }));
      });
    });
  }

  #end(reason: EnvironmentError): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value as never);
    else waiting?.reject(new EnvironmentError(reply.message));
  }
}

function portError(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !/EADDRINUSE|EACCES/.test(error.message)) return error;
  const reason = error.message.includes('EACCES') ? 'not yours to use' : 'in use by another program';
  return new EnvironmentError(`port ${port} on 127.0.0.1 is ${reason}`, {
    nextStep: 'choose another with --port, or leave it out for any free one',
    cause: error,
  });
}
