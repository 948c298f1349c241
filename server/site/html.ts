import { defaultTreeAdapter, html as htmlNames, parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';

/** How a reference takes part in loading the page. */
export type ReferenceKind =
  /** A style sheet that may apply; `inHead` decides whether it blocks the first paint. */
  | 'stylesheet'
  /** A style sheet for other media or chosen by the user: fetched, never waited for. */
  | 'idle-stylesheet'
  /** A classic script without async and defer: the parser stops at it. */
  | 'blocking-script'
  /** Everything else: images, deferred scripts, icons, preloads, frames. */
  | 'other';

/** One URL in the markup, in document order. */
export interface HtmlReference {
  readonly kind: ReferenceKind;
  readonly url: string;
  readonly inHead: boolean;
  /** The element as a person would write it, e.g. `<script defer>`. */
  readonly element: string;
}

/** CSS text inside the markup. */
export interface InlineCss {
  readonly kind: 'inline-css';
  readonly css: string;
  /** A whole sheet (`<style>`) or the declarations of a style attribute. */
  readonly context: 'stylesheet' | 'declarationList';
  readonly inHead: boolean;
  /** `<style media=print>` blocks nothing. */
  readonly mayApply: boolean;
  readonly element: string;
}

export interface HtmlReferences {
  /** `href` of the first `<base>`, unresolved. */
  readonly base: string | undefined;
  readonly items: readonly (HtmlReference | InlineCss)[];
  /** `href` of each `<a>`, unresolved, in document order. */
  readonly anchors: readonly string[];
}

/**
 * Everything a browser with scripting would fetch for this page, as far as the markup says: contents of `<noscript>`
 * and `<template>`, links to other pages and prefetches for them are left out. Tolerates any input, as browsers do.
 */
export function readHtml(text: string): HtmlReferences {
  const document = parse(text, { scriptingEnabled: true });
  const items: (HtmlReference | InlineCss)[] = [];
  const anchors: string[] = [];
  let base: string | undefined;
  // An explicit stack: markup can be nested deeper than the call stack allows.
  const pending: { node: Tree.ChildNode; inHead: boolean }[] = [];
  const pushChildren = (parent: Tree.ParentNode, inHead: boolean) => {
    for (const node of parent.childNodes.toReversed()) pending.push({ node, inHead });
  };
  pushChildren(document, false);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    if (!defaultTreeAdapter.isElementNode(node)) continue;
    const inHead = next.inHead || node.tagName === 'head';
    const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]));
    if (node.tagName === 'base') base ??= attributes.get('href');
    const href = node.tagName === 'a' ? attributes.get('href') : undefined;
    if (href !== undefined) anchors.push(href);
    items.push(...referencesOf(node, attributes, inHead));
    pushChildren(node, inHead);
  }
  return { base, items, anchors };
}

type Attributes = ReadonlyMap<string, string>;

function referencesOf(
  node: Tree.Element,
  attributes: Attributes,
  inHead: boolean,
): (HtmlReference | InlineCss)[] {
  const found: (HtmlReference | InlineCss)[] = [];
  const add = (url: string | undefined, element: string, kind: ReferenceKind = 'other') => {
    if (url !== undefined && url.trim() !== '') found.push({ kind, url: url.trim(), inHead, element });
  };
  const fetchAll = (names: readonly string[]) => {
    for (const name of names) {
      const value = attributes.get(name);
      if (value === undefined) continue;
      for (const url of name === 'srcset' ? parseSrcset(value) : [value])
        add(url, `<${node.tagName} ${name}>`);
    }
  };
  switch (node.tagName) {
    case 'link':
      for (const reference of readLink(attributes)) add(reference.url, reference.element, reference.kind);
      break;
    case 'script':
      readScript(attributes, add);
      break;
    case 'style': {
      const css = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
      const mayApply = mediaMayMatch(attributes.get('media'));
      found.push({ kind: 'inline-css', css, context: 'stylesheet', inHead, mayApply, element: '<style>' });
      break;
    }
    case 'input':
      if (attributes.get('type')?.toLowerCase() === 'image') fetchAll(['src']);
      break;
    case 'image':
    case 'use':
      // SVG; `#id` alone refers to the page itself and resolves to nothing new.
      if (node.namespaceURI === htmlNames.NS.SVG) add(attributes.get('href'), `<${node.tagName} href>`);
      break;
    default:
      fetchAll(FETCHING_ATTRIBUTES[node.tagName] ?? []);
  }
  const style = attributes.get('style');
  if (style !== undefined) {
    const element = `style of <${node.tagName}>`;
    found.push({
      kind: 'inline-css',
      css: style,
      context: 'declarationList',
      inHead,
      mayApply: true,
      element,
    });
  }
  return found;
}

