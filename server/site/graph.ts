import { z } from 'zod';
import { InputError } from '../../lab/errors.ts';

/** Beside site.yaml. */
export const GRAPH_FILE = 'graph.json';

/** Something that a real load of a page asked for. */
export interface GraphNode {
  /** As in the site. */
  readonly path: string;
  /** What made the browser ask for it: the page, a style sheet, a script. */
  readonly parent: string;
}

/** By path of the page: what a real load of it asked for, in the order in which it did. */
export type SiteGraph = Readonly<Record<string, readonly GraphNode[]>>;

const MOST_NODES = 10_000;
const path = z.string().regex(/^(?:https:\/)?\/[\x21-\x7e]*$/, 'expected a path such as /css/site.css');

/** Fields that are not listed say where it comes from. */
const schema = z.looseObject({
  pages: z.record(path, z.array(z.strictObject({ path, parent: path })).max(MOST_NODES)),
});

/** @throws InputError that names the file and what of it is wrong */
export function parseGraph(text: string, file: string): SiteGraph {
  const fail = (reason: string, cause?: unknown) =>
    new InputError(`${file} is no recorded graph: ${reason}`, {
      nextStep: `lab export RESULTS --format graph writes one, or remove the file`,
      cause,
    });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw fail((error as Error).message, error);
  }
  const result = schema.safeParse(data);
  if (result.success) return result.data.pages;
  const [{ path: keys, message }] = result.error.issues as [z.core.$ZodIssue];
  throw fail(keys.length === 0 ? message : `${keys.join('.')}: ${message}`);
}

/** What leads to what, queries of those that lead on left out, as a server of static files knows them. */
export function childrenInGraph(nodes: readonly GraphNode[]): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const { path: child, parent } of nodes) {
    const name = parent.split('?', 1)[0]!;
    children.set(name, [...(children.get(name) ?? []), child]);
  }
  return children;
}
