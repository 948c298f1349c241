import { Simulation, type TimeMs } from '../network/simulation.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import { Pacer } from './pacer.ts';

/**
 * Least time between two wake-ups of the pacer: events closer together are processed in one go, at most this late. Each
 * wake-up costs two thread switches, and on a fast link they would come every few dozen microseconds and take the CPU
 * from the browser that is being measured.
 */
const MIN_WAKE_GAP_MS = 0.25;

/** node:http2 sends in one turn of the event loop what it was given in the one before. */
const QUIET_TURNS = 2;
/** A server that is still at work after so many goes on by the wall clock. */
const MAX_TURNS = 64;
/** So does one that has given the network this much to do meanwhile, a TLS record of full size (RFC 8446 §5.1). */
const AHEAD_BYTES = 16_384;

/** From when the server got something until it has done what follows from that. */
interface Serving {
  /** Of the event loop. */
  turns: number;
  /** Of these, since the server last did something or asked for the time. */
  quietTurns: number;
  writtenBytes: number;
}

/** Of a trial. */
interface DriverOptions {
  /** Default true. */
  readonly recordLateness?: boolean;
  /** How far the server's clock may lag, ms: what it sends is not due at the client earlier than so long after. */
  readonly hiddenMs?: number;
}

/**
 * Runs a simulation against the wall clock, between a client that lives by the wall clock and a server that lives by the
 * model's. Events keep their due time when they are processed late, so lateness does not add up inside the model. What
 * is passed to the client late does reach it late: the record says how late.
 *
 * The model's time is 0 when something first acts on it, as on the virtual clock. TCP's timestamps tick in whole
 * milliseconds of it: begun at another part of a millisecond, a transfer may take another way.
 *
 * The server's computing takes no time: it belongs to the apparatus, and a real one's is what a scenario calls think
 * time. When something reaches the server, the model's time stands still until it has done what follows from it; the
 * time that this took is made up on the way to the client. Where it takes longer than that way, the rest is lateness: a
 * machine that halts meanwhile shows in the record.
 */
export class WallClockDriver {
  #simulation = new Simulation();
  /** CLOCK_MONOTONIC ms at the model's 0; undefined before. */
  #beganMs: number | undefined;
  #latenessMs: number[] = [];
  #recordLateness = true;
  #hiddenMs = 0;
  #toClient: (() => void)[] = [];
  /** When the first of them was due. */
  #toClientDueMs: TimeMs = 0;
  /** Of the batch that is not over. */
  #worstLatenessMs = -Infinity;
  #toServer: (() => void)[] = [];
  #isAdvancing = false;
  #serving: Serving | undefined;
  #isPassing = false;
  #isPassingSoon = false;
  #wokenMs: TimeMs = -Infinity;
  readonly #pacer = new Pacer(() => this.#wakeOnTime());

  get simulation(): Simulation {
    return this.#simulation;
  }

