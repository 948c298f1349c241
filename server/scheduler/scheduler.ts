import { createPolicy, type SchedulerSpec } from './create-policy.ts';
import { FlowControl } from './flow-control.ts';
import { KeptWindows, type AskClient, type WindowTerms } from './kept-windows.ts';
import type { Policy, StreamFacts } from './policy.ts';
import { RecordSize, type TlsRecordSpec } from './record-size.ts';

/** One DATA frame with its 9-byte header fills one TLS record of 16 kB. */
export const MAX_CHUNK_BYTES = 16_375;

/** A response body waiting for its turns. */
export interface Transmission extends StreamFacts {
  readonly streamId: number;
  readonly body: Buffer;
  /** Its first byte waits until these are done: how a strategy orders the wire. */
  readonly after: readonly Transmission[];
  /** Its first byte waits until another stands at its `hold`; without a hold, until that is done. */
  readonly afterHold?: Transmission | undefined;
  /** It stops behind this byte until the others are done; may be added to as long as nothing of it is sent. */
  readonly hold?: { readonly atByte: number; readonly until: readonly Transmission[] } | undefined;
  /**
   * After this many bytes it lets all others go first that are still in their first slice; a body without one is a
   * first slice from end to end. So of several progressive images each shows its first scan before any is refined.
   */
  readonly firstSliceBytes?: number | undefined;
  /** Its turn has come: send the response HEADERS. */
  onStart(): void;
  /** Hand one chunk to the stream; call `done` when the socket has taken it. */
  write(chunk: Buffer, isLast: boolean, done: () => void): void;
}

interface Entry {
  readonly transmission: Transmission;
  /** Counts what was added: of those released together the first goes first. */
  readonly arrival: number;
  isReleased: boolean;
  offset: number;
}

/**
 * Sends one chunk at a time, with one chunk outstanding per connection: what is not handed over can still be overtaken,
 * so the order on the wire is the order chosen here.
 *
 * A strategy's order (`after`) comes first, then first slices; among streams that may go, the policy decides.
 */
export class Scheduler {
  readonly priorities: Policy;
  readonly flowControl = new FlowControl();
  /** Held back by a strategy's order, or released and not yet started. */
  readonly #waiting = new Map<number, Entry>();
  /** Who waits for it, so that what is done need not be asked of all who wait. */
  readonly #dependents = new Map<Transmission, Entry[]>();
  /** Those of the waiting that need wait no more. */
  #released: Entry[] = [];
  readonly #started = new Map<number, Entry>();
  readonly #records: RecordSize;
  readonly #keptWindows: KeptWindows | undefined;
  readonly #nowMs: () => number;
  #arrivals = 0;
  #openSlices = 0;
  #writing = false;

  /**
   * @param options.tlsRecord default: every chunk fills a record
   * @param options.chunkBytes most of one chunk; default: what fills a record
   * @param options.windows smaller ones than the client's
   */
  constructor(
    spec: SchedulerSpec = 'client',
    options: {
      tlsRecord?: TlsRecordSpec | undefined;
      chunkBytes?: number | undefined;
      windows?: { readonly terms: WindowTerms; readonly askClient: AskClient } | undefined;
      nowMs?: () => number;
    } = {},
  ) {
    const { tlsRecord, chunkBytes = MAX_CHUNK_BYTES, windows, nowMs = () => 0 } = options;
    this.priorities = createPolicy(spec);
    this.#records = new RecordSize(tlsRecord, chunkBytes);
    this.#keptWindows = windows && new KeptWindows(windows.terms, windows.askClient);
    this.#nowMs = nowMs;
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#started.size === 0;
  }

