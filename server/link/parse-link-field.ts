/**
 * Link fields as RFC 8288 reads them: the grammar of §3, and the forgiving algorithm of Appendix B.2. One difference: the
 * algorithm ends at the first thing that is no link-value, here that one is skipped and the ones behind it are kept.
 */

export interface LinkParameter {
  /** Lower case: names are case-insensitive. */
  readonly name: string;
  /** Unquoted and unescaped; empty for a parameter without a value, e.g. `nopush`. */
  readonly value: string;
  readonly quoted: boolean;
}

export interface Link {
  /** As written between `<` and `>`; not resolved yet. */
  readonly target: string;
  /** Relation types of the first `rel` (§3.3), in lower case: registered ones are case-insensitive (§2.1.1). */
  readonly relations: readonly string[];
  /** In the order written, repeated ones too. */
  readonly parameters: readonly LinkParameter[];
}

/** One element of the list a Link field is. */
export interface LinkValue {
  /** As written, without the whitespace and commas around it. */
  readonly text: string;
  /** Undefined: not a link-value. */
  readonly link: Link | undefined;
}

/** The link-values of each header field; the same links come out of one comma list as out of many fields. */
export function parseLinkFields(fields: string | readonly string[]): LinkValue[][] {
  return (typeof fields === 'string' ? [fields] : fields).map((field) => new LinkFieldReader(field).read());
}

/** The first parameter of this name, which wins over further ones (§3.3, §3.4.1). */
export function parameterOf(link: Link, name: string): LinkParameter | undefined {
  return link.parameters.find((parameter) => parameter.name === name);
}

/** Reads each character at most twice, so the time taken is linear in the length of the field. */
class LinkFieldReader {
  readonly #field: string;
  #at = 0;

  constructor(field: string) {
    this.#field = field;
  }

  read(): LinkValue[] {
    const values: LinkValue[] = [];
    for (this.#skip(LIST_SEPARATOR); this.#at < this.#field.length; this.#skip(LIST_SEPARATOR)) {
      const start = this.#at;
      const link = this.#link();
      this.#skipToComma();
      values.push({ text: this.#field.slice(start, this.#at).trim(), link });
    }
    return values;
  }

  #link(): Link | undefined {
    if (!this.#take('<')) return undefined;
    const start = this.#at;
    const target = this.#takeUntil(TARGET_END);
    if (!this.#take('>')) {
      // No URI has a `<` in it: this one lost its `>`, and that `<` may open a good link-value behind the next comma.
      this.#at = start;
      return undefined;
    }
    const parameters = this.#parameters();
    const rel = parameters.find(({ name }) => name === 'rel')?.value ?? '';
    const relations = rel.toLowerCase().split(/[ \t]+/);
    return { target: target.trim(), relations: relations.filter((type) => type !== ''), parameters };
  }

  /** Appendix B.3. */
  #parameters(): LinkParameter[] {
    const parameters: LinkParameter[] = [];
    for (this.#skip(WHITESPACE); this.#take(';'); this.#skip(WHITESPACE)) {
      this.#skip(WHITESPACE);
      const name = this.#takeUntil(NAME_END).toLowerCase();
      this.#skip(WHITESPACE);
      const hasValue = this.#take('=');
      if (hasValue) this.#skip(WHITESPACE);
      const quoted = hasValue && this.#take('"');
      const value = quoted ? this.#quotedRest() : hasValue ? this.#takeUntil(VALUE_END).trim() : '';
      // `; ;` is forgiven (§3: empty parameters).
      if (name !== '') parameters.push({ name, value, quoted });
    }
    return parameters;
  }

  /** Appendix B.4, from behind the opening quote; a missing closing one is forgiven. */
  #quotedRest(): string {
    let value = '';
    for (;;) {
      value += this.#takeUntil(QUOTED_END);
      if (!this.#take('\\')) break;
      value += this.#field.charAt(this.#at++);
    }
    this.#take('"');
    return value;
  }

  #skipToComma(): void {
    for (;;) {
      this.#takeUntil(ELEMENT_END);
      if (!this.#take('"')) return;
      this.#quotedRest();
    }
  }

  #take(character: string): boolean {
    const found = this.#field.charAt(this.#at) === character;
    if (found) this.#at++;
    return found;
  }

  #skip(characters: string): void {
    while (this.#at < this.#field.length && characters.includes(this.#field.charAt(this.#at))) this.#at++;
  }

  #takeUntil(characters: string): string {
    const start = this.#at;
    while (this.#at < this.#field.length && !characters.includes(this.#field.charAt(this.#at))) this.#at++;
    return this.#field.slice(start, this.#at);
  }
}

const WHITESPACE = ' \t';
const LIST_SEPARATOR = ' \t,';
const TARGET_END = '<>';
const NAME_END = ' \t=;,';
const VALUE_END = ';,';
const QUOTED_END = '"\\';
const ELEMENT_END = ',"';
