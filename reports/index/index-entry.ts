import type { RunDigest } from './run-digest.ts';

/** One run on the index page: where it lies, and what is told of it or why nothing can be told. */
export interface IndexEntry {
  /** Names of its folders: `<scenario>/<time>/`. */
  readonly scenario: string;
  readonly time: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly hasReport: boolean;
  readonly run: RunDigest | { readonly problem: string };
}
