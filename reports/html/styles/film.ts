/** Filmstrips and the enlarged frame. */
export const FILM = `
.film-images { position: absolute; }
.film-scroll { overflow-x: auto; margin: 0 0 18px; }
.film-strip { table-layout: fixed; min-width: 860px; }
.film-strip caption { font-weight: 650; color: var(--ink); font-size: 15px; padding-bottom: 2px; }
.film-strip th, .film-strip td { padding: 6px 6px 4px 0; vertical-align: top; border-bottom: 0; }
.film-strip thead th { padding: 0 0 3px; text-align: left; font-variant-numeric: tabular-nums; border-bottom: 1px solid var(--rule-strong); }
.film-strip th:first-child { width: 148px; padding-right: 14px; }
.film-strip tbody th { overflow-wrap: anywhere; line-height: 1.35; }
.film-strip tbody tr + tr > * { border-top: 1px solid var(--rule); }
.film-name { display: block; font-weight: 600; }
.film-strip tbody th .note { font-weight: 400; font-size: 12px; }
.film-cell { display: block; width: 100%; min-height: 0; padding: 0; border: 1px solid var(--rule); border-radius: 2px; background: #ffffff; overflow: hidden; line-height: 0; }
.film-cell:hover { background: #ffffff; border-color: var(--link); }
.film-cell.changed { border-color: var(--line); }
.film-cell.marked { border-color: var(--ink); box-shadow: 0 0 0 1px var(--ink); }
.film-cell svg { display: block; width: 100%; height: auto; }
html:not(.scripted) .film-cell { cursor: default; }
.film-marks { display: block; min-height: 15px; padding-top: 3px; }
.film-mark { display: block; font-size: 10.5px; line-height: 14px; font-weight: 600; color: var(--ink-2); }
.film-mark-FCP { color: var(--paint); }
.film-mark-complete { color: var(--ink); }
.film-none { color: var(--ink-3); }
.film-metrics { width: auto; min-width: 720px; }
.film-metrics .note { font-size: 12px; white-space: nowrap; }
.film-notes { padding-left: 18px; color: var(--ink-2); margin: 8px 0; max-width: 100ch; overflow-wrap: anywhere; }
.film-dialog { border: 1px solid var(--rule-strong); border-radius: 8px; padding: 16px 20px; background: var(--ground); color: var(--ink); box-shadow: var(--shadow); width: min(860px, 94vw); }
.film-dialog::backdrop { background: rgb(10 14 20 / 62%); }
.film-dialog #film-dialog-title { font-weight: 600; min-height: 3em; }
.film-dialog svg { display: block; width: 100%; max-height: 72vh; background: #ffffff; border: 1px solid var(--rule-strong); margin: 8px 0; }
`;
