import type { IncomingHttpHeaders } from 'node:http2';
import { linkField } from './link-header.ts';
import { BEACON_PATH, type PageMarkup } from './page-markup.ts';
import { plainResponse, refuseMethod, type Response } from './plain-response.ts';
import { requestedPath } from './request-target.ts';
import type { ServerTask } from './server-task.ts';
import { negotiate } from './site/negotiate.ts';
import { findResource, type ContentCoding } from './site/site.ts';
import type { Decision } from './strategies/decide.ts';

export interface PageAnswer {
  readonly response: Response & { readonly coding: ContentCoding };
  /** Paths that the response names ahead of the markup. */
  readonly hinted: readonly string[];
}

/** What a request is answered with, whichever protocol it came over. Request fields are named as in HTTP/2. */
export class Answers {
  readonly #task: ServerTask;
  readonly #markup: PageMarkup;

  constructor(task: ServerTask, markup: PageMarkup) {
    this.#task = task;
    this.#markup = markup;
  }

  responseTo(requestHeaders: IncomingHttpHeaders): Response {
    const method = requestHeaders[':method'] ?? 'GET';
    const path = requestedPath(requestHeaders, this.#task.site);
    const refusal = refuseMethod(method);
    if (refusal !== undefined) return refusal;
    const resource = findResource(this.#task.site, path);
    if (path === BEACON_PATH && this.#task.strategy.when === 'during-interactive')
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    const response =
      resource === undefined ? plainResponse(404, 'not found\n') : negotiate(resource, requestHeaders);
    return method === 'HEAD' ? { ...response, body: Buffer.alloc(0) } : response;
  }

  /**
   * A page as the strategy has it sent.
   * @param forwardedLink in place of the origin's Link fields
   */
  page(
    requestHeaders: IncomingHttpHeaders,
    { preloads, preloadTags, prefetches }: Pick<Decision, 'preloads' | 'preloadTags' | 'prefetches'>,
    forwardedLink?: readonly string[],
  ): PageAnswer {
    const page = this.#markup.page(requestedPath(requestHeaders, this.#task.site), preloadTags);
    const response = negotiate(page, requestHeaders);
    const links = [
      ...(preloads.length > 0 ? [this.linkField(preloads, 'preload')] : []),
      ...(prefetches.length > 0 ? [this.linkField(prefetches, 'prefetch')] : []),
      ...(forwardedLink ?? []),
    ];
    if (forwardedLink !== undefined) delete response.headers['link'];
    const extra = links.length > 0 ? { link: links.join(', ') } : {};
    return {
      response: { ...response, headers: { ...response.headers, ...extra } },
      hinted: [...preloads, ...preloadTags, ...prefetches],
    };
  }

  /** Of a body that `page` came with; see PageMarkup. */
  headEndBytes(body: Buffer, coding: ContentCoding): number {
    return this.#markup.headEndBytes(body, coding);
  }

  linkField(paths: readonly string[], rel: 'preload' | 'prefetch'): string {
    return linkField(
      rel,
      paths.map((path) => ({ path, contentType: findResource(this.#task.site, path)?.contentType ?? '' })),
    );
  }
}
