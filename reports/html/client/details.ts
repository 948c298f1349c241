import type { Waterfall } from '../../../lab/trace/waterfall.ts';

/** The trials that travel with the page, unpacked when they are first asked for. */
export class Details {
  readonly #packed: ReadonlyMap<string, string>;
  readonly #unpacked = new Map<string, Promise<Waterfall>>();

  constructor(json: string) {
    this.#packed = new Map(Object.entries(JSON.parse(json) as Record<string, string>));
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.#packed.keys());
  }

  /** Undefined for a trial that is not here. */
  async get(trial: string): Promise<Waterfall | undefined> {
    const packed = this.#packed.get(trial);
    if (packed === undefined) return undefined;
    const known = this.#unpacked.get(trial) ?? unpack(packed);
    this.#unpacked.set(trial, known);
    return known;
  }
}

async function unpack(packed: string): Promise<Waterfall> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as Waterfall;
}
