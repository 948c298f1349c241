import { forwardedLinkFields, linkMeanings, type LinkRequest } from './link-meaning.ts';
import { LINK_QUIRKS, type Personality } from './personalities.ts';

/** The request a promise is to make: `:scheme`, `:authority`, `:path`. */
export interface LinkPush {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

export interface LinkPushes {
  /** In the order of the promises. */
  readonly pushes: readonly LinkPush[];
  /** The Link fields of the response to the client. */
  readonly forwarded: readonly string[];
}

/** Names a push among those of one connection. */
export function linkPushUrl({ scheme, authority, path }: LinkPush): string {
  return `${scheme}://${authority}${path}`;
}

/**
 * What a server with this personality pushes for a response with these Link fields, and what of them it forwards.
 * `pushedBefore` are the URLs (`linkPushUrl`) already pushed on the connection.
 */
export function linkPushes(
  fields: string | readonly string[],
  request: LinkRequest,
  personality: Personality,
  pushedBefore: ReadonlySet<string> = new Set(),
): LinkPushes {
  const quirks = LINK_QUIRKS[personality];
  const named = linkMeanings(fields, request, quirks)
    .filter(({ push }) => push)
    .map(({ scheme, authority, path }): LinkPush => ({ scheme, authority, path }));
  const unheardOf = named.filter((push) => {
    return quirks.sameUrlLater === 'pushed-again' || !pushedBefore.has(linkPushUrl(push));
  });
  const pushes =
    quirks.sameUrlTwice === 'pushed-twice'
      ? unheardOf
      : [...new Map(unheardOf.map((push) => [linkPushUrl(push), push])).values()];
  return {
    pushes: pushes.slice(0, quirks.maxPushesPerResponse),
    forwarded: forwardedLinkFields(fields, quirks),
  };
}
