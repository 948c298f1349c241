import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type YAMLError,
} from 'yaml';
import type { z } from 'zod';
import { InputError } from '../errors.ts';
import {
  describeValue,
  didYouMean,
  formatPath,
  listProblems,
  type KeyPath,
  type Problem,
} from './problems.ts';

/** A YAML text as plain data, with the way back to its lines. */
export interface YamlText {
  readonly data: unknown;
  /** An InputError that lists the problems, each as `file:line:column: key: message`. */
  readonly fail: (
    problems: readonly Problem[],
    options?: { nextStep?: string; cause?: unknown },
  ) => InputError;
}

/**
 * Enough for a network or a strategy shared by a few places; a hundredth of what an alias bomb needs. An alias to
 * a collection counts for everything in it.
 */
const MAX_ALIAS_COUNT = 20;

/**
 * Parses one YAML document.
 * @param file only named in messages
 * @throws InputError for what is not YAML, several documents, duplicate keys, unknown tags, an alias bomb, nothing.
 */
export function parseYamlText(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseOne(text, file, lines);
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    const { offset, message } = unusable(document, error);
    throw new InputError(`${place(offset)}: ${message}`, { cause: error });
  }
  if (data === null || data === undefined) throw new InputError(`${place(0)}: ${NOTHING}`);
  return {
    data,
    fail: (problems, options) =>
      new InputError(
        listProblems(
          problems
            .map((problem) => ({ problem, offset: offsetOf(document, problem) }))
            .sort((a, b) => a.offset - b.offset)
            .map(({ problem: { path, message }, offset }) =>
              path.length === 0
                ? `${place(offset)}: ${message}`
                : `${place(offset)}: ${formatPath(path)}: ${message}`,
            ),
        ),
        options,
      ),
  };
}

