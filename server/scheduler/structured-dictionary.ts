/** A bare item of RFC 8941 §3.3; `other` stands for those nobody here reads: decimals, byte sequences, inner lists. */
export type BareItem =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string' | 'token'; readonly value: string }
  | { readonly kind: 'other' };

/**
 * A Dictionary of RFC 8941 §3.2, parsed by §4.2.2: member values without their parameters, the last of a repeated key.
 * undefined: malformed, so that the whole field is to be ignored (§4.2).
 */
export function parseDictionary(field: string): ReadonlyMap<string, BareItem> | undefined {
  const members = new Map<string, BareItem>();
  const text = new Cursor(field);
  text.take(/ */y);
  while (!text.isAtEnd) {
    const key = text.take(KEY);
    if (key === undefined) return undefined;
    let value: BareItem | undefined = TRUE;
    if (text.take(/=/y) !== undefined) value = text.peek('(') ? parseInnerList(text) : parseBareItem(text);
    if (value === undefined || !skipParameters(text)) return undefined;
    members.delete(key);
    members.set(key, value);
    text.take(OWS);
    if (text.isAtEnd) return members;
    if (text.take(/,/y) === undefined) return undefined;
    text.take(OWS);
    // A trailing comma.
    if (text.isAtEnd) return undefined;
  }
  return members;
}

const TRUE: BareItem = { kind: 'boolean', value: true };
const OWS = /[ \t]*/y;
const KEY = /[a-z*][a-z0-9_\-.*]*/y;

/** Reads a text from left to right with sticky expressions. */
class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    // Spaces at the end are nobody's (§4.2).
    this.#text = text.replace(/ +$/, '');
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  peek(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  take(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

function parseBareItem(text: Cursor): BareItem | undefined {
  const number = text.take(/-?\d+(\.\d*)?/y);
  if (number !== undefined) return parseNumber(number);
  const boolean = text.take(/\?[01]/y);
  if (boolean !== undefined) return { kind: 'boolean', value: boolean === '?1' };
  const string = text.take(/"(?:[ !#-[\]-~]|\\["\\])*"/y);
  if (string !== undefined) return { kind: 'string', value: string.slice(1, -1).replace(/\\(.)/g, '$1') };
  const token = text.take(/[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*/y);
  if (token !== undefined) return { kind: 'token', value: token };
  return text.take(/:[A-Za-z0-9+/=]*:/y) === undefined ? undefined : { kind: 'other' };
}

/** §4.2.4: 15 digits, or 12 and 3 behind the point. */
function parseNumber(text: string): BareItem | undefined {
  if (/^-?\d{1,15}$/.test(text)) return { kind: 'integer', value: Number(text) };
  return /^-?\d{1,12}\.\d{1,3}$/.test(text) ? { kind: 'other' } : undefined;
}

/** §4.2.1.2. */
function parseInnerList(text: Cursor): BareItem | undefined {
  text.take(/\(/y);
  for (;;) {
    text.take(/ */y);
    if (text.take(/\)/y) !== undefined) return { kind: 'other' };
    if (parseBareItem(text) === undefined || !skipParameters(text)) return undefined;
    if (!text.peek(' ') && !text.peek(')')) return undefined;
  }
}

/** §4.2.3.2; false: malformed. */
function skipParameters(text: Cursor): boolean {
  while (text.take(/;/y) !== undefined) {
    text.take(/ */y);
    if (text.take(KEY) === undefined) return false;
    if (text.take(/=/y) !== undefined && parseBareItem(text) === undefined) return false;
  }
  return true;
}
