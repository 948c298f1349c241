import type { Results } from '../../lab/run/results.ts';
import { METRIC_WORDS } from '../metrics.ts';
import { markup, type Markup } from './escape.ts';

/** How the numbers came about and how to read them, in short; and the scenario as it was read. */
export function methodHtml(results: Results): Markup {
  const { baseline, scenario, primaryMetric } = results;
  const profile =
    results.scenario.cache === 'warm' ? 'the cache and cookies of one earlier visit' : 'an empty cache';
  const connections =
    scenario.connection === 'new'
      ? 'new connections'
      : 'the connection that an earlier visit, which does not count, had opened and used';
  return markup`<section id="method" aria-labelledby="method-title">
<h2 id="method-title">How to read this page</h2>
<div class="prose">
<h3>What was done</h3>
<p>Every trial is a real page load in a real browser with ${profile} and ${connections}. Its renderer has drawn a page of text before, so that the first use of the browser’s own code is in no number. Browser and server talk TLS and HTTP/2 end to end; between them an emulator delays, queues and drops their bytes as the network above would, with a TCP sender that opens its window as a kernel does.</p>
<p>Strategies take turns in <strong>randomised blocks</strong>: each runs once per block, in an order drawn from the seed, so that a machine that slows down hurts all alike. The first block is a <strong>warm-up</strong> and counts for nothing. The number of blocks was fixed beforehand; nothing was repeated until it looked significant. A load in which this machine kept the emulator from acting in time is <strong>disturbed</strong>: it does not count and is loaded again at once, a few times at most, whatever its numbers are; how often, per strategy, is among the evidence.</p>
<h3>What “faster” means</h3>
<p>The <strong>median</strong> comes with a 95 % bootstrap interval. The <strong>shift</strong> is the Hodges-Lehmann estimate of the difference from <strong>${baseline}</strong> in the same block, with an exact 95 % signed-rank interval; negative is faster; with fewer than six pairs no 95 % interval exists and the range of the differences stands in its place. A strategy is called faster or slower only if the exact Wilcoxon signed-rank test, corrected after Holm for the strategies compared on this metric, says so at 5 %. “No difference” means that this run could not tell them apart, not that they are equal. “Too few trials” means that no outcome could have been significant.</p>
<p>The answer is about ${METRIC_WORDS[primaryMetric].title.toLowerCase()}, which the scenario names; the other metrics are there to see what it was paid with.</p>
<h3>What a waterfall shows</h3>
<p>Three vantage points are put together by stream and time: the server’s log, the emulator’s, and the browser’s own. A block ends when its bytes were in the browser and is as wide as they take on the downlink, at most one 16 kB frame: what a loss held back and released at once shows as a gap and a short block. The thin line under it is when the server’s TCP sent them: what was sent early waits in the queue and can no longer be overtaken. A push counts as used only if the page read it. The strip below the rows says <strong>who held the bottleneck</strong>: the link passes one packet after the other, and the emulator wrote down whose it was, before its way to the browser; gaps are headers, handshakes or nothing.</p>
<h3>What it does not show</h3>
<p>One browser, one machine, one network model and one page. Numbers hold for the conditions above; a different RTT, rate, queue or window can turn the order around.</p>
</div>
<h3 id="scenario">The scenario, <code>${scenario.file}</code></h3>
<pre class="scenario" tabindex="0" role="region" aria-labelledby="scenario"><code>${scenario.text}</code></pre>
</section>`;
}
