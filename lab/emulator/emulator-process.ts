import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EnvironmentError } from '../errors.ts';
import type { ServerEvent } from '../../server/server-log.ts';
import type { EmulatorEvidence } from './evidence.ts';
import { portError, portRefusal } from './port-error.ts';
import { V8_OPTIONS, type Scheduling } from './punctuality.ts';
import type { WireCapture } from './wire-capture.ts';
import type { Notice, ProcessUsage, Replies, Reply, Request, ServedSite, TrialOrder } from './messages.ts';

type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface StartOptions {
  /** The same on every address; 0: any free one. */
  readonly port: number;
  /** What its push servers serve; without it only byte sources can stand behind the path. */
  readonly served?: ServedSite;
  /** Hears of what the push server does in live trials. */
  readonly onServerEvent?: (event: ServerEvent) => void;
}

interface Started {
  readonly emulator: EmulatorProcess;
  readonly port: number;
  readonly scheduling: Scheduling;
}

/** The runner's handle on an emulator in a process of its own, so that neither browser nor runner delays its timers. */
export class EmulatorProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #nextId = 1;
  /** Why nothing can be asked any more. */
  #ended: EnvironmentError | undefined;

  /** Resolves, with the reason, once nothing can be asked any more. */
  readonly gone: Promise<EnvironmentError>;
  #onGone: (reason: EnvironmentError) => void = () => undefined;

  private constructor(child: ChildProcess, onServerEvent?: (event: ServerEvent) => void) {
    this.#child = child;
    this.gone = new Promise((resolve) => (this.#onGone = resolve));
    child.on('message', (message: Reply | Notice) => {
      if ('event' in message) onServerEvent?.(message.event);
      else this.#settle(message);
    });
    child.on('exit', (code, signal) => {
      this.#end(new EnvironmentError(`the emulator process ended (${signal ?? `exit ${code}`})`));
    });
    child.on('error', (error) => {
      this.#end(new EnvironmentError(`the emulator process failed: ${error.message}`, { cause: error }));
    });
  }

  /** @throws {EnvironmentError} where the port is taken */
  static async start(options: StartOptions): Promise<Started> {
    const child = fork(fileURLToPath(new URL('./process.js', import.meta.url)), {
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...V8_OPTIONS],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const emulator = new EmulatorProcess(child, options.onServerEvent);
    const { port: wantedPort, served } = options;
    try {
      const { port, scheduling } = await emulator.#ask<'start'>({
        kind: 'start',
        port: wantedPort,
        served: served && { site: served.site, certificate: pemsOf(served.certificate) },
      });
      return { emulator, port, scheduling };
    } catch (error) {
      emulator.kill();
      const refusal = portRefusal((error as Error).cause);
      throw refusal === undefined ? error : portError(refusal, wantedPort);
    }
  }

  begin(trial: TrialOrder): Promise<void> {
    return this.#ask<'begin'>({ kind: 'begin', trial });
  }

  settled(quietMs: number, limitMs: number): Promise<boolean> {
    return this.#ask<'settled'>({ kind: 'settled', quietMs, limitMs });
  }

  /** From now on the strategy acts. */
  endPrelude(): Promise<void> {
    return this.#ask<'end-prelude'>({ kind: 'end-prelude' });
  }

  /** What the server has logged in this trial so far. */
  serverEvents(): Promise<readonly ServerEvent[]> {
    return this.#ask<'server-events'>({ kind: 'server-events' });
  }

  end(): Promise<EmulatorEvidence> {
    return this.#ask<'end'>({ kind: 'end' });
  }

  /** Of the trial that ended last; undefined where none was ordered, or the page was too large for it. */
  takeCapture(): Promise<WireCapture | undefined> {
    return this.#ask<'take-capture'>({ kind: 'take-capture' });
  }

  usage(): Promise<ProcessUsage> {
    return this.#ask<'usage'>({ kind: 'usage' });
  }

  /** How late the pacer wakes with nothing else to do, ms per wake-up, over `durationMs`. */
  timePacer(durationMs: number): Promise<readonly number[]> {
    return this.#ask<'time-pacer'>({ kind: 'time-pacer', durationMs });
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
    this.#onGone(this.#ended);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value as never);
    else waiting?.reject(new EnvironmentError(reply.message, { cause: reply.refusal }));
  }
}

/** A certificate carries more than the server needs to know. */
function pemsOf({ keyPem, certPem, ownCertPems }: ServedSite['certificate']): ServedSite['certificate'] {
  return { keyPem, certPem, ownCertPems };
}
