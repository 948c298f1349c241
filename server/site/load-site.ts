import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../lab/errors.ts';
import { describeValue, didYouMean, type KeyPath, type Problem } from '../../lab/input/problems.ts';
import { readTextFile } from '../../lab/input/text-file.ts';
import { packageRoot } from '../../lab/package-root.ts';
import { findReferences } from './critical.ts';
import { readSiteFiles, type SiteEntry } from './files.ts';
import { matchesGlob } from './glob.ts';
import { GRAPH_FILE, parseGraph, type SiteGraph } from './graph.ts';
import { makeResource } from './resource.ts';
import { canonicalPath, type SiteHosts, type SiteOrigin } from './origins.ts';
import { describePage } from './pages.ts';
import { parseSiteFile, type ParsedSiteFile, type SiteFile } from './site-file.ts';
import { findResource, isEntry, type Finding, type Site, type SiteResource } from './site.ts';

/** The sites that come with the lab. */
const SITES_FOLDER = path.join(packageRoot, 'scenarios', 'sites');
const SITE_FILE = 'site.yaml';
const MAX_SITE_FILE_BYTES = 1_000_000;
const MAX_GRAPH_BYTES = 5_000_000;

/** Whether a `site:` value names a folder (`./my-site`, `/srv/site`) rather than a site of the lab (`clean-blog`). */
export function isSitePath(nameOrPath: string): boolean {
  return nameOrPath.includes('/') || nameOrPath.includes(path.sep) || nameOrPath.startsWith('.');
}

/** Names of the sites that come with the lab, sorted. */
export async function listSites(): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(SITES_FOLDER, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory() && (await isFile(path.join(SITES_FOLDER, entry.name, SITE_FILE))))
      names.push(entry.name);
  }
  return names.sort();
}

/**
 * Loads a site completely into memory, compressed and parsed.
 * @param nameOrPath a name below scenarios/sites/, or a folder with a site.yaml (relative to the working directory)
 * @throws InputError where there is no such site, or its site.yaml or root is wrong
 */
export async function loadSite(nameOrPath: string): Promise<Site> {
  const folder = await findFolder(nameOrPath);
  const file = path.join(folder, SITE_FILE);
  const siteFile = parseSiteFile(await readTextFile(file, MAX_SITE_FILE_BYTES), file);
  const { settings } = siteFile;
  const name = settings.name ?? path.basename(folder);
  const hostname = settings.hostname ?? defaultHostname(name);

  const origins = originsOf(siteFile, hostname);
  const own = await readFiles(siteFile, folder);
  const resources = await makeResources(own, settings);
  const entryFile = resources.get(settings.entry);
  if (entryFile === undefined) throw missingEntry(siteFile, resources);
  const entry = serveAtSlash(settings.entry, entryFile, resources);
  for (const origin of origins) {
    const { root } = settings.origins[origin.hostname]!;
    const files = root === undefined ? own : await readFiles(siteFile, folder, origin.hostname);
    for (const [path, resource] of await makeResources(files, settings, origin.hostname))
      resources.set(path, resource);
  }
  const site = { entry, hostname, origins, resources };
  const { linkedPages, ...references } = findReferences(site);
  const critical =
    settings.critical === undefined ? references.critical : listedCritical(siteFile, settings.critical, site);
  const nextPage = describePage(linkedPages[0], site);
  const graph = await readGraph(path.join(folder, GRAPH_FILE));
  return { name, folder, ...site, ...references, critical, nextPage, graph };
}

/** The other hosts, in the order of site.yaml. */
function originsOf({ settings, fail }: ParsedSiteFile, hostname: string): SiteOrigin[] {
  if (Object.hasOwn(settings.origins, hostname)) {
    const message = 'is the host of the site itself; everything above is about it';
    throw fail([{ path: ['origins', hostname], at: 'key', message }]);
  }
  return Object.entries(settings.origins).map(([name, { certificate, address, coalescing }]) => ({
    hostname: name,
    certificate,
    address,
    coalescing,
  }));
}

