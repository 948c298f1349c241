import type { Results } from '../../lab/run/results.ts';
import type { PackedDetails } from './detail/pack.ts';
import { documentHtml } from './document.ts';
import { markup, type Markup } from './escape.ts';
import { STYLES } from './styles/index.ts';

export interface PageParts {
  readonly results: Results;
  readonly client: string;
  readonly body: Markup;
  /** Trial id → packed waterfall, for the script. */
  readonly details: PackedDetails;
}

/** Sections of the page, in reading order: what the navigation shows and what `href` leads to. */
export const SECTIONS = [
  ['conditions', 'Conditions'],
  ['comparison', 'Comparison'],
  ['film', 'Film'],
  ['strategies', 'Strategies'],
  ['waterfalls', 'Waterfalls'],
  ['diff', 'Two trials'],
  ['pushes', 'Pushes'],
  ['evidence', 'Evidence'],
  ['method', 'Method'],
] as const;

/** A journey has a section of its own, where there is one, and so have films. */
function sectionsOf({ journey, films }: Results): readonly (readonly [string, string])[] {
  const [conditions, ...others] = SECTIONS.filter(([id]) => id !== 'film' || films.length > 0);
  return [conditions!, ...(journey === undefined ? [] : [['journey', 'Journey'] as const]), ...others];
}

/** The page around the sections: the bar above them, and what its script needs. */
export function pageHtml({ results, client, body, details }: PageParts): string {
  const { name } = results.scenario;
  return documentHtml({
    title: `${name} · push lab`,
    generator: `push lab ${results.lab.version}`,
    styles: STYLES,
    client,
    data: [
      { id: 'results', value: results },
      { id: 'details', value: Object.fromEntries(details) },
    ],
    body: markup`<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><div class="bar-inner">
<a class="bar-title" href="#main">${name}</a>
<nav aria-label="Sections">${sectionsOf(results).map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>
<button type="button" class="theme needs-script">Theme</button>
</div></header>
<main id="main" tabindex="-1">
${body}
</main>
<div id="tooltip" role="tooltip" hidden></div>`,
  });
}
