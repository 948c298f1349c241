import type { Results } from '../../../lab/run/results.ts';
import { startCharts } from './charts.ts';
import { Details } from './details.ts';
import { startDownload } from './download.ts';
import { startFilm } from './film.ts';
import { startFilter } from './filter.ts';
import { startMeasuring } from './measure.ts';
import { startPicking } from './pick.ts';
import { startRows } from './rows.ts';
import { startScrollers } from './scrollers.ts';
import { startTabs } from './tabs.ts';
import { startTheme } from './theme.ts';
import { startZoom } from './zoom.ts';

/** What a script adds to a page that is complete without it. A part that fails must not take the others along. */
const results = JSON.parse(document.getElementById('results')?.textContent ?? '{}') as Results;
document.documentElement.classList.add('scripted');

const charts = startCharts(results);
startTabs((metric) => charts.show(metric));
startTheme(() => charts.recolour());
startRows();
startZoom();
startMeasuring();
startFilter();
startScrollers();
startFilm();
startDownload(results);
startPicking(results, new Details(document.getElementById('details')?.textContent ?? '{}'));
