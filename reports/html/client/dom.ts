import type { Markup } from '../escape.ts';

/** All elements of a kind; an empty list where there are none, so that parts of the page may be missing. */
export function all<Kind extends Element = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): Kind[] {
  return [...within.querySelectorAll<Kind>(selector)];
}

/** A new element with text: text only, never HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The next index for an arrow key, Home or End; undefined for any other key. */
export function movedIndex(
  key: string,
  index: number,
  count: number,
  keys: { readonly back: string; readonly forth: string },
): number | undefined {
  if (key === keys.back) return Math.max(0, index - 1);
  if (key === keys.forth) return Math.min(count - 1, index + 1);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/** Markup of our own making: its holes are escaped, see `markup`. */
export function setMarkup(target: Element, content: Markup): void {
  target.innerHTML = content.toString();
}
