import { asNumber, asRecord, asString, type Untyped } from '../browser/untyped.ts';
import type { NetLogEvent } from '../browser/netlog-event.ts';

const PHASES: Readonly<Record<string, NetLogEvent['phase']>> = {
  PHASE_BEGIN: 'begin',
  PHASE_END: 'end',
  PHASE_NONE: 'none',
};

/**
 * Reads the events of a NetLog file by the constants in its head: ids of event types and sources differ from one Chromium
 * to the next.
 */
export class NetLogFile {
  readonly #types: ReadonlyMap<number, string>;
  readonly #sources: ReadonlyMap<number, string>;
  readonly #phases: ReadonlyMap<number, string>;
  readonly #errors: ReadonlyMap<number, string>;
  /** Unix time of tick 0, ms. */
  readonly tickOffsetMs: number | undefined;

  constructor(constants: unknown) {
    const maps = asRecord(constants);
    this.#types = namesById(maps['logEventTypes']);
    this.#sources = namesById(maps['logSourceType']);
    this.#phases = namesById(maps['logEventPhase']);
    this.#errors = namesById(maps['netError']);
    this.tickOffsetMs = asNumber(maps['timeTickOffset']) ?? asNumber(Number(maps['timeTickOffset']));
  }

  get knowsHttp2(): boolean {
    return [...this.#types.values()].some((name) => name.startsWith('HTTP2_SESSION'));
  }

  /** undefined for what is no event, or of a type its file does not name. */
  read(value: unknown): NetLogEvent | undefined {
    const event = asRecord(value);
    const source = asRecord(event['source']);
    const name = this.#types.get(event['type'] as number) ?? asString(event['type']);
    const sourceId = asNumber(source['id']);
    const timeMonotonicMs = Number(event['time']);
    if (name === undefined || sourceId === undefined || !Number.isFinite(timeMonotonicMs)) return undefined;
    return {
      name,
      sourceId,
      sourceType: this.#sources.get(source['type'] as number) ?? asString(source['type']),
      phase: PHASES[this.#phases.get(event['phase'] as number) ?? ''] ?? 'none',
      timeMonotonicMs,
      params: this.#readParams(asRecord(event['params'])),
    };
  }

  #readParams(params: Untyped): Untyped {
    const name = this.#errors.get(params['net_error'] as number);
    return name === undefined ? params : { ...params, net_error: name };
  }
}

function namesById(value: unknown): Map<number, string> {
  return new Map(
    Object.entries(asRecord(value)).flatMap(([name, id]) =>
      typeof id === 'number' ? [[id, name] as const] : [],
    ),
  );
}