  add(transmission: Transmission): void {
    const { streamId, firstSliceBytes, after, afterHold } = transmission;
    const entry: Entry = { transmission, arrival: this.#arrivals++, isReleased: false, offset: 0 };
    this.#waiting.set(streamId, entry);
    if (firstSliceBytes !== undefined) this.#openSlices++;
    this.#releaseIfDue(entry);
    if (!entry.isReleased) {
      for (const other of after) this.#addDependent(other, entry);
      if (afterHold !== undefined) this.#addDependent(afterHold, entry);
    }
    this.flowControl.open(streamId);
    this.#keptWindows?.open(streamId);
    this.priorities.opened(streamId, transmission);
  }

  /** The stream was reset: nothing more of it is sent, and nothing waits for it. */
  abandon(streamId: number): void {
    const entry = this.#waiting.get(streamId) ?? this.#started.get(streamId);
    if (entry === undefined) return;
    this.#finish(entry.transmission);
    this.run();
  }

  /** Sends what may be sent: after adding, after a window update, after a change of priority. */
  run(): void {
    this.#startReleased();
    if (this.#writing) return;
    const streamId = this.#next();
    if (streamId === undefined) return;
    const entry = this.#started.get(streamId)!;
    const { body } = entry.transmission;
    const size = this.#chunkBytes(entry);
    const chunk = body.subarray(entry.offset, entry.offset + size);
    entry.offset += size;
    const isLast = entry.offset === body.length;
    if (entry.offset === entry.transmission.hold?.atByte) this.#releaseDependents(entry.transmission);
    this.flowControl.onSent(streamId, size);
    this.#keptWindows?.onSent(streamId, size);
    this.priorities.served(streamId, size);
    this.#records.onSent(size, this.#nowMs());
    if (isLast) this.#finish(entry.transmission);
    this.#writing = true;
    entry.transmission.write(chunk, isLast, () => {
      this.#writing = false;
      this.#keptWindows?.onHandedOver(streamId, () => this.run());
      this.run();
    });
  }

  #next(): number | undefined {
    // Often a strategy's order lets one go at a time: then the policy has no choice.
    if (this.#started.size === 1) {
      const [only] = this.#started.keys();
      return this.#isReady(only!) ? only : undefined;
    }
    const inFirstSlice = (id: number) => this.#isReady(id) && !isPastFirstSlice(this.#started.get(id)!);
    const first = this.#openSlices > 0 ? this.priorities.next(inFirstSlice) : undefined;
    return first ?? this.priorities.next((id) => this.#isReady(id));
  }

  #chunkBytes({ transmission, offset }: Entry): number {
    const { streamId, body, firstSliceBytes = 0, hold } = transmission;
    // First slice and hold end with a chunk, so that others follow at once.
    const stops = [firstSliceBytes, hold?.atByte ?? 0].filter((stop) => stop > offset);
    const end = Math.min(body.length, ...stops);
    return Math.min(this.#records.chunkBytes(this.#nowMs()), this.#windowBytes(streamId), end - offset);
  }

  #startReleased(): void {
    if (this.#released.length === 0) return;
    const released = this.#released.toSorted((a, b) => a.arrival - b.arrival);
    this.#released = [];
    for (const entry of released) {
      const { transmission } = entry;
      // Abandoned meanwhile.
      if (this.#waiting.get(transmission.streamId) !== entry) continue;
      this.#waiting.delete(transmission.streamId);
      this.#started.set(transmission.streamId, entry);
      transmission.onStart();
    }
  }

  #addDependent(on: Transmission, entry: Entry): void {
    if (this.#isFinished(on)) return;
    const dependents = this.#dependents.get(on);
    if (dependents === undefined) this.#dependents.set(on, [entry]);
    else dependents.push(entry);
  }

  #releaseDependents(on: Transmission): void {
    for (const entry of this.#dependents.get(on) ?? []) this.#releaseIfDue(entry);
  }

  #releaseIfDue(entry: Entry): void {
    if (entry.isReleased || !this.#isDue(entry.transmission)) return;
    entry.isReleased = true;
    this.#released.push(entry);
  }

  /** Of one that was added: nobody can wait for another. */
  #isFinished({ streamId }: Transmission): boolean {
    return !this.#waiting.has(streamId) && !this.#started.has(streamId);
  }

  #isDue({ after, afterHold }: Transmission): boolean {
    if (!after.every((other) => this.#isFinished(other))) return false;
    if (afterHold === undefined || this.#isFinished(afterHold)) return true;
    const sentBytes = this.#started.get(afterHold.streamId)?.offset ?? 0;
    return sentBytes >= (afterHold.hold?.atByte ?? Infinity);
  }

  #isReady(streamId: number): boolean {
    const entry = this.#started.get(streamId);
    if (entry === undefined) return false;
    const { hold } = entry.transmission;
    const isHeld = hold !== undefined && entry.offset === hold.atByte;
    if (isHeld && !hold.until.every((other) => this.#isFinished(other))) return false;
    return this.#windowBytes(streamId) > 0 || entry.transmission.body.length === 0;
  }

  #windowBytes(streamId: number): number {
    return Math.min(this.flowControl.available(streamId), this.#keptWindows?.available(streamId) ?? Infinity);
  }

  #finish(transmission: Transmission): void {
    const { streamId, firstSliceBytes } = transmission;
    this.#waiting.delete(streamId);
    this.#started.delete(streamId);
    if (firstSliceBytes !== undefined) this.#openSlices--;
    this.#releaseDependents(transmission);
    this.#dependents.delete(transmission);
    this.flowControl.close(streamId);
    this.#keptWindows?.close(streamId);
    this.priorities.closed(streamId);
  }
}

function isPastFirstSlice({ transmission, offset }: Entry): boolean {
  return offset >= (transmission.firstSliceBytes ?? Infinity);
}
