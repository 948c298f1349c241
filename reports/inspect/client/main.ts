import { startRows } from '../../html/client/rows.ts';
import { startScrollers } from '../../html/client/scrollers.ts';
import { startTheme } from '../../html/client/theme.ts';

document.documentElement.classList.add('scripted');
startTheme(() => undefined);
startRows();
startScrollers();
