/** Why a page load gave no evidence: the trial failed, the browser can be used for the next one unless `closed`. */
export type PageLoadFailure = 'timeout' | 'crash' | 'network' | 'closed' | 'incomplete';

/** A load that does not count. Its message is one sentence for the trial's record. */
export class PageLoadError extends Error {
  readonly kind: PageLoadFailure;

  constructor(kind: PageLoadFailure, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'PageLoadError';
    this.kind = kind;
  }
}

/** Sorts what Playwright throws from `page.goto` and `page.evaluate`. */
export function asPageLoadError(error: unknown, url: string): PageLoadError {
  if (error instanceof PageLoadError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  const netError = /net::[A-Z0-9_]+/.exec(text)?.[0];
  if (netError !== undefined) return new PageLoadError('network', `${url} failed: ${netError}`, options);
  if (/crashed/i.test(text))
    return new PageLoadError('crash', `the page crashed while loading ${url}`, options);
  if (/has been closed|target closed|browser went away/i.test(text)) {
    return new PageLoadError('closed', `the browser or page was closed while loading ${url}`, options);
  }
  return new PageLoadError('incomplete', `${url}: ${text.split('\n', 1)[0] ?? ''}`, options);
}
