/** Answer, conditions, strategies, evidence, method. */
export const SECTIONS = `
main > .answer { padding-top: 44px; }
.eyebrow { color: var(--ink-3); font-size: 13px; }
.answer h1 { font-size: 20px; font-weight: 600; color: var(--ink-2); margin: 2px 0 14px; overflow-wrap: anywhere; }
.answer .sentence { font-size: clamp(21px, 2.4vw, 31px); line-height: 1.28; font-weight: 600; letter-spacing: -0.018em; max-width: 36em; text-wrap: pretty; overflow-wrap: anywhere; }
.answer .sentence.long { font-size: clamp(19px, 1.8vw, 23px); line-height: 1.38; letter-spacing: -0.012em; max-width: 48em; }
.answer .partial { margin: 0 0 20px; }
.answer .basis { color: var(--ink-2); margin-top: 14px; max-width: 92ch; overflow-wrap: anywhere; }

.conditions { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 26px 48px; margin-top: 14px; }
.conditions .group { min-width: 0; }
.conditions h3 { padding-bottom: 5px; border-bottom: 1px solid var(--rule-strong); overflow-wrap: anywhere; }
.conditions dl > div { display: flex; justify-content: space-between; gap: 16px; padding: 3px 0; border-bottom: 1px solid var(--rule); }
.conditions dt { color: var(--ink-2); white-space: nowrap; }
.conditions dd { text-align: right; overflow-wrap: anywhere; min-width: 0; font-weight: 500; }
.conditions dd .note { font-weight: 400; font-size: 12.5px; margin-left: 8px; }
.calibration { margin-top: 22px; }
.calibration table { margin-top: 8px; }
.calibration td:nth-child(2) { min-width: 150px; }
.grade { font-weight: 600; color: var(--faster); }
.grade.fair { color: var(--warn); }
.grade.off { color: var(--slower); }
.source { color: var(--ink-3); margin-top: 12px; overflow-wrap: anywhere; }

.strategy { display: grid; grid-template-columns: 170px minmax(0, 1fr); gap: 4px 28px; padding: 12px 0; border-top: 1px solid var(--rule); }
.strategy-list { margin-top: 10px; }
.strategy h3 { overflow-wrap: anywhere; }
.strategy p { max-width: 92ch; overflow-wrap: anywhere; }
.recipe { color: var(--ink-3); font-size: 13px; margin-top: 2px; }
.paths { padding-left: 24px; margin-top: 4px; columns: 3 250px; column-gap: 32px; font-size: 13px; }
.paths li { break-inside: avoid; padding: 1px 0; }
.paths li::marker { color: var(--ink-3); }
.paths .measure { color: var(--ink-3); white-space: nowrap; margin-left: 6px; }

.columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 20px 40px; margin: 14px 0 18px; }
#evidence .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.lines { list-style: none; margin-top: 6px; }
.lines li { padding: 4px 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.times { color: var(--ink-3); font-size: 12.5px; }

.prose { columns: 2; column-gap: 56px; margin-top: 14px; }
.prose h3 { margin: 0 0 3px; break-after: avoid; }
.prose p { margin-bottom: 12px; color: var(--ink-2); text-wrap: pretty; }
.prose strong { color: var(--ink); font-weight: 600; }
#pushes .table-scroll { margin-bottom: 26px; }
#method > h3 { margin: 18px 0 8px; }
.scenario { margin: 0; background: var(--raised); border: 1px solid var(--rule); border-radius: 6px; padding: 14px 18px; overflow-x: auto; font-size: 13px; line-height: 1.5; tab-size: 2; }
.scenario code { overflow-wrap: normal; font-size: inherit; }

@media (max-width: 1000px) {
  .conditions { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 22px 32px; }
  .columns { grid-template-columns: 1fr 1fr; }
}
@media (max-width: 760px) {
  .conditions, .columns, #evidence .columns { grid-template-columns: minmax(0, 1fr); }
  .strategy { grid-template-columns: minmax(0, 1fr); }
  .prose { columns: 1; }
}
`;
