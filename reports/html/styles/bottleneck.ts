/** The strip of who held the bottleneck, and the marks of its streams. */
export const BOTTLENECK = `
.stream-1 { --tone: var(--stream-1); } .stream-2 { --tone: var(--stream-2); } .stream-3 { --tone: var(--stream-3); } .stream-4 { --tone: var(--stream-4); } .stream-5 { --tone: var(--stream-5); } .stream-6 { --tone: var(--stream-6); } .stream-7 { --tone: var(--stream-7); } .stream-other { --tone: var(--stream-other); }
.stream { flex: none; display: inline-block; width: 15px; height: 15px; border: 2px solid var(--tone); border-left-width: 5px; border-radius: 2px; font-size: 9px; line-height: 11px; font-weight: 700; text-align: center; color: var(--ink); background: var(--ground); }
.stream-other.stream { background: var(--tone); }
.slots path { fill: var(--tone); shape-rendering: crispEdges; }
.band-pushed, .slots .band-pushed { fill: var(--push); }
.band-wasted, .slots .band-wasted { fill: var(--waste); }
.slot-letters text { font-size: 11px; font-weight: 700; fill: var(--ink); stroke: var(--ground); stroke-width: 3px; paint-order: stroke; stroke-linejoin: round; }
.slots-lane { height: 44px; }
.slots-lane .lane-plot { height: 24px; margin-top: 9px; }
.streams .name { max-width: 30ch; font-size: 12.5px; }
.series.use { fill: var(--request-soft); stroke: var(--request); stroke-width: 1; }
`;
