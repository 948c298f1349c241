import { BASE } from '../html/styles/base.ts';
import { PRINT } from '../html/styles/print.ts';
import { THEME } from '../html/styles/theme.ts';

const TRANSFER = `
.bar-title { flex: 1; max-width: none; }
main > .answer { padding-top: 36px; }
main > .plot { padding-top: 10px; }
.answer h1 { font-size: clamp(20px, 2.1vw, 27px); font-weight: 600; letter-spacing: -0.015em; max-width: 44em; }
.answer .facts { color: var(--ink-2); margin-top: 10px; max-width: 110ch; }
.swatches { color: var(--ink-2); font-size: 12.5px; flex: 1; }
.swatches span + span:not(.swatch) { margin-right: 14px; }
.answer .notice { margin-top: 16px; }
.milestones { max-width: 900px; }
.milestones table { margin-top: 12px; }
.milestones tbody th { white-space: nowrap; }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 8px; background: var(--neutral); }
.swatch-0 { background: var(--request); }
.swatch-1 { background: var(--push); }
.swatch-2 { background: var(--paint); }
.swatch-3 { background: var(--hint); }
.swatch-4 { background: var(--waste); }
.swatch-5 { background: var(--connect); }
.plot figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 24px; margin: 22px 0 4px; }
.plot figcaption h3 { font-size: 14px; }
.plot figcaption output { color: var(--ink-2); font-size: 12.5px; min-height: 19px; }
.plot .box { position: relative; height: 230px; }
.plot .box-queue { height: 190px; }
.plot .moment { color: var(--ink-3); font-size: 12.5px; min-height: 19px; display: block; }
@media print { .plot figure { break-inside: avoid; } }
`;

/** The report's theme and type; print comes last. */
export const STYLES = [THEME, BASE, TRANSFER, PRINT].join('\n').replaceAll('\r', '');
