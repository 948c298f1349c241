/**
 * Text that is HTML already. Only `markup` and `trusted` make one, so a plain string can never reach the page
 * unescaped: URLs, titles and scenario text come from outside and are hostile until escaped.
 */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a hole of a `markup` template. `undefined` and `false` leave nothing behind. */
export type Hole = Markup | string | number | undefined | false | readonly Hole[];

/** Template tag: literal parts are HTML, holes are escaped unless they are markup themselves. Quote every attribute. */
export function markup(literals: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  let text = literals[0] ?? '';
  holes.forEach((hole, index) => {
    text += fill(hole) + (literals[index + 1] ?? '');
  });
  return new Markup(text);
}

/** Marks text as HTML without looking at it: only for what this repository wrote itself. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/** For element content and for quoted attribute values alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`\0]/g, (character) => ENTITIES[character] ?? '');
}

/**
 * JSON for a `<script type="application/json">`. No `<` survives, so neither `</script>` nor `<!--` can end or
 * change the element; the two line separators are escaped for readers that take JSON for JavaScript.
 */
export function embedJson(value: unknown): Markup {
  const json = JSON.stringify(value);
  return new Markup(
    json.replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** Our own script for a `<script>` element: nothing in its strings may look like the element's end. */
export function embedScript(code: string): Markup {
  return new Markup(
    code
      .replaceAll('\r', '')
      .replace(/<\/(?=script)/gi, '<\\/')
      .replaceAll('<!--', '\\x3c!--'),
  );
}

function fill(hole: Hole): string {
  if (hole === undefined || hole === false) return '';
  if (typeof hole === 'string') return escapeHtml(hole);
  if (typeof hole === 'number') return String(hole);
  if (hole instanceof Markup) return hole.toString();
  return hole.map(fill).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '\0': '\ufffd',
};