/** Attributes that make a browser fetch at once, in the order they are looked at. */
const FETCHING_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  img: ['src', 'srcset'],
  source: ['src', 'srcset'],
  video: ['poster', 'src'],
  audio: ['src'],
  track: ['src'],
  iframe: ['src'],
  embed: ['src'],
  object: ['data'],
};

function readLink(
  attributes: Attributes,
): { url: string | undefined; element: string; kind: ReferenceKind }[] {
  const rel = new Set((attributes.get('rel') ?? '').toLowerCase().split(/\s+/));
  const url = attributes.get('href');
  if (rel.has('stylesheet')) {
    // A disabled link is not fetched before a script enables it.
    if (attributes.has('disabled')) return [];
    const type = attributes.get('type')?.trim().toLowerCase() ?? '';
    if (type !== '' && type !== 'text/css') return [];
    if (rel.has('alternate'))
      return [{ url, element: '<link rel="alternate stylesheet">', kind: 'idle-stylesheet' }];
    const media = attributes.get('media');
    if (mediaMayMatch(media)) return [{ url, element: '<link rel=stylesheet>', kind: 'stylesheet' }];
    return [{ url, element: `<link rel=stylesheet media="${media ?? ''}">`, kind: 'idle-stylesheet' }];
  }
  const word = ['preload', 'modulepreload', 'icon'].find((candidate) => rel.has(candidate));
  if (word === undefined) return [];
  const found: ReturnType<typeof readLink> = [{ url, element: `<link rel=${word}>`, kind: 'other' }];
  for (const candidate of parseSrcset(attributes.get('imagesrcset') ?? '')) {
    found.push({ url: candidate, element: `<link rel=${word} imagesrcset>`, kind: 'other' });
  }
  return found;
}

function readScript(
  attributes: Attributes,
  add: (url: string | undefined, element: string, kind?: ReferenceKind) => void,
): void {
  const type = attributes.get('type')?.trim().toLowerCase() ?? '';
  const src = attributes.get('src');
  if (type === 'module') return add(src, '<script type=module>');
  // `nomodule` is for browsers older than any the lab drives; other types are data, not scripts.
  if (attributes.has('nomodule') || !SCRIPT_TYPES.has(type)) return;
  if (attributes.has('async')) return add(src, '<script async>');
  if (attributes.has('defer')) return add(src, '<script defer>');
  add(src, '<script>', 'blocking-script');
}

/** No type, or one of the JavaScript media types in use (WHATWG MIME Sniffing §4.6). */
const SCRIPT_TYPES = new Set([
  '',
  'text/javascript',
  'application/javascript',
  'application/x-javascript',
  'text/ecmascript',
]);

/** Media types of CSS that a screen never is. */
const OTHER_MEDIA =
  /^(?:only\s+)?(?:print|speech|aural|tty|tv|projection|handheld|braille|embossed)\b|^not\s+(?:all|screen)\s*$/i;

/**
 * Whether a media query list can match a screen. Conditions such as `(min-width: 60em)` count as yes: a browser waits
 * for the sheet only if they hold, but that depends on the window.
 */
export function mediaMayMatch(media: string | undefined): boolean {
  if (media === undefined || media.trim() === '') return true;
  return media.split(',').some((query) => !OTHER_MEDIA.test(query.trim()));
}

/** URLs of a srcset (WHATWG HTML §4.8.4.2.2): commas may be part of a URL, but not end one. */
export function parseSrcset(srcset: string): string[] {
  const urls: string[] = [];
  let rest = srcset;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const url = /^\S+/.exec(rest)?.[0];
    if (url === undefined) return urls;
    rest = rest.slice(url.length);
    const bare = url.replace(/,+$/, '');
    if (bare !== '') urls.push(bare);
    // Without a trailing comma, descriptors follow up to the next comma outside of parentheses.
    if (bare === url) rest = rest.replace(/^(?:\([^)]*\)|[^,(])*/, '');
    if (rest.startsWith('(')) return urls;
  }
}
