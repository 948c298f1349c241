import { gzipSync } from 'node:zlib';
import type { Results } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import { detailOrder } from './choose.ts';
import { slimWaterfall } from './slim.ts';

/** Trial id → its slim waterfall as JSON, gzip, Base64: what the page's script draws other trials from. */
export type PackedDetails = ReadonlyMap<string, string>;

/**
 * Packs as many trials as fit, those a reader wants first. Asks for one waterfall at a time and keeps none, so that
 * memory does not grow with the number of trials. `load` answers undefined for one that cannot be had.
 */
export async function packDetails(
  results: Results,
  load: (trial: string) => Promise<Waterfall | undefined>,
  mostBytes = MOST_BYTES,
): Promise<PackedDetails> {
  const details = new Map<string, string>();
  let total = 0;
  for (const trial of detailOrder(results)) {
    const waterfall = await load(trial);
    if (!waterfall) continue;
    const packed = packWaterfall(waterfall);
    total += packed.length;
    if (total > mostBytes) break;
    details.set(trial, packed);
  }
  return details;
}

export function packWaterfall(waterfall: Waterfall): string {
  return gzipSync(JSON.stringify(slimWaterfall(waterfall)), { level: 9 }).toString('base64');
}

// With the other parts of a large report, less than 5 MB.
const MOST_BYTES = 1_300_000;
