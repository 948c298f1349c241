/**
 * A strategy is data: *what* is delivered ahead of the request, *when*, *how*, and behind which *gates*.
 * It decides nothing by itself; `decide.ts` reads it against a request and a site.
 */
export interface Strategy {
  readonly name: string;
  /** One sentence: exactly what happens on the wire. */
  readonly description: string;
  /** Which resources: every render-blocking one, every one the entry page uses, or these paths in this order. */
  readonly what: 'critical' | 'all' | readonly string[];
  /**
   * When their bodies go out. Push promises always precede the bytes that mention the resource (RFC 9113 §8.4).
   * `before-html`: bodies before the first HTML byte. `after-html`: bodies after the last HTML byte.
   */
  readonly when: 'before-html' | 'after-html';
  /**
   * `push`: PUSH_PROMISE. `preload-header`: `Link: rel=preload` on the HTML response.
   * `early-hints`: the same Link field in a 103 response (RFC 8297), sent while the origin still thinks.
   * `none`: the browser discovers everything itself.
   */
  readonly how: 'none' | 'push' | 'preload-header' | 'early-hints';
  readonly gate: readonly Gate[];
}

/** A condition that must hold before anything is sent ahead. */
export type Gate =
  /** The client has not set SETTINGS_ENABLE_PUSH to 0 (RFC 9113 §6.5.2). */
  | 'push-allowed'
  /** Each resource at most once per connection. */
  | 'once-per-connection';
