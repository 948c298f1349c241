/** Tables and strip plots of the comparison. */
export const COMPARISON = `
.overview { margin-top: 6px; }
.overview th, .overview td { padding: 8px 18px 8px 0; }
.overview thead th { vertical-align: bottom; }
.overview tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 120px; }
.overview .primary { background: var(--raised); padding-left: 16px; padding-right: 16px; }
.overview thead .primary { color: var(--ink); font-weight: 650; }
.overview .median { display: block; font-size: 16px; font-weight: 500; letter-spacing: -0.01em; }
.overview .primary .median { font-weight: 650; }
.shift { white-space: nowrap; }
.overview .shift { display: block; font-size: 12.5px; line-height: 1.35; }
.shift.faster { color: var(--faster); }
.shift.slower { color: var(--slower); }
.shift.no-difference, .shift.too-few-trials, .shift.reference { color: var(--ink-3); }
.shift.faster .verdict, .shift.slower .verdict { font-weight: 650; }
.verdict::before { margin-right: 0.4em; }
.faster .verdict::before, .slower .verdict::before { content: ''; display: inline-block; border: 0 solid transparent; border-width: 0 0.3em; }
.faster .verdict::before { border-top: 0.5em solid currentColor; }
.slower .verdict::before { border-bottom: 0.5em solid currentColor; }
.no-difference .verdict::before { content: '='; }
.too-few-trials .verdict::before { content: '?'; }

.tabs { display: flex; flex-wrap: wrap; gap: 0 22px; border-bottom: 1px solid var(--rule-strong); margin: 34px 0 20px; }
.tabs button { border: 0; border-bottom: 2px solid transparent; border-radius: 0; padding: 7px 0 6px; margin-bottom: -1px; background: none; color: var(--ink-2); }
.tabs button:hover { color: var(--ink); border-bottom-color: var(--rule-strong); }
.tabs button[aria-selected='true'] { color: var(--ink); font-weight: 600; border-bottom-color: var(--ink); }
.scripted .panel:not(.current) { display: none; }
.scripted .panel h3 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
html:not(.scripted) .panel { margin-top: 34px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 24px 48px; margin-bottom: 20px; }
.charts figure { min-width: 0; }
figcaption { color: var(--ink-2); font-size: 13px; margin-bottom: 8px; min-height: 1.5em; }
.chart-box { position: relative; width: 100%; }
.drawn .strip { display: none; }

.strip { display: block; width: 100%; max-width: 620px; height: auto; overflow: visible; font-size: 12px; }
.strip text { fill: var(--ink-2); }
.strip .tick { fill: var(--ink-3); font-size: 11px; }
.strip .grid { stroke: var(--grid); }
.strip .base { stroke: var(--rule); }
.strip .zero { stroke: var(--ink-3); }
.strip .name { fill: var(--ink); }
.strip .value { fill: var(--ink); font-weight: 600; }
.strip g { color: var(--neutral); }
.strip g.faster { color: var(--faster); }
.strip g.slower { color: var(--slower); }
.strip .dot { fill: currentcolor; fill-opacity: 0.5; }
.strip .interval { fill: currentcolor; fill-opacity: 0.16; }
.strip .estimate { stroke: currentcolor; stroke-width: 2; }

#cost { margin-top: 44px; }
#cost + .lead { margin-bottom: 10px; }
.bar-cell { min-width: 190px; width: 24%; }
.bar-cell svg { display: block; position: relative; top: 2px; }
.used { fill: var(--request); }
`;
