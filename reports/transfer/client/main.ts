import { startTheme } from '../../html/client/theme.ts';
import type { PlotData } from '../plot-data.ts';
import { startCharts } from './charts.ts';

const data = JSON.parse(document.getElementById('transfer')?.textContent ?? '{}') as PlotData;
document.documentElement.classList.add('scripted');

const charts = startCharts(data);
startTheme(() => charts.recolour());
