import {
  MILESTONES,
  summarise,
  type CellComparison,
  type ErrorSummary,
} from '../../lab/transfer/kernel-comparison.ts';
import { errorDots } from './error-dots.ts';
import { curvePanel, type Panel } from './curve-panel.ts';
import { COLOURS, dot, drawing, line, text } from './svg.ts';

/** What the model set out to reach, in %. */
export const TARGETS = { median: 1, p95: 4 } as const;

const WIDTH = 980;
const DOTS = { left: 70, top: 84, width: 870, rowHeight: 38 };
const PANELS = { left: 70, width: 395, gap: 80, curveHeight: 170, rowHeight: 322 };

/** Four cells in which different things go wrong, and up to which percentage of the bytes they are drawn. */
const CURVES: readonly Panel[] = [
  {
    id: 'queue rtt100 r1.6 iw10 q262144 cubic n1000000',
    title: 'Slow start, 100 ms, 1.6 Mbit/s',
    subtitle: 'the first fifth of 1 MB',
    upTo: 20,
  },
  {
    id: 'reno rtt50 r9 iw10 q65536 reno n1000000',
    title: 'An overflowing queue, 50 ms, 9 Mbit/s, Reno',
    subtitle: '1 MB; {drops} packets dropped',
    upTo: 100,
  },
  {
    id: 'grid rtt100 r0.05 iw10 q65536 cubic n100000',
    title: 'A timeout too early, 100 ms, 0.05 Mbit/s',
    subtitle: 'the first 30 % of 100 kB; {again} segment sent for nothing',
    upTo: 30,
  },
  {
    id: 'loss rtt50 r9 iw10 q262144 cubic n1000000 loss1',
    title: 'Chosen losses, 50 ms, 9 Mbit/s, CUBIC',
    subtitle: '1 MB; {again} segments sent again',
    upTo: 100,
  },
];

/**
 * The model's errors as one picture: every milestone of every cell on a logarithmic axis, and below the curves of four
 * telling cells, the kernel's and the model's, with their difference.
 */
export function accuracyFigure(cells: readonly CellComparison[]): string {
  const summaries = summarise(cells).slice(0, -1);
  const panelsTop = DOTS.top + summaries.length * DOTS.rowHeight + 118;
  const panels = CURVES.flatMap((panel, index) => {
    const cell = cells.find(({ id }) => id === panel.id);
    if (cell === undefined) throw new RangeError(`no cell "${panel.id}" to draw`);
    const left = PANELS.left + (index % 2) * (PANELS.width + PANELS.gap);
    const top = panelsTop + Math.floor(index / 2) * PANELS.rowHeight;
    return curvePanel(cell, panel, { left, top, width: PANELS.width, height: PANELS.curveHeight });
  });
  const height = panelsTop + Math.ceil(CURVES.length / 2) * PANELS.rowHeight - 44;
  return drawing(WIDTH, height, 'Error of the model against the Linux kernel', [
    ...header(cells, summaries),
    ...errorDots(cells, summaries, { ...DOTS, targets: TARGETS }),
    ...legend(panelsTop - 42),
    ...panels,
  ]);
}

function header(cells: readonly CellComparison[], summaries: readonly ErrorSummary[]): string[] {
  const milestones = summaries.reduce((total, summary) => total + summary.milestones, 0);
  return [
    text(24, 32, 'Model against Linux kernel TCP', { size: 17, bold: true }),
    text(
      24,
      52,
      `${milestones} milestones of ${cells.length} transfers: ${MILESTONE_WORDS.join(', ')}, each a lane of its group from the top`,
      { fill: COLOURS.faint },
    ),
  ];
}

/** As MILESTONES has them. */
const MILESTONE_WORDS: readonly string[] = MILESTONES.map(
  (name) =>
    ({
      connectMs: 'connect',
      firstByteMs: 'first byte',
      t14600Ms: '14,600 bytes',
      t50Ms: '50 %',
      t100Ms: '100 %',
    })[name],
);

function legend(y: number): string[] {
  const { left } = PANELS;
  return [
    text(24, y - 4, 'Bytes read by the client over time', { size: 15, bold: true }),
    line(left + 320, y - 9, left + 350, y - 9, COLOURS.kernel, { width: 6 }),
    text(left + 358, y - 5, 'Linux kernel'),
    line(left + 456, y - 9, left + 486, y - 9, COLOURS.model, { width: 1.6 }),
    text(left + 494, y - 5, 'model'),
    dot(left + 565, y - 9, COLOURS.model),
    text(left + 574, y - 5, 'model − kernel at each per cent of the bytes'),
  ];
}