/** The files below the root of the site, or of one of its other hosts. */
async function readFiles(siteFile: ParsedSiteFile, folder: string, host?: string): Promise<SiteEntry[]> {
  const { exclude } = siteFile.settings;
  const isExcluded = (urlPath: string) => exclude.some((glob) => matchesGlob(urlPath, glob));
  const root = await findRoot(siteFile, folder, host);
  return readSiteFiles(root, isExcluded).catch((error: unknown) => {
    throw error instanceof InputError ? rootProblem(siteFile, host, error.message, error) : error;
  });
}

/** What one host serves, by path. */
async function makeResources(
  files: readonly SiteEntry[],
  settings: SiteFile,
  host?: string,
): Promise<Map<string, SiteResource>> {
  const resources = new Map<string, SiteResource>();
  const place = host === undefined ? '' : `https://${host}`;
  for (const file of files) {
    const resource = await makeResource(file, settings, {
      headers: headersFor(file.path, settings, host),
      trailers: fieldsFor(file.path, settings.trailers),
    });
    const path = place + file.path;
    resources.set(path, { ...resource, path });
    // As static hosts do: a folder is its index.html.
    if (file.path.endsWith('/index.html')) {
      const folderPath = path.slice(0, -'index.html'.length);
      resources.set(folderPath, { ...resource, path: folderPath });
    }
  }
  return resources;
}

async function readGraph(file: string): Promise<SiteGraph | undefined> {
  return (await isFile(file)) ? parseGraph(await readTextFile(file, MAX_GRAPH_BYTES), file) : undefined;
}

/** Why a folder is no site, or undefined where it is one. */
export async function whyNoSite(folder: string): Promise<string | undefined> {
  if (await isFile(path.join(folder, SITE_FILE))) return undefined;
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return `there is no folder ${folder}`;
  return found.isDirectory() ? `the folder ${folder} has no ${SITE_FILE}` : `${folder} is not a folder`;
}

/** What a `site:` path has to lead to. */
export const SITE_FOLDER_HINT = `a site is a folder with a ${SITE_FILE} that says at least "root: FOLDER"`;

/** Finds the folder with site.yaml, or says what there is instead. */
async function findFolder(nameOrPath: string): Promise<string> {
  if (nameOrPath.includes('\0')) throw new InputError('the name of a site cannot contain a NUL character');
  const folder = isSitePath(nameOrPath) ? path.resolve(nameOrPath) : path.join(SITES_FOLDER, nameOrPath);
  const reason = await whyNoSite(folder);
  if (nameOrPath !== '' && reason === undefined) return folder;
  if (isSitePath(nameOrPath)) throw new InputError(`no site: ${reason}`, { nextStep: SITE_FOLDER_HINT });
  const names = await listSites();
  const hint = didYouMean(nameOrPath, names);
  throw new InputError(
    `there is no site "${nameOrPath}"${hint}; the lab has: ${names.join(', ') || 'none'}`,
    {
      nextStep: 'name one of these, or the path of a folder with a site.yaml, e.g. ./my-site',
    },
  );
}

/** `root:` as an absolute folder; of a host that has its own, that. */
async function findRoot(siteFile: ParsedSiteFile, folder: string, host?: string): Promise<string> {
  const { settings } = siteFile;
  const root = (host === undefined ? undefined : settings.origins[host]?.root) ?? settings.root;
  if (!root.startsWith('npm:')) return path.resolve(folder, root);
  const match = /^npm:((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)((?:\/[\w@~-][\w.@~-]*)*)\/?$/.exec(root);
  const [, packageName, below = ''] = match ?? [];
  if (packageName === undefined) {
    throw rootProblem(siteFile, host, `found ${describeValue(root)}; expected npm:PACKAGE/folder`);
  }
  const packageFolder = await findPackage(packageName, [folder, packageRoot]);
  if (packageFolder === undefined) {
    throw siteFile.fail(
      [{ path: rootPath(host), at: 'value', message: `the package ${packageName} is not installed` }],
      { nextStep: 'run npm install' },
    );
  }
  return path.join(packageFolder, below);
}

function rootPath(host: string | undefined): KeyPath {
  return host === undefined ? ['root'] : ['origins', host, 'root'];
}

function rootProblem(
  { fail }: ParsedSiteFile,
  host: string | undefined,
  message: string,
  cause?: InputError,
): InputError {
  return fail([{ path: rootPath(host), at: 'value', message }], {
    cause,
    ...(cause?.nextStep !== undefined && { nextStep: cause.nextStep }),
  });
}

/** Where Node.js would find a package from one of these folders; `exports` of the package do not matter here. */
async function findPackage(name: string, from: readonly string[]): Promise<string | undefined> {
  for (const start of from) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const candidate = path.join(folder, 'node_modules', name);
      if (await isFile(path.join(candidate, 'package.json'))) return candidate;
      if (folder === path.dirname(folder)) break;
    }
  }
  return undefined;
}