  /** The model's time as CLOCK_MONOTONIC ms; what that is now, before anything has acted. */
  get monotonicMs(): number {
    return (this.#beganMs ?? monotonicNowMs()) + this.#simulation.nowMs;
  }

  /** Starts over with an empty simulation; what was pending is forgotten. */
  restart({ recordLateness = true, hiddenMs = 0 }: DriverOptions = {}): Simulation {
    this.#simulation = new Simulation();
    this.#beganMs = undefined;
    this.#wokenMs = -Infinity;
    this.#latenessMs = [];
    this.#worstLatenessMs = -Infinity;
    this.#recordLateness = recordLateness;
    this.#hiddenMs = hiddenMs;
    this.#toClient = [];
    this.#toServer = [];
    this.#serving = undefined;
    return this.#simulation;
  }

  /**
   * How late each batch was since `restart`, ms: the worse of when the pacer woke for it and when its first part for the
   * client was passed on. What it takes the model to catch up with the clock is one batch.
   */
  get latenessMs(): readonly number[] {
    return this.#latenessMs;
  }

  /**
   * Brings the model to now, whatever waits, and lets something act on it: a server that is still at work goes on from
   * now. What the model sets off outside runs afterwards, never within the caller.
   */
  act<T>(action: () => T): T {
    if (!this.#isAdvancing) {
      const timeMs = this.#clock();
      this.#simulate(() => this.#simulation.advanceTo(timeMs));
    }
    const result = action();
    this.#follow();
    return result;
  }

  /** The client does something now: an event of the model, which comes to it as soon as the server is done. */
  fromClient(action: () => void): void {
    const nowMs = this.#clock();
    this.#simulation.at(nowMs, action);
    if (this.#serving === undefined) this.#advance(nowMs);
    this.#follow();
  }

  /**
   * The server does something, or asks for the time: at the moment at which it got what this follows from. May be called
   * from within an event, and then acts at its due time.
   * @param writtenBytes that it gives the network to send
   */
  fromServer<T>(action: () => T, writtenBytes = 0): T {
    if (this.#isAdvancing) return action();
    const nowMs = this.#clock();
    const serving = this.#serving;
    if (serving === undefined) this.#advance(nowMs);
    else this.#goAlong(serving, nowMs);
    const result = action();
    if (serving !== undefined) {
      serving.quietTurns = 0;
      serving.writtenBytes += writtenBytes;
    }
    this.#follow();
    return result;
  }

  /** For the model's handlers: runs `action`, which passes something to the client, once the events now due have run. */
  toClient(action: () => void): void {
    if (this.#toClient.length === 0) this.#toClientDueMs = this.#simulation.nowMs;
    this.#toClient.push(action);
  }

  /**
   * For the model's handlers: runs `action`, which gives the server something, once the events of this moment have run;
   * while the server is at something else, once it is through with that.
   */
  toServer(action: () => void): void {
    this.#toServer.push(action);
  }

  async stop(): Promise<void> {
    await this.#pacer.stop();
  }

  #wakeOnTime(): void {
    // Not for a model that is over, before anything has acted on the next.
    if (this.#serving !== undefined || this.#beganMs === undefined) return;
    const dueMs = this.#simulation.nextDueMs;
    if (dueMs !== undefined) this.#noteLateness(this.#clock() - dueMs);
    this.#wake();
  }

  #wake(): void {
    const nowMs = this.#clock();
    this.#wokenMs = nowMs;
    this.#advance(nowMs);
    // Before the outside is served: the pacer's thread falls asleep meanwhile.
    this.#arm();
    this.#pass();
  }

  /** Runs what is due until `timeMs`, but not past a moment at which the server gets something. */
  #advance(timeMs: number): void {
    const simulation = this.#simulation;
    if (timeMs < simulation.nowMs) return;
    this.#simulate(() => {
      simulation.run({ limitMs: timeMs, done: () => this.#toServer.length > 0 });
      if (this.#toServer.length === 0) simulation.advanceTo(timeMs);
    });
  }

  /** The server is at work: the model stands still for it as long as the way to the client hides that. */
  #goAlong({ writtenBytes }: Serving, nowMs: number): void {
    const simulation = this.#simulation;
    const hiddenMs = writtenBytes < AHEAD_BYTES ? this.#hiddenMs : 0;
    const timeMs = nowMs - hiddenMs;
    if (timeMs <= simulation.nowMs) return;
    if (hiddenMs > 0) this.#noteLateness(timeMs - simulation.nowMs);
    this.#simulate(() => simulation.advanceTo(timeMs));
  }

  #simulate(run: () => void): void {
    this.#isAdvancing = true;
    run();
    this.#isAdvancing = false;
  }

  /** What must come after something from outside has acted on the model. */
  #follow(): void {
    if (this.#isAdvancing) return;
    if (this.#serving === undefined) this.#arm();
    if (this.#isPassing || this.#isPassingSoon) return;
    if (this.#toClient.length === 0 && this.#toServer.length === 0) return;
    this.#isPassingSoon = true;
    process.nextTick(() => {
      this.#isPassingSoon = false;
      this.#pass();
    });
  }

  #arm(): void {
    // It has been started over meanwhile.
    if (this.#beganMs === undefined) return;
    const dueMs = this.#simulation.nextDueMs ?? Infinity;
    this.#pacer.wakeAt(this.#beganMs + Math.max(dueMs, this.#wokenMs + MIN_WAKE_GAP_MS));
  }

  /** What the wall clock says in the model's time, which the first to ask begins. */
  #clock(): TimeMs {
    const nowMs = monotonicNowMs();
    this.#beganMs ??= nowMs;
    return nowMs - this.#beganMs;
  }

  /** The client first: its part was due no later, and the server takes its time. */
  #pass(): void {
    if (this.#isPassing) return;
    this.#isPassing = true;
    while (this.#toClient.length > 0) this.#passToClient();
    this.#isPassing = false;
    if (this.#serving !== undefined) return;
    if (this.#toServer.length > 0) this.#serve();
    else this.#endBatch();
  }

  #passToClient(): void {
    const passing = this.#toClient;
    this.#toClient = [];
    this.#noteLateness(this.#clock() - this.#toClientDueMs);
    for (const pass of passing) pass();
  }

  #noteLateness(latenessMs: number): void {
    this.#worstLatenessMs = Math.max(this.#worstLatenessMs, latenessMs);
  }

  /** The model has caught up with the clock. */
  #endBatch(): void {
    if (this.#recordLateness && this.#worstLatenessMs >= 0) this.#latenessMs.push(this.#worstLatenessMs);
    this.#worstLatenessMs = -Infinity;
  }

  #serve(): void {
    const giving = this.#toServer;
    this.#toServer = [];
    // Nothing would be hidden: it is not waited for.
    if (this.#hiddenMs === 0) {
      for (const give of giving) give();
      this.#follow();
      return;
    }
    const serving = { turns: 0, quietTurns: 0, writtenBytes: 0 };
    this.#serving = serving;
    this.#pacer.wakeAt(Infinity);
    for (const give of giving) give();
    this.#awaitServer(serving);
  }

  #awaitServer(serving: Serving): void {
    setImmediate(() => {
      // Another trial has begun.
      if (this.#serving !== serving) return;
      serving.turns++;
      serving.quietTurns++;
      const isDone = serving.quietTurns > QUIET_TURNS || serving.turns === MAX_TURNS;
      if (!isDone && serving.writtenBytes < AHEAD_BYTES) {
        this.#awaitServer(serving);
        return;
      }
      this.#serving = undefined;
      this.#wake();
    });
  }
}
