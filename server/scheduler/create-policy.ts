import { BlockingFirstPolicy } from './blocking-first-policy.ts';
import { ClientPolicy } from './client-policy.ts';
import { FairPolicy } from './fair-policy.ts';
import { FifoPolicy } from './fifo-policy.ts';
import { MimePolicy, type MimeRule } from './mime-policy.ts';
import type { Policy } from './policy.ts';

/** Which policy a server schedules by, as data. */
export type SchedulerSpec =
  'client' | 'blocking-first' | 'fifo' | 'fair' | { readonly mime: readonly MimeRule[] };

/** A fresh one for one connection. */
export function createPolicy(spec: SchedulerSpec): Policy {
  switch (spec) {
    case 'client':
      return new ClientPolicy();
    case 'blocking-first':
      return new BlockingFirstPolicy(new ClientPolicy());
    case 'fifo':
      return new FifoPolicy();
    case 'fair':
      return new FairPolicy();
    default:
      return new MimePolicy(spec.mime);
  }
}
