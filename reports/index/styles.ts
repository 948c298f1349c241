import { BASE } from '../html/styles/base.ts';
import { COMPARISON } from '../html/styles/comparison.ts';
import { PRINT } from '../html/styles/print.ts';
import { SECTIONS } from '../html/styles/sections.ts';
import { THEME } from '../html/styles/theme.ts';

const INDEX = `
.bar nav { justify-content: flex-start; }
main > section > h2 { overflow-wrap: anywhere; }
.history { width: auto; }
.history th, .history td { padding: 5px 28px 5px 0; vertical-align: middle; }
.history tbody th { overflow-wrap: anywhere; min-width: 110px; max-width: 34ch; }
.spark { display: block; color: var(--request); }
.spark polyline { fill: none; stroke: currentcolor; stroke-width: 1.5; stroke-linejoin: round; opacity: 0.6; }
.spark .zero { stroke: var(--ink-3); stroke-dasharray: 2 3; }
.spark circle { fill: currentcolor; stroke: currentcolor; stroke-width: 1.2; }
.spark .faster { color: var(--faster); }
.spark .slower { color: var(--slower); }
.spark .unproven { color: var(--neutral); fill: var(--ground); }
.runs { list-style: none; margin-top: 22px; }
.run { display: grid; grid-template-columns: 190px minmax(0, 1fr); gap: 4px 28px; padding: 12px 0; border-top: 1px solid var(--rule); break-inside: avoid; }
.run .when a { font-weight: 600; display: block; }
.run .tag { margin-top: 4px; }
.tag-bad { color: var(--slower); border-color: currentcolor; }
.found { font-weight: 500; max-width: 100ch; overflow-wrap: anywhere; }
.terms { color: var(--ink-3); font-size: 13px; margin-top: 3px; max-width: 120ch; overflow-wrap: anywhere; }
.problem { color: var(--slower); overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 760px) { .run { grid-template-columns: minmax(0, 1fr); } .run .when a { display: inline; } }
@media print { .run { grid-template-columns: 120px minmax(0, 1fr); padding: 6px 0; } .terms { font-size: 9.5px; } .history th, .history td { padding: 2px 14px 2px 0; } }
`;

/** The report's theme, type and tables; the rules for paper that it shares come before its own. */
export const STYLES = [THEME, BASE, SECTIONS, COMPARISON, PRINT, INDEX].join('\n').replaceAll('\r', '');
