import type { Chart, Plugin } from 'chart.js';
import type { ThemeColours } from '../../html/client/theme-colours.ts';

/** One vertical line through all charts at the moment under the pointer. */
export interface Crosshair {
  readonly plugin: Plugin<'line'>;
  /** Listens on the charts, which take the place of those before. */
  follow(charts: readonly Chart[]): void;
}

/** @param show told the moment, or undefined once the pointer has left */
export function crosshair(colours: ThemeColours, show: (timeMs: number | undefined) => void): Crosshair {
  let atMs: number | undefined;
  return {
    plugin: {
      id: 'crosshair',
      afterDatasetsDraw({ ctx, chartArea, scales }) {
        const x = atMs === undefined ? undefined : scales['x']?.getPixelForValue(atMs);
        if (x === undefined) return;
        ctx.strokeStyle = colours.ink2;
        ctx.lineWidth = 1;
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
      },
    },
    follow(charts) {
      const move = (timeMs: number | undefined): void => {
        atMs = timeMs;
        show(timeMs);
        for (const chart of charts) chart.draw();
      };
      for (const chart of charts) {
        chart.canvas.onpointermove = (event) => {
          const timeMs = chart.scales['x']?.getValueForPixel(event.offsetX);
          const inside = event.offsetX >= chart.chartArea.left && event.offsetX <= chart.chartArea.right;
          move(inside ? timeMs : undefined);
        };
        chart.canvas.onpointerleave = () => move(undefined);
      }
    },
  };
}
