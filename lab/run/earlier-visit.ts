import type { BrowserContext, Page } from 'playwright';
import type { ServerEvent } from '../../server/server-log.ts';
import { buildCacheDigest, cacheDigestField } from '../../server/digest/cache-digest.ts';
import { urlOf } from '../../server/site/origins.ts';
import { etagFor, findResource, type ContentCoding, type Site } from '../../server/site/site.ts';
import type { EmulatorProcess } from '../emulator/emulator-process.ts';
import type { TrialOrder } from '../emulator/messages.ts';

/** One false positive in 128: the draft's own example of a reasonable choice. */
const LOG2_P = 7;

interface EarlierVisit {
  readonly url: string;
  readonly timeoutMs: number;
  readonly quietMs: number;
}

/**
 * A real visit before the one that is measured, in the same browser context: it fills the HTTP cache and leaves cookies.
 * Its connections are closed at its end.
 *
 * @returns what its server logged
 */
export async function visitEarlier(
  context: BrowserContext,
  emulator: EmulatorProcess,
  { order, ...visit }: EarlierVisit & { order: TrialOrder },
): Promise<readonly ServerEvent[]> {
  await emulator.begin(order);
  const page = await visitAndStay(context, emulator, visit);
  const { server } = await emulator.end();
  await page.close();
  return server;
}

/** The same on the connections of the trial that has begun; they stay open. */
export async function warmConnection(
  context: BrowserContext,
  emulator: EmulatorProcess,
  visit: EarlierVisit,
): Promise<void> {
  const page = await visitAndStay(context, emulator, visit);
  await page.close();
}

async function visitAndStay(
  context: BrowserContext,
  emulator: EmulatorProcess,
  { url, timeoutMs, quietMs }: EarlierVisit,
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load', timeout: timeoutMs });
  await emulator.settled(quietMs, timeoutMs);
  return page;
}

/**
 * The `Cache-Digest` field of a browser after that visit (draft-ietf-httpbis-cache-digest): what was sent to it and may
 * be kept. No browser sends the field, so the lab does in its place.
 */
export function digestAfter(server: readonly ServerEvent[], site: Site): string | undefined {
  const paths = new Map<string, string>();
  for (const event of server) {
    if (event.kind === 'request' || event.kind === 'promise') {
      paths.set(`${event.connection}.${event.streamId}`, event.path);
    }
  }
  const ended = server.filter((event) => event.kind === 'end');
  const held = new Set(ended.map((event) => paths.get(`${event.connection}.${event.streamId}`)));
  const responses = [...held].flatMap((path) => {
    const resource = path === undefined ? undefined : findResource(site, path);
    if (path === undefined || resource === undefined) return [];
    // What must be asked for each time is not fresh.
    if (/no-store|no-cache|max-age=0/.test(resource.cacheControl ?? 'no-cache')) return [];
    const { br, gzip } = resource.encodings;
    const coding: ContentCoding = br ? 'br' : gzip ? 'gzip' : 'identity';
    return [{ url: urlOf(path, site), etag: etagFor(resource, coding) }];
  });
  if (responses.length === 0) return undefined;
  return cacheDigestField([buildCacheDigest(responses, { log2P: LOG2_P })]);
}
