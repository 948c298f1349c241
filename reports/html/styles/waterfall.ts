/** Waterfalls and lanes. Row height and lane height are the ones the drawings are made for. */
export const WATERFALL = `
#waterfalls { --label: 344px; --zoom: 1; --cursor: 0; }
.defs { position: absolute; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 24px; color: var(--ink-2); font-size: 13px; margin-bottom: 12px; }
.legend li { display: flex; align-items: center; gap: 8px; }
.toolbar { position: sticky; top: 49px; z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 18px; padding: 8px 0; background: var(--ground); border-bottom: 1px solid var(--rule); font-size: 13px; }
.tool { display: inline-flex; align-items: center; gap: 6px; }
.toolbar button { min-width: 32px; }
.toolbar .hint { color: var(--ink-3); }
.zoom-level { min-width: 3.5em; color: var(--ink-3); }
.waterfall { padding: 30px 0 8px; }
.waterfall > header h3 { font-size: 18px; }
.waterfall code { overflow-wrap: anywhere; }
.wf-meta { color: var(--ink-2); font-size: 13px; margin: 2px 0 10px; overflow-wrap: anywhere; }

.wf-scroll { overflow-x: auto; overflow-y: hidden; }
.wf-canvas { position: relative; min-width: calc(var(--label) + 480px); width: calc(var(--label) + (100% - var(--label)) * var(--zoom)); }
.wf-grid, .wf-lines { position: absolute; left: var(--label); top: 0; width: calc(100% - var(--label)); height: 100%; pointer-events: none; }
.wf-grid line { stroke: var(--grid); shape-rendering: crispEdges; }
.wf-grid .minor, .wf-axis .minor { display: none; }
.zoomed .wf-grid .minor, .zoomed .wf-axis .minor { display: inline; }
.wf-lines { z-index: 2; overflow: visible; }
.wf-head, .wf-row, .wf-lane { display: grid; grid-template-columns: var(--label) minmax(0, 1fr); position: relative; }
.wf-head { align-items: end; border-bottom: 1px solid var(--rule-strong); }
.levels-1 .wf-head { height: 38px; } .levels-2 .wf-head { height: 53px; } .levels-3 .wf-head { height: 68px; }
.levels-4 .wf-head { height: 83px; } .levels-5 .wf-head { height: 98px; } .levels-6 .wf-head { height: 113px; }
.wf-axis { font-size: 11px; display: block; overflow: visible; position: relative; z-index: 3; }
.wf-axis text { fill: var(--ink-3); stroke: var(--ground); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.wf-lines text { font-size: 11px; font-weight: 600; fill: var(--tone); stroke: var(--ground); stroke-width: 3px; paint-order: stroke; stroke-linejoin: round; }
.wf-lines line { stroke: var(--tone); stroke-width: 1.25; opacity: 0.8; }
.wf-lines .line { --tone: var(--load); }
.wf-lines .line-fp, .wf-lines .line-fcp, .wf-lines .line-lcp { --tone: var(--paint); }
.line-fp line { stroke-dasharray: 1.5 2.5; }
.line-dcl line { stroke-dasharray: 5 3; }
.wf-lines .line-fcp line, .wf-lines .line-lcp line, .wf-lines .line-load line { stroke-dasharray: none; }

.wf-rows { list-style: none; }
.wf-row { height: 22px; outline-offset: -2px; }
.wf-row:hover, .wf-row:focus-visible { background: var(--hover); }
.wf-row:hover .wf-label, .wf-row:focus-visible .wf-label { background: var(--hover); }
.wf-row.connection + .wf-row:not(.connection), .wf-row.resource + .wf-row:not(.resource), .wf-row.push + .external, .wf-row.push + .hint { border-top: 1px solid var(--rule); height: 23px; }
.wf-row:focus-visible .wf-label { box-shadow: inset 0 2px var(--focus), inset 0 -2px var(--focus), inset 2px 0 var(--focus); }
.wf-row[hidden] { display: none; }
.wf-label { position: sticky; left: 0; z-index: 3; background: var(--ground); display: flex; align-items: center; gap: 5px; min-width: 0; padding-right: 14px; font-size: 12.5px; white-space: nowrap; }
.wf-plot { display: block; height: 22px; position: relative; overflow: hidden; }
.name { display: flex; min-width: 0; flex: 0 1 auto; unicode-bidi: isolate; }
.name .head { flex: 0 1000 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; color: var(--ink-3); }
.name .tail { flex: 0 1 auto; min-width: 3ch; overflow: hidden; text-overflow: ellipsis; }
.wf-label .measure { margin-left: auto; padding-left: 6px; color: var(--ink-3); flex: none; }
.wf-label .tag { flex: none; font-size: 10px; line-height: 14px; padding: 0 4px; }
.measure.wasted { color: var(--waste); }
.group .name { font-weight: 600; }
.group .measure { font-weight: 600; }
.connection .name, .external .name { color: var(--ink-2); }
.tag-push { background: var(--push); border-color: var(--push); color: var(--ground); }
.tag-unused, .tag-refused, .tag-cancelled, .tag-mismatch, .tag-lost, .tag-twice { border-color: var(--waste); color: var(--waste); }
.tag-103, .tag-preload { border-color: var(--hint); color: var(--hint); }
.tag-failed { border-color: var(--slower); color: var(--slower); font-weight: 700; }
.tag-blocking { background: var(--ink-2); border-color: var(--ink-2); color: var(--ground); }

.connect { fill: var(--connect); } .tls { fill: var(--tls); } .open, .failure { fill: var(--rule-strong); }
.queued, .send { fill: var(--line); } .queued { opacity: 0.7; }
.wait { fill: var(--wait); } .receive { fill: var(--request-soft); } .arrival { fill: var(--request); }
.push-wait { fill: var(--push-line); } .push-receive { fill: var(--push-soft); } .push-arrival { fill: url('#hatch-push'); stroke: var(--push); stroke-width: 1; }
.waste-receive { fill: var(--waste-soft); } .waste-arrival { fill: url('#hatch-waste'); stroke: var(--waste); stroke-width: 1; }
.hint { fill: var(--hint); }
.hatch-push-ground { fill: var(--push); } .hatch-push-line { fill: var(--push-line); }
.hatch-waste-ground { fill: var(--waste-soft); } .hatch-waste-line { stroke: var(--waste); stroke-width: 1.1; fill: none; }
.mark-promise { fill: var(--push); stroke: var(--ground); stroke-width: 1; }
.mark-adopted { fill: var(--ink); stroke: var(--ground); stroke-width: 1.5; }
.mark-reset { fill: none; stroke: var(--waste); stroke-width: 2.2; }
.mark-hint { fill: var(--ground); stroke: var(--hint); stroke-width: 2; }
.external .tag-failed { border-color: var(--rule-strong); color: var(--ink-3); }
.mark-failure { fill: none; stroke: var(--slower); stroke-width: 2; }
.external .mark-failure { stroke: var(--line); stroke-width: 1.6; }
.drop-downlink, .drop-uplink { fill: none; stroke: var(--slower); stroke-width: 1.2; }
.drop-uplink { opacity: 0.65; }

.wf-lanes { border-top: 1px solid var(--rule-strong); margin-top: 6px; border-bottom: 1px solid var(--rule-strong); }
.wf-lane { border-top: 1px solid var(--rule); height: 61px; }
.wf-lane:first-child { border-top: 0; }
.wf-lane .wf-label { flex-wrap: wrap; align-content: center; gap: 0 12px; line-height: 17px; white-space: normal; }
.lane-title { font-weight: 600; }
.keys { display: inline-flex; gap: 12px; color: var(--ink-2); }
.key::before { content: ''; display: inline-block; width: 14px; margin-right: 5px; vertical-align: 3px; border-top: 2px solid var(--ink-2); }
.key-limit::before { border-top: 1.5px dashed var(--slower); }
.key-flight::before { border-top: 8px solid var(--request-soft); vertical-align: 0; }
.lane-note, .readout { width: 100%; color: var(--ink-3); font-size: 12px; }
.readout { display: none; color: var(--ink); }
.measuring .readout:not(:empty) { display: block; }
.measuring .readout:not(:empty) + .lane-note, .measuring .wf-lane:has(.readout:not(:empty)) .lane-note { display: none; }
.lane-plot { position: relative; height: 56px; margin-top: 3px; }
.lane-plot svg { display: block; position: absolute; inset: 0; overflow: visible; }
.series { vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.series.queue { fill: var(--wait); stroke: var(--ink-2); stroke-width: 1; }
.series.flight { fill: var(--request-soft); stroke: none; }
.series.cwnd { fill: none; stroke: var(--ink-2); stroke-width: 1.4; }
.limit { stroke: var(--slower); stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.wf-more { color: var(--ink-3); padding: 6px 0; }

.cursor { position: absolute; top: 0; bottom: 0; width: 0; left: calc(var(--label) + (100% - var(--label)) * var(--cursor)); border-left: 1px solid var(--link); pointer-events: none; z-index: 2; display: none; }
.measuring .cursor { display: block; }
.cursor-time { position: absolute; bottom: 0; left: 0; transform: translateX(-50%); background: var(--link); color: var(--ground); font-size: 11px; padding: 0 5px; border-radius: 3px; white-space: nowrap; }
.selection { position: absolute; top: 0; bottom: 0; background: var(--link); opacity: 0.14; pointer-events: none; z-index: 2; }
.wf-row .wf-plot, .lane-plot { cursor: crosshair; touch-action: pan-x pan-y; }
.numbers { margin-top: 8px; }

@media (max-width: 1100px) { #waterfalls { --label: 270px; } }
@media (max-width: 760px) { #waterfalls { --label: 190px; } .toolbar { position: static; } .toolbar .hint { display: none; } .wf-label .tag-blocking, .wf-row.push .tag-push, .external .tag-failed { display: none; } }
`;