/**
 * The path under which the entry is loaded. A page at the top of the site is served at `/`, where its relative
 * references mean the same; one further down keeps its own path.
 */
function serveAtSlash(entryPath: string, entry: SiteResource, resources: Map<string, SiteResource>): string {
  if (entryPath.endsWith('/index.html')) return entryPath.slice(0, -'index.html'.length);
  if (entryPath.lastIndexOf('/') > 0 || entryPath === '/') return entryPath;
  resources.set('/', { ...entry, path: '/' });
  return '/';
}

/**
 * As hosts of other sites' files send them: without the first none of those could use a font (Fetch §3.2.2), without the
 * second none is told when a picture was painted (Largest Contentful Paint, §4.1).
 */
const OPEN_TO_OTHERS = { 'access-control-allow-origin': '*', 'timing-allow-origin': '*' } as const;

function headersFor(urlPath: string, settings: SiteFile, host?: string): Record<string, string> {
  const origin = host === undefined ? undefined : settings.origins[host];
  return {
    ...(origin !== undefined && OPEN_TO_OTHERS),
    ...fieldsFor(urlPath, settings.headers),
    ...fieldsFor(urlPath, origin?.headers ?? {}),
  };
}

function fieldsFor(urlPath: string, fieldsByGlob: SiteFile['headers']): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [glob, values] of Object.entries(fieldsByGlob)) {
    if (matchesGlob(urlPath, glob)) Object.assign(fields, values);
  }
  return fields;
}

function listedCritical(
  { fail }: ParsedSiteFile,
  paths: readonly string[],
  site: SiteHosts & Pick<Site, 'entry' | 'resources'>,
): Finding[] {
  const known = [...site.resources.keys()];
  const canonical = paths.map((written) => canonicalPath(written, site));
  const problems = canonical.flatMap((urlPath, index): Problem[] => {
    const problem = (message: string): Problem[] => [{ path: ['critical', index], at: 'value', message }];
    if (isEntry(site, urlPath)) return problem(`${urlPath} is the page itself; list what the page waits for`);
    if (findResource(site, urlPath) !== undefined) return [];
    return problem(`the site has no ${urlPath}${didYouMean(urlPath, known)}`);
  });
  if (problems.length > 0) throw fail(problems);
  return [...new Set(canonical)].map((urlPath) => ({ path: urlPath, reason: 'listed in site.yaml' }));
}

function missingEntry(
  { settings: { entry }, fail }: ParsedSiteFile,
  resources: ReadonlyMap<string, SiteResource>,
): InputError {
  const pages = [...resources.values()].filter(({ contentType }) => contentType.startsWith('text/html'));
  const names = pages.map((page) => page.path);
  const shown = names.length > 0 ? names.slice(0, 10).join(', ') : 'none';
  const message = `the site has no ${entry}${didYouMean(entry, names)}; pages there: ${shown}`;
  return fail([{ path: ['entry'], at: 'value', message }]);
}

/** `.test` is reserved for this (RFC 6761 §6.2). */
function defaultHostname(name: string): string {
  const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `${label.replace(/^-+|-+$/g, '').slice(0, 63) || 'site'}.test`;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
