/** Paper: A4, light, everything that is not a control, a waterfall in one piece. */
export const PRINT = `
@page { size: A4; margin: 12mm 12mm 14mm; }
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10.5px; }
  main { max-width: none; padding: 0; }
  .bar, .toolbar, .tabs, .skip, #tooltip, .cursor, .selection, .download, .needs-script { display: none !important; }
  main > section { padding-top: 22px; }
  main > section > h2 { font-size: 16px; }
  main > section h3 { font-size: 12px; }
  main > section > h2, .panel h3, caption { break-after: avoid; }
  /* A heading of a section that begins with a grid may otherwise end a page; Chromium 106 knows no other way. */
  #strategies, #evidence { break-inside: avoid; }
  tr, .group, .strategy, .notice, .wf-lane, .wf-row { break-inside: avoid; }
  .answer .sentence { font-size: 20px; }
  .conditions { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 14px 24px; }
  .columns { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .prose { columns: 2; }
  .strategy { grid-template-columns: 110px minmax(0, 1fr); }
  .fine, .recipe, .paths, .wf-meta, .legend, figcaption, caption { font-size: 9.5px; }
  .overview .median { font-size: 12px; }
  .overview .shift, thead th, .conditions dd .note { font-size: 9px; }
  .overview th, .overview td { padding: 4px 8px 4px 0; }
  .overview tbody th { min-width: 84px; }
  .shift { white-space: normal; }
  th, td { padding: 3px 8px 3px 0; }
  .table-scroll, .wf-scroll, .scenario { overflow: visible; }
  /* Empty, it becomes infinitely high in Chromium 106: 30 000 pages and no time axis. */
  .wf-head .wf-label { display: none; }
  .wf-axis { grid-column: 2; }
  .bar-cell { min-width: 80px; width: 16%; }
  .scripted .panel:not(.current), .panel { display: block; break-inside: avoid; margin-top: 18px; }
  .scripted .panel h3 { position: static; width: auto; height: auto; clip-path: none; }
  .charts { grid-template-columns: 1fr 1fr; gap: 8px 20px; }
  .drawn .strip { display: block; }
  .chart-box { display: none; }
  #waterfalls { --label: 230px; --zoom: 1 !important; }
  .waterfall { break-inside: avoid; padding-top: 16px; }
  .wf-canvas { width: 100%; min-width: 0; }
  .waterfall > header h3 { font-size: 12px; }
  .streams .name, .wf-label, .lane-note, .times, .note { font-size: 9.5px; }
  .wf-lines text, .wf-axis { font-size: 9.5px; }
  .tag, .wf-label .tag { font-size: 8px; line-height: 11px; padding: 0 3px; }
  .wf-row[hidden] { display: grid; }
  .diff { min-width: 0; }
  .diff .diff-bars { min-width: 110px; width: 26%; white-space: normal; }
  .diff-name { max-width: 26ch; }
  .film-scroll { overflow: visible; break-inside: avoid; }
  .film-strip { min-width: 0; }
  .film-strip th:first-child { width: 92px; padding-right: 6px; }
  .film-strip tbody tr { break-inside: avoid; }
  .film-strip caption { font-size: 12px; }
  .film-mark, .film-strip tbody th .note { font-size: 7.5px; line-height: 10px; }
  .film-strip th, .film-strip td { padding-right: 3px; }
  .film-metrics { min-width: 0; }
  .scenario { font-size: 9.5px; padding: 8px 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
  details:not([open]) { display: none; }
}
`;
