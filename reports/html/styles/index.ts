import { BASE } from './base.ts';
import { BOTTLENECK } from './bottleneck.ts';
import { COMPARISON } from './comparison.ts';
import { DIFF } from './diff.ts';
import { FILM } from './film.ts';
import { PRINT } from './print.ts';
import { SECTIONS } from './sections.ts';
import { THEME } from './theme.ts';
import { WATERFALL } from './waterfall.ts';

/** The style sheet of the report. Later parts may override earlier ones; print comes last. */
export const STYLES = [THEME, BASE, SECTIONS, COMPARISON, FILM, WATERFALL, BOTTLENECK, DIFF, PRINT]
  .join('\n')
  .replaceAll('\r', '');