function parseOne(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  let documents: Document.Parsed[];
  try {
    // parseAllDocuments marks an empty stream with an empty array.
    documents = [...parseAllDocuments(text, { lineCounter, logLevel: 'silent', prettyErrors: false })];
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${file}: ${TOO_DEEP}`, { cause: error });
    throw error;
  }
  const [document, second] = documents;
  if (document === undefined) throw new InputError(`${file}:1:1: ${NOTHING}`);
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    // One fault often trails others at the same place; the first says what it is.
    const byPlace = new Map<string, string>();
    for (const fault of faults) {
      const { line, col } = lineCounter.linePos(fault.pos[0]);
      const at = `${file}:${line}:${col}`;
      if (!byPlace.has(at)) byPlace.set(at, `${at}: ${syntaxProblem(fault)}`);
    }
    throw new InputError(listProblems([...byPlace.values()]));
  }
  if (second !== undefined) {
    const { line, col } = lineCounter.linePos(second.range[0]);
    throw new InputError(`${file}:${line}:${col}: a second YAML document starts here; one file holds one`);
  }
  return document;
}

function syntaxProblem(fault: YAMLError): string {
  if (fault.code === 'DUPLICATE_KEY') return 'this key is there twice';
  // The parser catches its own stack overflow and reports it as a fault of the text, which it is.
  if (/call stack/i.test(fault.message)) return TOO_DEEP;
  // The message may quote the text, control characters included.
  return `not valid YAML: ${fault.message.replace(/\p{C}/gu, '?')}`;
}

const TOO_DEEP = 'the YAML is nested too deeply';
const NOTHING = 'there is nothing in this file, or nothing but comments';

/** What kept a document from becoming plain data, and where it begins. */
function unusable(document: Document, error: unknown): { offset: number; message: string } {
  if (error instanceof RangeError) return { offset: 0, message: TOO_DEEP };
  const reason = (error instanceof Error ? error.message : String(error)).replace(/\p{C}/gu, '?');
  const [, unresolved] = /^Unresolved alias .*: (.*)$/.exec(reason) ?? [];
  if (unresolved !== undefined) {
    const message = `the alias *${unresolved} has no anchor &${unresolved} before it`;
    return { offset: firstAlias(document, unresolved), message };
  }
  if (!/alias/i.test(reason)) return { offset: 0, message: `not usable YAML: ${reason}` };
  // A bomb has no one place that is wrong.
  const message = `the YAML uses too many aliases; an alias to a list or mapping counts for all in it, at most ${MAX_ALIAS_COUNT}`;
  return { offset: firstAlias(document), message };
}

function firstAlias(document: Document, source?: string): number {
  let offset = 0;
  visit(document, {
    Alias(_key, alias) {
      if (source !== undefined && alias.source !== source) return undefined;
      offset = startOf(alias) ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Character offset of the deepest node there is on the way to the problem. */
function offsetOf(document: Document, problem: Problem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of problem.path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) break;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step),
      );
      if (pair === undefined) break;
      const wantsKey = problem.at === 'key' && index === problem.path.length - 1;
      offset = (wantsKey ? undefined : startOf(pair.value)) ?? startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/**
 * What zod found, in our words. Our schemas write their own messages wherever a person can go wrong; here are the
 * rest: unknown keys, wrong types, bounds.
 * @param keysAt the keys allowed in the mapping at a path
 */
export function problemsOf(
  error: z.ZodError,
  data: unknown,
  keysAt: (path: KeyPath) => readonly string[],
): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, data, [], keysAt));
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  data: unknown,
  parent: KeyPath,
  keysAt: (path: KeyPath) => readonly string[],
): Problem[] {
  const path: KeyPath = [
    ...parent,
    ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
  ];
  const found = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: 'key',
        message: unknownKey(key, allowed),
      }));
    }
    case 'invalid_union': {
      // The branch for what was written: a mapping is judged as a mapping, a word as a word.
      const branch = issue.errors.find((issues) => !issues.some((inner) => isWrongKind(inner, found)));
      if (found === undefined) return [{ path, at: 'value', message: 'is missing' }];
      if (branch === undefined || branch.length === 0) break;
      return branch.flatMap((inner) => problemsOfIssue(inner, data, path, keysAt));
    }
    case 'invalid_type':
      if (found === undefined) return [{ path, at: 'value', message: 'is missing' }];
      return [
        {
          path,
          at: 'value',
          message: `found ${describeValue(found)}; expected ${plainType(issue.expected)}`,
        },
      ];
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
      const bound = `${issue.code === 'too_small' ? 'at least' : 'at most'} ${limit}`;
      const noun = issue.origin === 'array' ? ' entry' : issue.origin === 'string' ? ' character' : '';
      const unit = Number(limit) === 1 || noun === '' ? noun : noun.replace(/y$/, 'ie') + 's';
      return [{ path, at: 'value', message: `found ${describeValue(found)}; allowed: ${bound}${unit}` }];
    }
    case 'invalid_format':
      return [{ path, at: 'value', message: `found ${describeValue(found)}; ${issue.message}` }];
    case 'invalid_key': {
      // The key of a record: point at it, and say what its own check said.
      const message = issue.issues[0]?.message ?? issue.message;
      return [{ path, at: 'key', message }];
    }
    case 'custom':
    case 'invalid_value':
    case 'invalid_element':
    case 'not_multiple_of':
  }
  // Our schemas have worded these themselves.
  return [{ path, at: 'value', message: issue.message }];
}

function isWrongKind(issue: z.core.$ZodIssue, found: unknown): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_type') return true;
  // A mapping or list where one of some words stands.
  return issue.code === 'invalid_value' && typeof found !== 'string';
}

function unknownKey(key: string, allowed: readonly string[]): string {
  return `unknown key${didYouMean(key, allowed)}; allowed: ${allowed.join(', ')}`;
}

function plainType(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'a mapping (key: value)';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'int':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return expected;
  }
}

function valueAt(data: unknown, path: KeyPath): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
