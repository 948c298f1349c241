/** Two trials compared. */
export const DIFF = `
.toolbar-like { display: flex; flex-wrap: wrap; gap: 8px 24px; margin-bottom: 16px; font-size: 13px; }
select { max-width: 100%; }
.diff-metrics { width: auto; margin-bottom: 14px; }
.diff-metrics th, .diff-metrics td { padding-right: 28px; }
.diff { min-width: 760px; }
.diff th, .diff td { padding-top: 3px; padding-bottom: 3px; vertical-align: middle; }
.diff-name { display: flex; align-items: center; gap: 5px; max-width: 34ch; white-space: nowrap; }
.diff .diff-bars { width: 42%; min-width: 240px; padding-right: 0; }
.diff-bars svg { display: block; }
.diff-wait { fill: var(--line); }
.diff-a { fill: var(--line); }
.diff-b { fill: var(--request); }
.diff-a.pushed, .diff-b.pushed { stroke: var(--push); stroke-width: 2; }
.diff-how.pushed { color: var(--push); font-weight: 600; }
.diff .earlier { color: var(--faster); }
.diff .later { color: var(--slower); }
`;
