import type { NetworkConditions } from './conditions.ts';

/**
 * Named network conditions. A name alone says little ("2g" is 35 kbit/s in one tool and 280 kbit/s in another), so
 * each preset carries the document its numbers were read from, and results print the numbers, never the name alone.
 */
export type NetworkPreset = NetworkConditions & { readonly source: string };

/**
 * WebPageTest's table gives round-trip times. browsertime and throttle list the same networks with half of these
 * values under the key `rtt` ("2g" there: 400), because the value was meant for each direction.
 */
const WEBPAGETEST =
  'WebPageTest, www/settings/connectivity.ini.sample at commit 6a79fedb, read 2026-11-22; RTT as labelled there';
const BROWSERTIME =
  'sitespeedio/browsertime, lib/connectivity/trafficShapeParser.js at commit 039141c3, read 2026-11-22, where it is 85 ms each way; WebPageTest calls it "4G (9 Mbps, 170 ms RTT)"';

/**
 * None of the tables names a queue, yet the queue decides how much a push delays what comes after it. Ours holds
 * one bandwidth-delay product, the classic rule for a router buffer, and at least 64 kB, so that an initial window
 * of ten segments (RFC 6928: 14,600 B) and its first doublings fit where the product is tiny (2g: 28 kB). The
 * longest it can delay a packet is given with each preset.
 */
const SMALLEST_QUEUE_BYTES = 64_000;

export const NETWORK_PRESETS: Readonly<Record<string, NetworkPreset>> = {
  // 64 kB = 1.83 s at 280 kbit/s.
  '2g': preset(
    '2g',
    { downKbps: 280, upKbps: 256, rttMs: 800, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 2.13 s at 240 kbit/s.
  edge: preset(
    'edge',
    { downKbps: 240, upKbps: 200, rttMs: 840, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 656 ms at 780 kbit/s.
  '3gslow': preset(
    '3gslow',
    { downKbps: 780, upKbps: 330, rttMs: 200, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 1.28 s at 400 kbit/s.
  '3gem': preset(
    '3gem',
    { downKbps: 400, upKbps: 400, rttMs: 400, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 320 ms at 1.6 Mbit/s; the product is 60 kB.
  '3g': preset(
    '3g',
    { downKbps: 1_600, upKbps: 768, rttMs: 300, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 320 ms at 1.6 Mbit/s.
  '3gfast': preset(
    '3gfast',
    { downKbps: 1_600, upKbps: 768, rttMs: 150, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 192 kB = 171 ms at 9 Mbit/s; the product is 191 kB.
  '4g': preset('4g', { downKbps: 9_000, upKbps: 9_000, rttMs: 170, queueBytes: 192_000 }, BROWSERTIME),
  // 105 kB = 70 ms at 12 Mbit/s: the product.
  lte: preset('lte', { downKbps: 12_000, upKbps: 12_000, rttMs: 70, queueBytes: 105_000 }, WEBPAGETEST),
  // 64 kB = 10.4 s at 49 kbit/s: modems did buffer like that.
  dial: preset(
    'dial',
    { downKbps: 49, upKbps: 30, rttMs: 120, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 341 ms at 1.5 Mbit/s.
  dsl: preset(
    'dsl',
    { downKbps: 1_500, upKbps: 384, rttMs: 50, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 102 ms at 5 Mbit/s.
  cable: preset(
    'cable',
    { downKbps: 5_000, upKbps: 1_000, rttMs: 28, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
  // 64 kB = 26 ms at 20 Mbit/s. "FIOS" in the table.
  fiber: preset(
    'fiber',
    { downKbps: 20_000, upKbps: 5_000, rttMs: 4, queueBytes: SMALLEST_QUEUE_BYTES },
    WEBPAGETEST,
  ),
};

export const NETWORK_PRESET_NAMES: readonly string[] = Object.keys(NETWORK_PRESETS);

/** The preset of that name, if there is one. Safe for names such as `constructor`. */
export function findNetworkPreset(name: string): NetworkPreset | undefined {
  return Object.hasOwn(NETWORK_PRESETS, name) ? NETWORK_PRESETS[name] : undefined;
}

function preset(
  name: string,
  numbers: { downKbps: number; upKbps: number; rttMs: number; queueBytes: number },
  source: string,
): NetworkPreset {
  const link = (kbps: number) => ({
    bandwidthBps: kbps * 1000,
    queueLimitBytes: numbers.queueBytes,
    lossRate: 0,
  });
  return {
    name,
    source,
    baseRttMs: numbers.rttMs,
    downlink: link(numbers.downKbps),
    uplink: link(numbers.upKbps),
    // RFC 6928, and the default of Linux since 2.6.39.
    initialWindowSegments: 10,
    congestionControl: 'cubic',
    sendBufferBytes: 'auto',
    pacing: false,
  };
}
