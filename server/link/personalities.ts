/**
 * What real servers make of a Link field of the origin, as measured with their Debian 12 packages: nginx 1.22.1, Apache
 * 2.4.71 (mod_http2 2.0.42), H2O 2.2.5, nghttpx 1.52.0, Caddy 2.6.2. Where they are wrong, so is this table.
 */

export const PERSONALITIES = ['lab', 'nginx', 'apache', 'h2o', 'nghttpx', 'caddy'] as const;
export type Personality = (typeof PERSONALITIES)[number];

/**
 * How a target is written (RFC 3986 §4.2): `a.css`, `/a.css`, `//host/a.css`, `https://host/a.css`.
 */
export type TargetForm = 'relative' | 'absolute-path' | 'network-path' | 'absolute';

/** `as-path`: taken for a path, the host being its first segment. */
export type TargetReading = 'resolved' | 'not-pushed' | 'as-path';

export interface LinkQuirks {
  /** Which relations push: only `preload`, or whatever the link says. */
  readonly pushedRelations: 'preload' | 'any';
  /** Whether `rel="preload"` counts, and `rel="preload stylesheet"`. */
  readonly quotedRel: boolean;
  /** Whether `REL=Preload` counts: relation types are case-insensitive (RFC 8288 §2.1.1). */
  readonly relInAnyCase: boolean;
  /** Whether a link with another context (`anchor`, RFC 8288 §3.2) is left alone. */
  readonly heedsAnchor: boolean;
  readonly targets: Readonly<Record<TargetForm, TargetReading>>;
  readonly pushesOtherAuthority: boolean;
  /** What the client sees of a link-value with `x-http2-push-only`. */
  readonly pushOnly: 'stripped' | 'kept';
  readonly maxPushesPerResponse: number;
  readonly sameUrlTwice: 'pushed-twice' | 'pushed-once';
  /** A later request on the same connection whose response names the URL again; `not-pushed` takes a push diary. */
  readonly sameUrlLater: 'pushed-again' | 'not-pushed';
  /** A link to what the site does not have. */
  readonly missingTarget: 'pushes-404' | 'promises-then-resets';
  /**
   * What becomes of a 103 (RFC 8297) that the origin sends ahead of its response, and whose links are pushed. For the
   * record: the lab's own origin is a folder of files and sends none.
   */
  readonly originEarlyHints: {
    readonly response: 'forwarded' | 'swallowed' | 'protocol-error';
    readonly pushedLinks: 'hint-and-final' | 'hint' | 'none';
  };
  /** Value of `x-http2-push` on a pushed response; undefined: the server adds no such field. */
  readonly pushedMark: string | undefined;
}

/** H2O's name and value, which the lab shares: on every pushed response, never on the one that has the Link field. */
export const PUSHED_MARK_FIELD = 'x-http2-push';
export const PUSHED_MARK = 'pushed';

const ALL_FORMS = {
  relative: 'resolved',
  'absolute-path': 'resolved',
  'network-path': 'resolved',
  absolute: 'resolved',
} as const;

/** Nothing is resolved: what is no absolute path is not pushed. */
const PATHS_ONLY = {
  relative: 'not-pushed',
  'absolute-path': 'resolved',
  'network-path': 'not-pushed',
  absolute: 'not-pushed',
} as const;

export const LINK_QUIRKS: Readonly<Record<Personality, LinkQuirks>> = {
  /** As RFC 8288, RFC 3986 and W3C Preload have it, and for `x-http2-push-only` as H2O does. */
  lab: {
    pushedRelations: 'preload',
    quotedRel: true,
    relInAnyCase: true,
    heedsAnchor: true,
    targets: ALL_FORMS,
    pushesOtherAuthority: false,
    pushOnly: 'stripped',
    maxPushesPerResponse: Infinity,
    sameUrlTwice: 'pushed-once',
    sameUrlLater: 'not-pushed',
    missingTarget: 'pushes-404',
    originEarlyHints: { response: 'forwarded', pushedLinks: 'hint-and-final' },
    pushedMark: PUSHED_MARK,
  },
  nginx: {
    pushedRelations: 'preload',
    quotedRel: true,
    relInAnyCase: true,
    heedsAnchor: false,
    targets: PATHS_ONLY,
    pushesOtherAuthority: false,
    pushOnly: 'kept',
    // http2_max_concurrent_pushes; none has ended by the time the last one is promised.
    maxPushesPerResponse: 10,
    sameUrlTwice: 'pushed-twice',
    sameUrlLater: 'pushed-again',
    missingTarget: 'pushes-404',
    // The 103 is taken for the final response.
    originEarlyHints: { response: 'protocol-error', pushedLinks: 'none' },
    pushedMark: undefined,
  },
  apache: {
    pushedRelations: 'preload',
    quotedRel: true,
    relInAnyCase: false,
    heedsAnchor: false,
    targets: { ...ALL_FORMS, relative: 'not-pushed' },
    pushesOtherAuthority: false,
    pushOnly: 'kept',
    maxPushesPerResponse: Infinity,
    sameUrlTwice: 'pushed-once',
    // H2PushDiarySize
    sameUrlLater: 'not-pushed',
    missingTarget: 'pushes-404',
    originEarlyHints: { response: 'forwarded', pushedLinks: 'hint-and-final' },
    pushedMark: undefined,
  },
  h2o: {
    pushedRelations: 'preload',
    // Compares the value with its quotes.
    quotedRel: false,
    relInAnyCase: true,
    heedsAnchor: false,
    targets: ALL_FORMS,
    pushesOtherAuthority: false,
    pushOnly: 'stripped',
    maxPushesPerResponse: Infinity,
    sameUrlTwice: 'pushed-once',
    sameUrlLater: 'not-pushed',
    missingTarget: 'promises-then-resets',
    originEarlyHints: { response: 'swallowed', pushedLinks: 'hint-and-final' },
    pushedMark: PUSHED_MARK,
  },
  nghttpx: {
    pushedRelations: 'preload',
    quotedRel: true,
    relInAnyCase: true,
    heedsAnchor: true,
    targets: { ...ALL_FORMS, 'network-path': 'as-path' },
    pushesOtherAuthority: true,
    pushOnly: 'kept',
    maxPushesPerResponse: Infinity,
    sameUrlTwice: 'pushed-once',
    sameUrlLater: 'pushed-again',
    missingTarget: 'pushes-404',
    originEarlyHints: { response: 'forwarded', pushedLinks: 'hint-and-final' },
    pushedMark: '1',
  },
  caddy: {
    // Never looks at `rel`.
    pushedRelations: 'any',
    quotedRel: true,
    relInAnyCase: true,
    heedsAnchor: false,
    targets: PATHS_ONLY,
    pushesOtherAuthority: false,
    pushOnly: 'kept',
    maxPushesPerResponse: Infinity,
    sameUrlTwice: 'pushed-twice',
    sameUrlLater: 'pushed-again',
    missingTarget: 'pushes-404',
    originEarlyHints: { response: 'forwarded', pushedLinks: 'hint' },
    pushedMark: undefined,
  },
};
