import { JSONParser } from '@streamparser/json';

/** A value out of a large document, and where it stood: `constants`, `events`, `traceEvents`, `entries`, or `[]`. */
export interface JsonItem {
  readonly of: ItemPlace;
  readonly value: unknown;
}

export type ItemPlace = 'constants' | 'events' | 'traceEvents' | 'entries' | 'log' | '[]';

/** How the reading went; complete once the last item is read. */
export interface Reading {
  /** The document does not end as JSON does. */
  truncated: boolean;
  /** Lines or pieces that could not be read and were left out. */
  damaged: number;
  /** The first thing that is wrong with it, in words. */
  problem?: string;
  /** Its outermost object has a `log`, whether or not anything is in it. */
  beginsAsHar?: boolean;
}

/**
 * The items of a NetLog, a trace or a HAR, one by one.
 *
 * Chromium writes a NetLog with one event per line, and a file it did not finish ends in the middle of one: such files are
 * read line by line, four times as fast as by a parser of tokens, and a line that was damaged costs itself only. Every
 * other layout goes through that parser, which stops where the text stops being JSON.
 */
export async function* jsonItems(chunks: AsyncIterable<string>, reading: Reading): AsyncGenerator<JsonItem> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const head = await readHead(iterator);
    reading.beginsAsHar = /^\s*\{\s*"log"\s*:\s*\{/.test(head);
    const rest = (async function* () {
      yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    })();
    const firstLine = constantsLine(head);
    if (firstLine !== undefined) yield* netLogLines(rest, reading);
    else yield* parsedItems(rest, head.trimStart()[0] === '[', reading);
  } finally {
    // Wherever the reading ended: it holds the file open.
    await iterator.return?.();
  }
}

/** Chromium's constants are one line of some 50 kB. */
const MOST_HEAD = 1 << 20;
const EVENTS_LINE = '"events": [';

async function readHead(iterator: AsyncIterator<string>): Promise<string> {
  let head = '';
  while (head.length < MOST_HEAD && (constantsLine(head) === undefined || head === '')) {
    const next = await iterator.next();
    if (next.done === true) break;
    head += next.value;
  }
  return head;
}

/** The first line of a NetLog as Chromium lays it out: the constants, with the events on lines of their own below. */
function constantsLine(head: string): string | undefined {
  if (!head.startsWith('{"constants":')) return undefined;
  const end = head.indexOf(`\n${EVENTS_LINE}`);
  return end === -1 || head.indexOf('\n') !== end ? undefined : head.slice(0, end);
}

async function* netLogLines(chunks: AsyncIterable<string>, reading: Reading): AsyncGenerator<JsonItem> {
  let place: 'constants' | 'before' | 'events' | 'after' = 'constants';
  let lastBroken = false;
  let closed = false;
  for await (const line of linesOf(chunks, reading)) {
    if (place === 'constants') {
      place = 'before';
      const value = parsed(line.trimEnd().replace(/,$/, '}'));
      if (value === undefined) {
        // Without them the events are numbers without names.
        reading.problem = 'its first line, that of the constants, is damaged';
        return;
      }
      yield { of: 'constants', value: (value as { constants: unknown }).constants };
      continue;
    }
    if (place === 'before') {
      place = 'events';
      continue;
    }
    if (lastBroken) {
      reading.damaged += 1;
      lastBroken = false;
    }
    const text = line.trim();
    if (place === 'after') {
      if (text !== '') closed = text.endsWith('}');
      continue;
    }
    if (text === '') continue;
    const value = parsed(text.endsWith(',') ? text.slice(0, -1) : text);
    if (value !== undefined) {
      yield { of: 'events', value };
      continue;
    }
    // The last event carries the end of the list, and of the document where no polled data follow.
    const last = /^(.*?)\](\}|,)?$/.exec(text);
    const lastValue = last && (last[1] === '' ? null : parsed(last[1]!));
    if (last && lastValue !== undefined) {
      if (lastValue !== null) yield { of: 'events', value: lastValue };
      place = 'after';
      closed = last[2] === '}';
    } else lastBroken = true;
  }
  reading.truncated = !closed;
}

/** A line this long is not an event; it is dropped without being held. */
const LONGEST_LINE = 64 << 20;

async function* linesOf(chunks: AsyncIterable<string>, reading: Reading): AsyncGenerator<string> {
  let rest: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const lines = chunk.split('\n');
    for (let index = 0; index < lines.length - 1; index++) {
      const line = rest.length === 0 ? lines[index]! : rest.join('') + lines[index]!;
      const fits = length <= LONGEST_LINE;
      rest = [];
      length = 0;
      if (fits) yield line;
      else reading.damaged += 1;
    }
    const tail = lines.at(-1)!;
    length += tail.length;
    if (length > LONGEST_LINE) rest = [];
    else if (tail !== '') rest.push(tail);
  }
  if (length > LONGEST_LINE) reading.damaged += 1;
  else if (length > 0) yield rest.join('');
}

const PLACES: Readonly<Record<string, ItemPlace>> = {
  constants: 'constants',
  log: 'log',
};

/** In order, so that the constants of a NetLog are there before its events; nothing else of the document is kept. */
async function* parsedItems(
  chunks: AsyncIterable<string>,
  isArray: boolean,
  reading: Reading,
): AsyncGenerator<JsonItem> {
  const paths = isArray
    ? ['$.*']
    : ['$.constants', '$.events.*', '$.traceEvents.*', '$.log.entries.*', '$.log.version'];
  const parser = new JSONParser({ paths, keepStack: false });
  let items: JsonItem[] = [];
  parser.onValue = ({ value, key, stack }) => {
    items.push({ of: placeOf(key, stack.length, stack.at(-1)?.key), value });
  };
  let failed = false;
  parser.onError = (error) => {
    failed = true;
    reading.problem ??= error.message;
  };
  for await (const chunk of chunks) {
    if (!failed && !parser.isEnded) parser.write(chunk);
    yield* items;
    items = [];
    if (failed) break;
  }
  reading.truncated = !parser.isEnded;
  if (failed) reading.damaged += 1;
}

function placeOf(
  key: string | number | undefined,
  depth: number,
  parent: string | number | undefined,
): ItemPlace {
  if (typeof key === 'string') return PLACES[key] ?? 'log';
  if (depth <= 1) return '[]';
  return parent as ItemPlace;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
