import type { Chart, Plugin } from 'chart.js';
import type { Strip } from '../strips.ts';
import { toneOf } from '../strips-svg.ts';
import type { ThemeColours } from './theme-colours.ts';

/** Draws what the dots are summed up to: the interval as a band behind them, the estimate as a line, its value beside. */
export function estimatesPlugin(
  strip: Strip,
  colours: ThemeColours,
  format: (value: number) => string,
): Plugin<'scatter'> {
  return {
    id: 'estimates',
    beforeDatasetsDraw(chart) {
      const place = placing(chart);
      if (strip.signed) line(chart, place.x(0), chart.chartArea.top, chart.chartArea.bottom, colours.ink3, 1);
      strip.rows.forEach((row, index) => {
        if (!row.interval) return;
        const [left, right] = [place.x(row.interval.low), place.x(row.interval.high)];
        chart.ctx.fillStyle = `${colours.tone[toneOf(row)]}2b`;
        chart.ctx.fillRect(left, place.y(index) - HALF, Math.max(1, right - left), 2 * HALF);
      });
    },
    afterDatasetsDraw(chart) {
      const place = placing(chart);
      strip.rows.forEach((row, index) => {
        if (row.estimate === undefined) return;
        const y = place.y(index);
        line(chart, place.x(row.estimate), y - HALF - 1, y + HALF + 1, colours.tone[toneOf(row)], 2);
        chart.ctx.fillStyle = colours.ink;
        chart.ctx.font = `600 12.5px ${colours.font}`;
        chart.ctx.textAlign = 'right';
        chart.ctx.textBaseline = 'middle';
        chart.ctx.fillText(format(row.estimate), chart.width, y);
      });
    },
  };
}

function placing(chart: Chart): { x: (value: number) => number; y: (row: number) => number } {
  return {
    x: (value) => chart.scales['x']?.getPixelForValue(value) ?? 0,
    y: (row) => chart.scales['y']?.getPixelForValue(row) ?? 0,
  };
}

function line(chart: Chart, x: number, from: number, to: number, colour: string, width: number): void {
  chart.ctx.strokeStyle = colour;
  chart.ctx.lineWidth = width;
  chart.ctx.beginPath();
  chart.ctx.moveTo(x, from);
  chart.ctx.lineTo(x, to);
  chart.ctx.stroke();
}

const HALF = 14;
