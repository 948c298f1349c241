import {
  Chart,
  LinearScale,
  PointElement,
  ScatterController,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import type { MetricName, Results } from '../../../lab/run/results.ts';
import { formatMetric, formatMetricShift } from '../../metrics.ts';
import { distributionStrip, shiftStrip, stripTicks, type Strip, type StripDot } from '../strips.ts';
import { shortened, toneOf } from '../strips-svg.ts';
import { all, element } from './dom.ts';
import { estimatesPlugin } from './estimates.ts';
import { themeColours, type ThemeColours } from './theme-colours.ts';

Chart.register(ScatterController, LinearScale, PointElement, Tooltip);

export interface Charts {
  /** Draws the charts of a metric, unless they are there already. */
  show(metric: string): void;
  /** The theme changed: canvases know no CSS variables. */
  recolour(): void;
}

/** Turns the static strip plots of a panel into charts when the panel is first shown. */
export function startCharts(results: Results): Charts {
  const drawn = new Map<HTMLElement, Chart<'scatter', ChartPoint[]>>();
  const fresh = (figure: HTMLElement, strip: Strip): void => {
    drawn.get(figure)?.destroy();
    drawn.set(figure, draw(figure, strip, results.baseline));
  };
  const stripOf = (figure: HTMLElement): Strip | undefined => {
    const metric = figure.closest<HTMLElement>('.panel')?.dataset['metric'] as MetricName | undefined;
    if (metric === undefined) return undefined;
    return figure.dataset['chart'] === 'shift'
      ? shiftStrip(results, metric)
      : distributionStrip(results, metric);
  };
  return {
    show(metric) {
      for (const figure of all('figure[data-chart]', panelOf(metric))) {
        const strip = stripOf(figure);
        if (strip && !drawn.has(figure)) fresh(figure, strip);
      }
    },
    recolour() {
      for (const figure of drawn.keys()) {
        const strip = stripOf(figure);
        if (strip) fresh(figure, strip);
      }
    },
  };
}

type ChartPoint = StripDot & { readonly x: number; readonly y: number };

function draw(figure: HTMLElement, strip: Strip, baseline: string): Chart<'scatter', ChartPoint[]> {
  figure.classList.add('drawn');
  const box =
    figure.querySelector<HTMLElement>('.chart-box') ?? figure.appendChild(element('div', 'chart-box'));
  // A fixed height per strip: charts of two metrics can be compared, and the page does not jump between tabs.
  box.style.height = `${strip.rows.length * ROW + AXIS}px`;
  const canvas = element('canvas', '');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', figure.querySelector('svg.strip')?.getAttribute('aria-label') ?? '');
  box.replaceChildren(canvas);
  return new Chart(canvas, configuration(strip, baseline, themeColours()));
}

function configuration(
  strip: Strip,
  baseline: string,
  colours: ThemeColours,
): ChartConfiguration<'scatter', ChartPoint[]> {
  let { unit, ticks } = stripTicks(strip, WIDE_TICKS);
  const format = strip.signed ? formatMetricShift : formatMetric;
  return {
    type: 'scatter',
    data: {
      datasets: strip.rows.map((row, index) => ({
        data: row.dots.map((dot) => ({ ...dot, x: dot.value, y: index + dot.lane * 0.27 })),
        pointRadius: 3,
        pointHoverRadius: 5,
        pointBackgroundColor: `${colours.tone[toneOf(row)]}99`,
        pointHoverBackgroundColor: colours.tone[toneOf(row)],
        pointBorderWidth: 0,
        pointHoverBorderWidth: 0,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      font: { family: colours.font, size: 12 },
      layout: { padding: { right: VALUE_WIDTH } },
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: {
          min: strip.low,
          max: strip.high,
          afterBuildTicks: (axis) => {
            ({ unit, ticks } = stripTicks(strip, axis.chart.width < NARROW ? NARROW_TICKS : WIDE_TICKS));
            axis.ticks = ticks.map(({ value }) => ({ value }));
          },
          ticks: {
            color: colours.ink3,
            font: { family: colours.font, size: 11 },
            callback: (_, index) =>
              `${ticks[index]?.label ?? ''}${index === ticks.length - 1 && unit ? `\u00a0${unit}` : ''}`,
            maxRotation: 0,
            autoSkip: false,
          },
          grid: { color: colours.grid, drawTicks: false },
          border: { display: false },
        },
        y: {
          min: -0.5,
          max: strip.rows.length - 0.5,
          reverse: true,
          afterBuildTicks: (axis) => {
            axis.ticks = strip.rows.map((_, index) => ({ value: index }));
          },
          ticks: {
            color: colours.ink,
            font: { family: colours.font, size: 12.5 },
            callback: (_, index) => shortened(strip.rows[index]?.strategy ?? '', 22),
            autoSkip: false,
            padding: 8,
          },
          grid: { color: colours.rule, drawTicks: false },
          border: { display: false },
        },
      },
      plugins: {
        tooltip: {
          backgroundColor: colours.ink,
          titleColor: colours.ground,
          bodyColor: colours.ground,
          titleFont: { family: colours.font, size: 12.5 },
          bodyFont: { family: colours.font, size: 12.5 },
          displayColors: false,
          callbacks: {
            title: ([item]) => strip.rows[item?.datasetIndex ?? 0]?.strategy ?? '',
            label: (item) => {
              const dot = item.raw as ChartPoint;
              const what = format(strip.metric, dot.value);
              return [
                strip.signed ? `${what} against ${baseline}` : what,
                `block ${dot.block}, trial ${dot.trial}`,
              ];
            },
          },
        },
      },
    },
    plugins: [estimatesPlugin(strip, colours, (value) => format(strip.metric, value))],
  };
}

function panelOf(metric: string): HTMLElement | Document {
  return document.getElementById(`panel-${metric}`) ?? document;
}

const ROW = 42;
const AXIS = 30;
const VALUE_WIDTH = 84;
// On a phone the labels of six would run into each other.
const NARROW = 460;
const NARROW_TICKS = 3;
const WIDE_TICKS = 6;
