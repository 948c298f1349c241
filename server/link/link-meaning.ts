import { parameterOf, parseLinkFields, type Link } from './parse-link-field.ts';
import { LINK_QUIRKS, type LinkQuirks, type TargetForm } from './personalities.ts';

/** The request whose response has the Link fields: their targets are resolved against its URL (RFC 8288 §3.1). */
export interface LinkRequest {
  readonly scheme: string;
  readonly authority: string;
  /** Path and query (`:path`). */
  readonly path: string;
}

/**
 * Why a link-value is pushed (`preload`, `relation`: by a server that pushes whatever it is related by) or is not:
 * `not-preload`   another relation, or none the server recognises;
 * `nopush`        W3C Preload: the browser is to ask itself;
 * `anchored`      it speaks of another resource than the one asked for;
 * `target-form`   a way of writing the target that the server does not resolve;
 * `bad-target`    no URL comes out of it;
 * `other-authority` a push must be of a URL the server has the authority for (RFC 9113 §8.4).
 */
export type LinkReason =
  | 'preload'
  | 'relation'
  | 'not-preload'
  | 'nopush'
  | 'anchored'
  | 'target-form'
  | 'bad-target'
  | 'other-authority';

export interface LinkMeaning {
  readonly scheme: string;
  readonly authority: string;
  /** Path and query for `:path`; of a `bad-target` what is written. */
  readonly path: string;
  readonly push: boolean;
  /** Whether the client sees the link-value. */
  readonly forward: boolean;
  readonly reason: LinkReason;
}

/**
 * What the origin's Link fields ask of the server, link-value by link-value: `rel=preload` is pushed and forwarded,
 * `nopush` only forwarded, `x-http2-push-only` pushed and not forwarded. What is no link-value has no meaning.
 */
export function linkMeanings(
  fields: string | readonly string[],
  request: LinkRequest,
  quirks: LinkQuirks = LINK_QUIRKS.lab,
): LinkMeaning[] {
  return parseLinkFields(fields)
    .flat()
    .flatMap(({ link }) => (link === undefined ? [] : [linkMeaning(link, request, quirks)]));
}

/** The fields without the link-values the client is not to see; the others, even malformed ones, as written. */
export function forwardedLinkFields(
  fields: string | readonly string[],
  quirks: LinkQuirks = LINK_QUIRKS.lab,
): string[] {
  return parseLinkFields(fields).flatMap((values, index) => {
    const kept = values.filter(({ link }) => link === undefined || isForwarded(link, quirks));
    if (kept.length === values.length) return [typeof fields === 'string' ? fields : fields[index]!];
    return kept.length === 0 ? [] : [kept.map(({ text }) => text).join(', ')];
  });
}

function linkMeaning(link: Link, request: LinkRequest, quirks: LinkQuirks): LinkMeaning {
  const target = resolveTarget(link.target, request, quirks);
  const reason = reasonOf(link, target, request, quirks);
  return {
    scheme: target?.protocol.slice(0, -1) ?? request.scheme,
    authority: target?.host ?? request.authority,
    path: target === undefined ? link.target : target.pathname + target.search,
    push: reason === 'preload' || reason === 'relation',
    forward: isForwarded(link, quirks),
    reason,
  };
}

function reasonOf(link: Link, target: URL | undefined, request: LinkRequest, quirks: LinkQuirks): LinkReason {
  const preload = isPreload(link, quirks);
  if (!preload && quirks.pushedRelations === 'preload') return 'not-preload';
  if (parameterOf(link, 'nopush') !== undefined) return 'nopush';
  if (quirks.heedsAnchor && (parameterOf(link, 'anchor')?.value ?? '') !== '') return 'anchored';
  if (quirks.targets[targetForm(link.target)] === 'not-pushed') return 'target-form';
  if (target === undefined) return 'bad-target';
  if (!quirks.pushesOtherAuthority && target.origin !== baseUrl(request)?.origin) return 'other-authority';
  return preload ? 'preload' : 'relation';
}

function isPreload(link: Link, quirks: LinkQuirks): boolean {
  const rel = parameterOf(link, 'rel');
  if (rel === undefined || (rel.quoted && !quirks.quotedRel)) return false;
  return quirks.relInAnyCase
    ? link.relations.includes('preload')
    : rel.value.split(/[ \t]+/).includes('preload');
}

/** Pushed or not: the origin said the link-value is for the server alone. */
function isForwarded(link: Link, quirks: LinkQuirks): boolean {
  return quirks.pushOnly === 'kept' || parameterOf(link, 'x-http2-push-only') === undefined;
}

function targetForm(target: string): TargetForm {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return 'absolute';
  if (target.startsWith('//')) return 'network-path';
  return target.startsWith('/') ? 'absolute-path' : 'relative';
}

/** RFC 3986 §5, percent-encoded as a browser would ask for it; undefined if no http URL comes out. */
function resolveTarget(target: string, request: LinkRequest, quirks: LinkQuirks): URL | undefined {
  const asPath = quirks.targets[targetForm(target)] === 'as-path';
  const url = parseUrl(asPath ? target.replace(/^\/+/, '/') : target, baseUrl(request));
  return url?.host === '' ? undefined : url;
}

/** Undefined for `OPTIONS *`, and where `https:///a` would make a host of the path. */
function baseUrl({ scheme, authority, path }: LinkRequest): URL | undefined {
  if (!/^[^/\\?#@]+$/.test(authority) || !path.startsWith('/')) return undefined;
  return parseUrl(`${scheme}://${authority}${path}`);
}

function parseUrl(reference: string, base?: URL): URL | undefined {
  return URL.canParse(reference, base?.href) ? new URL(reference, base?.href) : undefined;
}
