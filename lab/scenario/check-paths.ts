import { canonicalPath } from '../../server/site/origins.ts';
import { findResource, isEntry, type Site } from '../../server/site/site.ts';
import { isPage, pagePaths, siteFrom } from '../../server/site/pages.ts';
import { didYouMean, type Problem } from '../input/problems.ts';
import { parseYamlText } from '../input/yaml-text.ts';
import { strategiesIn } from './load-scenario.ts';
import type { Scenario } from './scenario.ts';

/**
 * Holds the paths that strategies list against the site.
 * @throws InputError that points at each one the site does not have or that is the page itself
 */
export function checkListedPaths(scenario: Scenario, site: Site): void {
  const known = [...site.resources.keys()].filter((path) => !isEntry(site, path));
  const reasonAgainst = (written: string): string | undefined => {
    const path = canonicalPath(written, site);
    if (isEntry(site, path)) return `${path} is the page itself; list what the page uses`;
    if (findResource(site, path) !== undefined) return undefined;
    return `the site ${site.name} has no ${path}${didYouMean(path, known)}`;
  };
  const chosen = new Set(scenario.strategies.map(({ name }) => name));
  // Listed paths stand only in the file, whose strategies may be others than those chosen for this run.
  const problems = strategiesIn(scenario.text, scenario.file).flatMap(({ name, what, how }, index) =>
    typeof what === 'string' || 'types' in what || how === 'none' || !chosen.has(name)
      ? []
      : what.flatMap((path, at): Problem[] => {
          const message = reasonAgainst(path);
          return message === undefined
            ? []
            : [{ path: ['strategies', index, 'what', at], at: 'value', message: `${name}: ${message}` }];
        }),
  );
  if (problems.length === 0) return;
  throw parseYamlText(scenario.text, scenario.file).fail(problems, {
    nextStep: `name what the site has: ${known.slice(0, MOST_SHOWN).join(', ')}`,
  });
}

/**
 * @param pages as `journeyPages` has them
 * @throws InputError that points at each strategy that wants a recorded graph where there is none
 */
export function checkGraph({ text, file, strategies }: Scenario, pages: readonly [Site, ...Site[]]): void {
  const [{ name: site, folder, graph }] = pages;
  if (pages.some(({ entry }) => graph?.[entry] !== undefined)) return;
  const chosen = new Set(strategies.map(({ name }) => name));
  const message =
    graph === undefined
      ? `the site ${site} has no graph.json beside its site.yaml`
      : `the graph.json of the site ${site} knows ${Object.keys(graph).join(', ') || 'no page'}, not ${pages.map(({ entry }) => entry).join(', ')}`;
  const problems = strategiesIn(text, file).flatMap(({ name, what, how }, index): Problem[] =>
    what === 'graph' && how !== 'none' && chosen.has(name)
      ? [{ path: ['strategies', index, 'what'], at: 'value', message }]
      : [],
  );
  if (problems.length === 0) return;
  throw parseYamlText(text, file).fail(problems, {
    nextStep: `run it with --strategies no-push, then lab export RESULTS --format graph --out ${folder}/graph.json`,
  });
}

/**
 * The site as each page of the journey sees it; without a journey, its entry page.
 * @throws InputError that points at each path that is no page of the site
 */
export function journeyPages({ journey, text, file }: Scenario, site: Site): [Site, ...Site[]] {
  const known = pagePaths(site);
  const reasonAgainst = (path: string): string | undefined => {
    if (isPage(site, path)) return undefined;
    const found = findResource(site, path);
    if (found !== undefined) return `${path} is no page but ${found.contentType}`;
    return `the site ${site.name} has no ${path}${didYouMean(path, known)}`;
  };
  const problems = journey.flatMap(({ path }, index): Problem[] => {
    const message = reasonAgainst(path);
    return message === undefined ? [] : [{ path: ['journey', index, 'path'], at: 'value', message }];
  });
  if (problems.length > 0) {
    throw parseYamlText(text, file).fail(problems, {
      nextStep: `name pages that the site has: ${known.slice(0, MOST_SHOWN).join(', ')}`,
    });
  }
  const [first = site, ...more] = journey.map(({ path }, index) =>
    siteFrom(site, path, journey[index + 1]?.path),
  );
  return [first, ...more];
}

const MOST_SHOWN = 12;
