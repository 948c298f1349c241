import { readCss, type CssReference } from './css.ts';
import { readHtml, type HtmlReference, type InlineCss } from './html.ts';
import { pathWithin, urlOf, type SiteHosts } from './origins.ts';
import { findResource, type ExternalFinding, type Finding, type SiteResource } from './site.ts';

/** What the entry page leads to. */
export interface PageReferences {
  readonly critical: readonly Finding[];
  readonly used: readonly Finding[];
  readonly missing: readonly Finding[];
  readonly externals: readonly ExternalFinding[];
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** Other pages of the site that the page links to, in document order. */
  readonly linkedPages: readonly string[];
}

export interface PageInput extends SiteHosts {
  /** Path of the page; relative references are resolved against it. */
  readonly entry: string;
  readonly resources: ReadonlyMap<string, SiteResource>;
}

/**
 * Reads the entry page and its style sheets and says what they lead to.
 *
 * Critical is what a browser must have before it paints anything:
 * - style sheets in the head whose media may match, and their imports, recursively (render-blocking);
 * - scripts in the head without async, defer or type=module (the parser cannot reach the body before they ran).
 *
 * Not critical, though used:
 * - images: the page paints without them;
 * - web fonts of critical sheets: a browser requests a font only once laid-out text needs it, a sheet often lists more
 *   faces than a page uses, and whether text waits for the font is up to `font-display`;
 * - scripts at the end of the body: the body above them paints while they load;
 * - style sheets in the body: they hold up what follows them, not what is above.
 *
 * Bounded: each style sheet is read at most twice (once per criticality), so cycles of imports end.
 */
export function findReferences(page: PageInput): PageReferences {
  const html = findResource(page, page.entry);
  const collector = new Collector(page);
  if (html === undefined) return collector.references();
  const { base, items, anchors } = readHtml(decode(html.body));
  const pageUrl = urlOf(page.entry, page);
  const baseUrl = (base === undefined ? undefined : parseUrl(base, pageUrl))?.href ?? pageUrl;
  for (const item of items) collector.addItem(item, baseUrl);
  for (const anchor of anchors) collector.addAnchor(anchor, baseUrl);
  return collector.references();
}

class Collector {
  readonly #page: PageInput;
  readonly #critical = new Map<string, Finding>();
  readonly #used = new Map<string, Finding>();
  readonly #missing = new Map<string, Finding>();
  readonly #externals = new Map<string, ExternalFinding>();
  readonly #children = new Map<string, Set<string>>();
  readonly #linkedPages = new Set<string>();
  readonly #sheetsRead = new Set<string>();

  constructor(page: PageInput) {
    this.#page = page;
  }

  references(): PageReferences {
    return {
      critical: [...this.#critical.values()],
      used: [...this.#used.values()],
      missing: [...this.#missing.values()],
      externals: [...this.#externals.values()],
      children: new Map([...this.#children].map(([parent, paths]) => [parent, [...paths]])),
      linkedPages: [...this.#linkedPages],
    };
  }

  addAnchor(href: string, baseUrl: string): void {
    const url = parseUrl(href, baseUrl);
    if (url?.host !== this.#page.hostname || url.protocol !== 'https:') return;
    const path = url.pathname + url.search;
    const resource = findResource(this.#page, path);
    const isOther =
      resource !== undefined && resource.body !== findResource(this.#page, this.#page.entry)?.body;
    if (isOther && resource.contentType.startsWith('text/html')) this.#linkedPages.add(path);
  }

  addItem(item: HtmlReference | InlineCss, baseUrl: string): void {
    const place = `in ${this.#page.entry}`;
    if (item.kind === 'inline-css') {
      const origin = item.context === 'stylesheet' ? `<style> ${place}` : `${item.element} ${place}`;
      const sheet = { css: item.css, context: item.context, baseUrl, origin, parent: this.#page.entry };
      this.#readSheet(sheet, item.context === 'stylesheet' && item.inHead && item.mayApply);
      return;
    }
    const blocks = item.inHead && (item.kind === 'stylesheet' || item.kind === 'blocking-script');
    this.#add(item.url, baseUrl, `${item.element} ${place}`, {
      parent: this.#page.entry,
      critical: blocks,
      sheet: item.kind === 'stylesheet' || item.kind === 'idle-stylesheet',
    });
  }

  /** Sorts one reference, and reads on where it is a style sheet. */
  #add(
    reference: string,
    baseUrl: string,
    reason: string,
    as: { parent: string; critical: boolean; sheet: boolean },
  ): void {
    const url = parseUrl(reference, baseUrl);
    // `data:`, `about:` and the like need no server; a fragment of the page is the page.
    if (url === undefined || !/^https?:$/.test(url.protocol)) return;
    const path = pathWithin(url, this.#page);
    if (path === undefined) {
      url.hash = '';
      setOnce(this.#externals, url.href, { url: url.href, reason });
      return;
    }
    if (path === this.#page.entry) return;
    const finding = { path, reason };
    const resource = findResource(this.#page, path);
    if (resource === undefined) {
      setOnce(this.#missing, path, finding);
      return;
    }
    setOnce(this.#used, path, finding);
    setOnce(this.#children, as.parent, new Set<string>());
    this.#children.get(as.parent)!.add(path);
    if (as.critical) setOnce(this.#critical, path, finding);
    if (!as.sheet) return;
    const key = `${as.critical ? 'critical' : 'idle'} ${path}`;
    if (this.#sheetsRead.has(key)) return;
    this.#sheetsRead.add(key);
    const css = decode(resource.body);
    this.#readSheet(
      { css, context: 'stylesheet', baseUrl: url.href, origin: path, parent: path },
      as.critical,
    );
  }

  #readSheet(
    sheet: {
      css: string;
      context: 'stylesheet' | 'declarationList';
      baseUrl: string;
      /** In words. */
      origin: string;
      /** Path of the page or sheet it is in. */
      parent: string;
    },
    critical: boolean,
  ): void {
    for (const reference of readCssLeniently(sheet.css, sheet.context)) {
      const isImport = reference.kind === 'import';
      this.#add(reference.url, sheet.baseUrl, `${REASONS[reference.kind]} in ${sheet.origin}`, {
        parent: sheet.parent,
        critical: critical && isImport && reference.mayApply,
        sheet: isImport,
      });
    }
  }
}

/** A sheet nested beyond the call stack is no sheet a browser would follow either: it refers to nothing. */
function readCssLeniently(css: string, context: 'stylesheet' | 'declarationList'): CssReference[] {
  try {
    return readCss(css, context);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

const REASONS: Readonly<Record<CssReference['kind'], string>> = {
  import: '@import',
  font: '@font-face',
  url: 'url()',
};

function setOnce<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

function parseUrl(reference: string, base: string): URL | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base) : undefined;
}

function decode(body: Buffer): string {
  return new TextDecoder('utf-8').decode(body);
}
