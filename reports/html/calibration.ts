import type { Results } from '../../lab/run/results.ts';
import { ABSENT, formatCount, formatRate } from '../format.ts';
import { markup, type Markup } from './escape.ts';

type Calibration = NonNullable<Results['calibration']>;
type Line = Calibration['lines'][number];

/** Whether the machine was good enough: what was configured against what was measured just before the run. */
export function calibrationHtml({ calibration }: Results): Markup | undefined {
  if (!calibration) return undefined;
  const { lines, scheduling, sentence, verdict } = calibration;
  return markup`<div class="calibration"><h3>Check of the machine, just before</h3>
<p class="note"><span class="grade ${verdict}">${verdict}</span> ${sentence} ${SCHEDULING_WORDS[scheduling]}</p>
<div class="table-scroll"><table class="fine"><caption class="visually-hidden">Configured against measured through the emulator</caption>
<thead><tr><th scope="col">Quantity</th><th scope="col">At</th><th scope="col" class="num">Configured</th><th scope="col" class="num">By the model</th><th scope="col" class="num">Measured</th><th scope="col">Verdict</th></tr></thead>
<tbody>${lines.map(
    (line) =>
      markup`<tr><th scope="row">${line.name}</th><td>${line.point}</td><td class="num">${valueOf(line, line.configured)}</td><td class="num">${valueOf(line, line.predicted)}</td><td class="num">${valueOf(line, line.measured)}</td><td><span class="grade ${line.verdict}">${line.verdict}</span>${line.words.slice(line.verdict.length)}</td></tr>
`,
  )}</tbody></table></div></div>`;
}

function valueOf({ unit }: Line, value: number | undefined): string {
  if (value === undefined) return ABSENT;
  switch (unit) {
    case 'ms':
      return `${value.toFixed(2)}\u00a0ms`;
    case 'bit/s':
      return formatRate(Number(value.toPrecision(4)));
    case 'B':
      return `${formatCount(value)}\u00a0B`;
  }
}

const SCHEDULING_WORDS: Readonly<Record<Calibration['scheduling'], string>> = {
  'real-time': 'The emulator had real-time priority.',
  'high-priority': 'The emulator had a high priority.',
  ordinary: 'The emulator had no priority over other programs.',
};
