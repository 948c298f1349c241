import { isIP } from 'node:net';
import { z } from 'zod';
import { unknownWord, type KeyPath } from '../../lab/input/problems.ts';
import { parseYamlText, problemsOf, type YamlText } from '../../lab/input/yaml-text.ts';
import type { SiteOrigin } from './origins.ts';

/** `site.yaml`, checked and complete. */
export interface SiteFile {
  readonly name?: string | undefined;
  /** Folder relative to site.yaml, or `npm:PACKAGE/folder` out of node_modules. */
  readonly root: string;
  /** Path below the root, with a leading slash. */
  readonly entry: string;
  readonly hostname?: string | undefined;
  readonly compression: 'on' | 'off';
  readonly etag: 'on' | 'off';
  /** In sending order; absent: found by parsing. */
  readonly critical?: readonly string[] | undefined;
  /** Path or glob → header → value. Later globs win. */
  readonly headers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The same for fields behind the content (RFC 9110 §6.5). */
  readonly trailers: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Globs of paths that are not served. */
  readonly exclude: readonly string[];
  /** Host name → how it serves parts of the site. */
  readonly origins: Readonly<Record<string, OriginSettings>>;
}

/** One entry of `origins:`. */
export interface OriginSettings extends Omit<SiteOrigin, 'hostname'> {
  /** Absent: the site's. */
  readonly root?: string | undefined;
  /** On top of the site's. */
  readonly headers: SiteFile['headers'];
}

/** DNS host name (RFC 1123), in lower case. */
const HOSTNAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
/** A field name of RFC 9110 §5.1, in lower case as HTTP/2 wants it; no pseudo-header. */
const FIELD_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
/** Visible characters, spaces and tabs; above all no CR, LF or NUL (RFC 9110 §5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;
/** The server's own business, or forbidden in HTTP/2 (RFC 9113 §8.2.2). */
const RESERVED_FIELDS = [
  'content-length',
  'content-encoding',
  'etag',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'http2-settings',
];

/** What has to be known before the content: framing, routing, caching, its format (RFC 9110 §6.5.1). */
const NO_TRAILERS = [
  'accept-ranges',
  'age',
  'cache-control',
  'content-range',
  'content-type',
  'date',
  'expires',
  'host',
  'last-modified',
  'link',
  'location',
  'pragma',
  'retry-after',
  'set-cookie',
  'trailer',
  'vary',
  'warning',
  'www-authenticate',
];

/** YAML 1.2 reads `on` as text, but `true` is what a person may write instead. */
const onOff = z
  .union([z.enum(['on', 'off'], { error: 'expected on or off' }), z.boolean()], {
    error: 'expected on or off',
  })
  .transform((value) => (value === true || value === 'on' ? ('on' as const) : ('off' as const)));

const path = z
  .string()
  .regex(
    /^\/[\x21-\x7e]*$/,
    'a path starts with / and has neither spaces nor letters beyond ASCII (percent-encode them)',
  );
/** A path, or the URL of what another host of the site has, its scheme left out or not. */
const resource = z
  .string()
  .regex(
    /^(?:https:\/)?\/[\x21-\x7e]*$/,
    'a path starts with / and has neither spaces nor letters beyond ASCII (percent-encode them)',
  );
const glob = z.string().regex(/^\/[^\s]*$/, 'a path or glob starts with /, e.g. /*.css or /img/**');

const nameOf = (kind: 'header' | 'trailer') =>
  z
    .string()
    .regex(FIELD_NAME, `a ${kind} name is written in lower case and has no spaces or colon`)
    .refine((name) => !RESERVED_FIELDS.includes(name), 'this header is set by the server itself');
const fieldName = nameOf('header');
const trailerName = nameOf('trailer').refine(
  (name) => !NO_TRAILERS.includes(name),
  'this field has to come before the content (RFC 9110 §6.5.1); write it under headers',
);
const fieldValue = z.string().regex(FIELD_VALUE, 'a header value is one line of ASCII');

const headers = z.record(glob, z.record(fieldName, fieldValue)).default({});

const hostname = z.string().regex(HOSTNAME, 'expected a host name in lower case, e.g. blog.test');

const WHOSE = ['shared', 'own'] as const;
const COALESCING = ['allowed', 'refused'] as const;

function oneOf<Word extends string>(kind: string, words: readonly Word[]) {
  return z.enum(words, { error: (issue) => unknownWord(kind, issue.input, words) });
}

/** As a host that was set up apart from the site, a CDN for instance, unless it says otherwise. */
const origin = z
  .strictObject({
    root: z.string().min(1).optional(),
    headers,
    certificate: oneOf('certificate', WHOSE).default('own'),
    address: oneOf('address', WHOSE).default('own'),
    coalescing: oneOf('coalescing', COALESCING).default('allowed'),
  })
  .superRefine(({ certificate, address, coalescing }, context) => {
    if (coalescing === 'allowed' || (certificate === 'shared' && address === 'shared')) return;
    const message = 'has a meaning only with "certificate: shared" and "address: shared"';
    context.addIssue({ code: 'custom', path: ['coalescing'], message });
  });

const ORIGIN_KEYS = Object.keys(origin.shape);
const MOST_ORIGINS = 50;

const otherHost = hostname.refine(
  (host) => host !== 'localhost' && isIP(host) === 0,
  'expected a name of its own, e.g. static.blog.test: the site itself answers to localhost and addresses',
);

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name has letters, digits, dots, dashes and underscores')
    .optional(),
  root: z.string().min(1),
  entry: path.default('/index.html'),
  hostname: hostname.optional(),
  compression: onOff.default('on'),
  etag: onOff.default('on'),
  critical: z.array(resource).max(200).optional(),
  headers,
  trailers: z.record(glob, z.record(trailerName, fieldValue)).default({}),
  exclude: z.array(glob).default([]),
  origins: z
    .record(
      otherHost,
      // `static.blog.test:` with nothing behind it.
      z.preprocess((settings) => settings ?? {}, origin),
    )
    .refine((origins) => Object.keys(origins).length <= MOST_ORIGINS, `more than ${MOST_ORIGINS} hosts`)
    .default({}),
});

const KEYS = Object.keys(schema.shape);

/** What a site.yaml says, and a way to say what of it does not fit the files there are. */
export interface ParsedSiteFile {
  readonly settings: SiteFile;
  readonly fail: YamlText['fail'];
}

/** @throws InputError that names the line and key of everything wrong. */
export function parseSiteFile(text: string, file: string): ParsedSiteFile {
  const yaml = parseYamlText(text, file);
  const result = schema.safeParse(yaml.data);
  if (result.success) return { settings: result.data, fail: yaml.fail };
  const keysAt = (at: KeyPath) => (at.length === 0 ? KEYS : at[0] === 'origins' ? ORIGIN_KEYS : []);
  throw yaml.fail(problemsOf(result.error, yaml.data, keysAt));
}
