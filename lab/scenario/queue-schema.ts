import { z } from 'zod';
import { unknownWord } from '../input/problems.ts';
import type { QueueConditions, QueueLimit } from '../network/conditions.ts';
import { count, duration, queueLimit, scalarOrMapping, size } from './quantities.ts';

/** The `queue:` of a network: a limit, the name of a discipline, or a mapping. */

const DISCIPLINES = ['droptail', 'codel', 'fq-codel'] as const;

/**
 * Defaults of Linux: tc-codel(8) and tc-fq_codel(8), read 2026-11-24; RFC 8289 §4.4 and RFC 8290 §5.2 have the same
 * target, interval, quantum (an Ethernet frame) and flows.
 */
const CODEL = { limit: { packets: 1000 }, targetMs: 5, intervalMs: 100 } as const;
const FQ_CODEL = { ...CODEL, limit: { packets: 10_240 }, quantumBytes: 1514, flows: 1024 } as const;

const TARGET_MS = { min: 0.01, max: 10_000 };
const INTERVAL_MS = { min: 1, max: 60_000 };
/** RFC 8290 §5.2.4: smaller ones favour small packets; far below a packet the rounds cost CPU and change nothing. */
const QUANTUM_BYTES = { min: 64, max: 1e6 };
const FLOWS = { min: 1, max: 65_536 };

/** What may stand for a mapping full of defaults. */
const WORDS = ['codel', 'fq-codel'] as const;

const mapping = z
  .strictObject({
    discipline: z
      .enum(DISCIPLINES, {
        error: (issue) => unknownWord('queueing discipline', issue.input, DISCIPLINES),
      })
      .describe('default droptail')
      .default('droptail'),
    limit: queueLimit('what it holds; default for codel 1000 packets, for fq-codel 10240').optional(),
    target: duration(TARGET_MS, 'standing delay CoDel accepts; default 5ms').optional(),
    interval: duration(
      INTERVAL_MS,
      'how long CoDel lets it last, about the longest round trip; default 100ms',
    ).optional(),
    quantum: size(QUANTUM_BYTES, 'what a flow may send per round of fq-codel; default 1514B').optional(),
    flows: count(FLOWS, 'queues connections are hashed into by fq-codel; default 1024').optional(),
  })
  .superRefine((queue, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (queue.discipline === 'droptail' && queue.limit === undefined)
      refuse('limit', 'is missing; a droptail queue needs one, e.g. 64kB, 100 packets or 200ms');
    for (const [key, meant] of [
      ['target', ['codel', 'fq-codel']],
      ['interval', ['codel', 'fq-codel']],
      ['quantum', ['fq-codel']],
      ['flows', ['fq-codel']],
    ] as const) {
      if (queue[key] !== undefined && !meant.some((discipline) => discipline === queue.discipline))
        refuse(key, `has no meaning for ${queue.discipline}, only for ${meant.join(' and ')}`);
    }
  });

export const QUEUE_KEYS: readonly string[] = Object.keys(mapping.shape);

/** `64kB`, `fq-codel`, or a mapping; the result is complete. */
export const queueSchema = scalarOrMapping(
  queueLimit<(typeof WORDS)[number]>('a limit or a discipline', WORDS),
  mapping,
  'queue before each direction of the bottleneck: a limit (64kB, 100 packets, 200ms), codel, fq-codel, or a mapping',
).transform(completeQueue);

function completeQueue(input: QueueLimit | 'codel' | 'fq-codel' | z.output<typeof mapping>): QueueConditions {
  if (input === 'codel') return { discipline: 'codel', ...CODEL };
  if (input === 'fq-codel') return { discipline: 'fq-codel', ...FQ_CODEL };
  if (!('discipline' in input)) return { discipline: 'droptail', limit: input };
  const { discipline, limit, target, interval, quantum, flows } = input;
  const defaults = discipline === 'fq-codel' ? FQ_CODEL : CODEL;
  const codel = {
    limit: limit ?? defaults.limit,
    targetMs: target ?? CODEL.targetMs,
    intervalMs: interval ?? CODEL.intervalMs,
  };
  switch (discipline) {
    case 'droptail':
      return { discipline, limit: codel.limit };
    case 'codel':
      return { discipline, ...codel };
    case 'fq-codel':
      return {
        discipline,
        ...codel,
        quantumBytes: quantum ?? FQ_CODEL.quantumBytes,
        flows: flows ?? FQ_CODEL.flows,
      };
  }
}
