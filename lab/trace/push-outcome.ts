import { z } from 'zod';

/** How a promised stream ended. `adopted` means the page used it; NetLog's ADOPTED event alone does not. */
export const pushOutcomeSchema = z.enum([
  'adopted',
  'unclaimed',
  'refused',
  'cancelled-by-client',
  'cancelled-by-server',
  'mismatch',
  'not-received',
]);
