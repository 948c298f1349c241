import { z } from 'zod';

const ms = z.number();
const flight = z
  .number()
  .int()
  .optional()
  .describe('round trips of the connection that had to pass before its last byte could leave, plus one');

export const pathSchema = z
  .object({
    document: z.object({ path: z.string(), receivedMs: ms, arrivedMs: ms, flight }),
    resource: z
      .object({
        path: z.string(),
        by: z.enum(['request', 'push']),
        hinted: z.boolean(),
        askedMs: ms.optional(),
        arrivedMs: ms,
        flight,
      })
      .optional(),
    gate: z.enum(['document', 'resource']).describe('which of the two came last: what the metric waited for'),
    bottleneck: z
      .object({
        thinkMs: ms.describe('idle while the origin thought'),
        idleMs: ms.describe('idle otherwise'),
        documentMs: ms,
        neededMs: ms.describe('what else the metric waits for'),
        pushedMs: ms.describe('used pushes it does not wait for'),
        wastedMs: ms,
        otherMs: ms,
      })
      .describe("from the document's request at the server until the gate had left the bottleneck"),
    transitMs: ms,
    browserMs: ms.describe('from the last byte to the metric'),
  })
  .describe('where the time up to the primary metric went; the parts add up to it');

export const contentionSchema = z
  .object({ wastedMs: ms, pushedBeforeDocumentMs: ms, pushedBeforeBlockingMs: ms })
  .describe(
    'time the bottleneck served such bytes while the document, or what the first paint needs, waited',
  );

export const hintSchema = z.object({
  path: z.string(),
  how: z.string(),
  headStartMs: ms.optional().describe('hinted request before the moment the page itself wanted it'),
  used: z.boolean(),
  wastedBytes: z.number().int().nonnegative(),
});

export const reasonSchema = z
  .object({
    strategy: z.string(),
    kind: z
      .enum(['network', 'browser', 'none'])
      .describe('what explains the difference; none: there is none'),
    text: z.string(),
    pairs: z.number().int(),
    differenceMs: ms.describe(
      'of the primary metric against the baseline; medians over the pairs, as all of these',
    ),
    networkMs: ms.describe('of it, until the last byte it waits for was at the browser'),
    browserMs: ms.describe('of it, after that'),
    parts: z.record(z.string(), ms).describe('networkMs by part of the path'),
  })
  .describe('why a strategy differs from the baseline');
