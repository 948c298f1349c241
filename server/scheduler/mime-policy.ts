import { mediaType, type StreamFacts } from './policy.ts';
import { TreePolicy } from './tree-policy.ts';

/** One line of H2PushPriority: where a push of this media type goes, relative to the stream it is promised on. */
export interface MimeRule {
  /** `text/css`, `image/*` or `*`. Apache itself knows no `image/*`. */
  readonly type: string;
  readonly order: 'before' | 'after' | 'interleaved';
  /** `after`: 1-256, default 16. `interleaved`: 256 stands for the initiating stream's own weight, the default. */
  readonly weight?: number | undefined;
}

/** Apache's default: `H2PushPriority * After 16`. */
const DEFAULT_RULE: MimeRule = { type: '*', order: 'after', weight: 16 };
const MAX_WEIGHT = 256;

/**
 * H2PushPriority of Apache's mod_http2 (its manual, and h2_session_set_prio in modules/http2/h2_session.c): a pushed
 * stream gets its initial place in the client's tree (RFC 7540 §5.3) by its content type. Where X is the initiating
 * stream and Y what X depends on, the push
 *
 * - `after`: depends on X with the rule's weight;
 * - `interleaved`: depends on Y, as X does, with weight of X × the rule's weight / 256;
 * - `before`: depends on Y with the weight of X, and X then depends on the push.
 *
 * Everything else is as the client says, and what it says of a push afterwards holds.
 */
export class MimePolicy extends TreePolicy {
  readonly #rules: readonly MimeRule[];

  constructor(rules: readonly MimeRule[]) {
    super();
    this.#rules = rules;
  }

  override opened(streamId: number, facts: StreamFacts): void {
    if (facts.pushedOn !== undefined) this.#arrange(streamId, facts.pushedOn, facts.contentType);
    super.opened(streamId, facts);
  }

  #arrange(push: number, initiator: number, contentType: string): void {
    const { tree } = this;
    const rule = findRule(this.#rules, contentType);
    const above = tree.parentOf(initiator);
    const inherited = tree.weightOf(initiator);
    switch (rule.order) {
      case 'after':
        tree.prioritize(push, {
          parent: initiator,
          weight: validWeight(rule.weight ?? 16),
          exclusive: false,
        });
        break;
      case 'interleaved': {
        const weight = validWeight((inherited * (rule.weight ?? MAX_WEIGHT)) / MAX_WEIGHT);
        tree.prioritize(push, { parent: above, weight, exclusive: false });
        break;
      }
      case 'before':
        tree.prioritize(push, { parent: above, weight: inherited, exclusive: false });
        tree.prioritize(initiator, { parent: push, weight: inherited, exclusive: false });
        break;
    }
  }
}

/** The exact type, then `type/*`, then `*`; where a type has several rules the last, as in Apache's configuration. */
export function findRule(rules: readonly MimeRule[], contentType: string): MimeRule {
  const type = mediaType(contentType);
  for (const wanted of [type, `${type.split('/', 1)[0]!}/*`, '*']) {
    const rule = rules.findLast((candidate) => candidate.type.toLowerCase() === wanted);
    if (rule !== undefined) return rule;
  }
  return DEFAULT_RULE;
}

/** Apache cuts to a whole number and caps at both ends. */
function validWeight(weight: number): number {
  return Math.min(MAX_WEIGHT, Math.max(1, Math.trunc(weight)));
}
