import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartConfiguration,
  type ChartDataset,
} from 'chart.js';
import { niceStep, niceTicks, tickDigits } from '../../html/axis.ts';
import { themeColours, type ThemeColours } from '../../html/client/theme-colours.ts';
import { formatBytes, formatMs } from '../../format.ts';
import type { PlotData } from '../plot-data.ts';
import { crosshair } from './crosshair.ts';
import { readouts } from './readouts.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

type Point = { readonly x: number; readonly y: number };
type Line = ChartDataset<'line', Point[]>;
type Series = PlotData['queueBytes'];

/** One of the charts: its lines, and what its two axes count. */
interface Plot {
  readonly id: string;
  readonly top: number;
  readonly left: (bytes: number) => string;
  /** The same value in another unit. */
  readonly right: { readonly perByte: number; readonly label: (value: number) => string };
  readonly lines: (colours: ThemeColours) => Line[];
}

/** Draws the charts; `recolour` draws them again, since a canvas knows no CSS variables. */
export function startCharts(data: PlotData): { recolour(): void } {
  const plots = plotsOf(data);
  const show = readouts(data);
  let drawn: Chart<'line', Point[]>[] = [];
  return {
    recolour() {
      for (const chart of drawn) chart.destroy();
      const colours = themeColours();
      const lines = crosshair(colours, show);
      drawn = plots.flatMap((plot) => {
        const canvas = document.getElementById(`chart-${plot.id}`);
        if (!(canvas instanceof HTMLCanvasElement)) return [];
        return [new Chart(canvas, configuration(plot, data.endMs, colours, lines))];
      });
      lines.follow(drawn);
    },
  };
}

function plotsOf({
  flows,
  bytes,
  queueBytes,
  queueLimitBytes,
  bandwidthBps,
  segmentBytes,
}: PlotData): Plot[] {
  const highest = (all: readonly Series[]): number =>
    all.reduce((top, steps) => steps.reduce((high, [, value]) => Math.max(high, value), top), 0);
  const windows = highest(flows.flatMap(({ cwndBytes, flightBytes }) => [cwndBytes, flightBytes]));
  const deepest = highest([queueBytes]);
  return [
    {
      id: 'delivered',
      top: bytes * 1.03,
      left: formatBytes,
      right: { perByte: 100 / bytes, label: (percent) => `${percent}\u00a0%` },
      lines: (colours) => flows.map((flow, index) => line(flow.deliveredBytes, colourOf(colours, index))),
    },
    {
      id: 'window',
      top: windows * 1.06,
      left: formatBytes,
      right: { perByte: 1 / segmentBytes, label: (segments) => `${segments}\u00a0seg` },
      lines: (colours) =>
        flows.flatMap((flow, index) => {
          const colour = colourOf(colours, index);
          return [
            line(flow.cwndBytes, colour),
            { ...line(flow.flightBytes, `${colour}00`), backgroundColor: `${colour}38`, fill: 'origin' },
          ];
        }),
    },
    {
      id: 'queue',
      // Where the queue came near its limit, the limit belongs into the picture.
      top: (deepest > queueLimitBytes / 2 ? queueLimitBytes : deepest) * 1.06,
      left: formatBytes,
      right: { perByte: 8000 / bandwidthBps, label: formatMs },
      lines: (colours) => [
        { ...line(queueBytes, colours.ink2, 1), backgroundColor: `${colours.ink3}40`, fill: 'origin' },
        ...(deepest > queueLimitBytes / 2
          ? [
              {
                ...line(
                  [
                    [0, queueLimitBytes],
                    [Number.MAX_SAFE_INTEGER, queueLimitBytes],
                  ],
                  colours.tone.slower,
                  1,
                ),
                borderDash: [5, 4],
              },
            ]
          : []),
      ],
    },
  ];
}

function line(steps: Series, colour: string, width = 1.6): Line {
  return {
    data: steps.map(([x, y]) => ({ x, y })),
    stepped: true,
    borderColor: colour,
    borderWidth: width,
    pointRadius: 0,
    fill: false,
  };
}

function colourOf({ series }: ThemeColours, index: number): string {
  return series[index % series.length] ?? '';
}

function configuration(
  plot: Plot,
  endMs: number,
  colours: ThemeColours,
  lines: ReturnType<typeof crosshair>,
): ChartConfiguration<'line', Point[]> {
  const font = { family: colours.font, size: 11 };
  const top = plot.top || 1;
  const axis = (perByte: number, label: (value: number) => string) => ({
    min: 0,
    max: top * perByte,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = niceTicks(0, top * perByte, 4).map((value) => ({ value }));
    },
    // One width for all, or the time axes would not stand above each other.
    afterFit: (scale: { width: number }) => {
      scale.width = AXIS_WIDTH;
    },
    ticks: { color: colours.ink3, font, callback: (value: number | string) => label(Number(value)) },
    border: { display: false },
  });
  return {
    type: 'line',
    data: { datasets: plot.lines(colours) },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      events: [],
      scales: {
        x: {
          type: 'linear',
          min: 0,
          max: endMs,
          afterBuildTicks: (scale) => {
            scale.ticks = niceTicks(0, endMs, 8).map((value) => ({ value }));
          },
          ticks: { color: colours.ink3, font, maxRotation: 0, callback: timeLabel(endMs) },
          grid: { color: colours.grid, drawTicks: false },
          border: { display: false },
        },
        y: { ...axis(1, plot.left), position: 'left', grid: { color: colours.grid, drawTicks: false } },
        right: {
          ...axis(plot.right.perByte, plot.right.label),
          position: 'right',
          grid: { display: false, drawTicks: false },
        },
      },
    },
    plugins: [lines.plugin],
  };
}

function timeLabel(endMs: number): (value: number | string) => string {
  const step = niceStep(endMs, 8);
  return step >= 500
    ? (value) => `${(Number(value) / 1000).toFixed(tickDigits(step / 1000))}\u00a0s`
    : (value) => `${Number(value).toFixed(tickDigits(step))}\u00a0ms`;
}

const AXIS_WIDTH = 76;
