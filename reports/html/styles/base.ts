/** Page, type, tables. */
export const BASE = `
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-top: 64px; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, system-ui, sans-serif;
  font-variant-numeric: tabular-nums lining-nums;
  -webkit-font-smoothing: antialiased;
}
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace; font-size: 0.92em; }
code { unicode-bidi: isolate; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1, h2, h3 { line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
a { color: var(--link); text-underline-offset: 2px; }
abbr { text-decoration: none; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
main, .bar-inner { max-width: 1320px; margin: 0 auto; padding: 0 32px; }
main > section { padding-top: 56px; }
main > section > h2 { font-size: 22px; font-weight: 650; margin-bottom: 6px; }
main > section h3 { font-size: 15px; font-weight: 650; }
main { padding-bottom: 96px; }
.lead { color: var(--ink-2); max-width: 88ch; margin-bottom: 18px; }
.note { color: var(--ink-3); }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 12px; top: -60px; z-index: 30; background: var(--ground); padding: 8px 14px; border: 1px solid var(--rule-strong); border-radius: 6px; }
.skip:focus { top: 8px; }
html:not(.scripted) .needs-script { display: none; }

.bar { position: sticky; top: 0; z-index: 20; background: var(--ground); border-bottom: 1px solid var(--rule); }
.bar-inner { display: flex; align-items: center; gap: 24px; height: 48px; }
.bar-title { font-weight: 650; color: var(--ink); text-decoration: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; min-width: 60px; max-width: 26ch; }
.bar nav { display: flex; gap: 18px; overflow-x: auto; flex: 1; scrollbar-width: none; }
.bar nav::-webkit-scrollbar { display: none; }
.bar nav a { color: var(--ink-2); text-decoration: none; white-space: nowrap; padding: 4px 0; }
.bar nav a:hover { color: var(--ink); text-decoration: underline; }

button, select, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--rule-strong); border-radius: 6px; padding: 3px 10px; min-height: 30px; }
button { cursor: pointer; }
button:hover { background: var(--hover); }

.table-scroll { overflow-x: auto; margin: 0 0 8px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--ink-2); padding: 0 0 6px; max-width: calc(100vw - 28px); }
th, td { padding: 5px 14px 5px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); }
thead th { font-weight: 500; color: var(--ink-3); font-size: 12.5px; border-bottom-color: var(--rule-strong); vertical-align: bottom; line-height: 1.3; }
tbody th { font-weight: 500; }
th:last-child, td:last-child { padding-right: 0; }
.num { text-align: right; white-space: nowrap; }
thead .num { white-space: normal; }
.fine { font-size: 13px; }
.fine tbody th { overflow-wrap: anywhere; min-width: 110px; }
.none { color: var(--ink-3); }
.wasted { color: var(--waste); font-weight: 600; }

details { margin: 10px 0; }
summary { cursor: pointer; color: var(--ink-2); padding: 3px 0; width: fit-content; }
summary:hover { color: var(--ink); }
details[open] > summary { margin-bottom: 8px; }

.tag { display: inline-block; font-size: 10.5px; line-height: 15px; font-weight: 600; letter-spacing: 0.02em; padding: 0 5px; border-radius: 3px; border: 1px solid var(--rule-strong); color: var(--ink-2); white-space: nowrap; vertical-align: 1px; }
.tag-winner { color: var(--faster); border-color: currentcolor; }

.notice { border: 1px solid var(--rule-strong); border-left-width: 4px; border-radius: 4px; padding: 12px 18px; margin: 18px 0 0; max-width: 100ch; }
.notice h2 { font-size: 14px; font-weight: 650; }
.notice ul { padding-left: 18px; }
.notice li, .notice p { margin-top: 3px; overflow-wrap: anywhere; }
.warning { background: var(--warn-ground); border-color: var(--warn-rule); }
.warning h2 { color: var(--warn); }
.partial { background: var(--alert-ground); border-color: var(--slower); border-width: 2px 2px 2px 8px; }
.partial h2 { color: var(--slower); font-size: 18px; }

#tooltip { position: fixed; z-index: 40; left: 0; top: 0; max-width: min(460px, calc(100vw - 16px)); background: var(--ground); color: var(--ink); border-radius: 6px; box-shadow: var(--shadow); padding: 10px 14px 11px; font-size: 12.5px; line-height: 1.45; pointer-events: none; }
#tooltip[hidden] { display: none; }
#tooltip .tip-title { font-weight: 650; overflow-wrap: anywhere; margin-bottom: 4px; }
#tooltip dl { display: grid; grid-template-columns: auto 1fr; column-gap: 16px; }
#tooltip dt { color: var(--ink-3); }
#tooltip dd { text-align: right; overflow-wrap: anywhere; white-space: pre-wrap; }
#tooltip dt.section { grid-column: 1 / -1; color: var(--ink-2); font-weight: 600; border-top: 1px solid var(--rule); margin-top: 5px; padding-top: 4px; overflow-wrap: anywhere; }

@media (max-width: 1000px) { main, .bar-inner { padding: 0 20px; } }
@media (max-width: 620px) {
  main, .bar-inner { padding: 0 14px; }
  .bar-title { display: none; }
  main > section { padding-top: 40px; }
}
`;
