import { findResource, isEntry, type Site } from '../../server/site/site.ts';
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
  const reasonAgainst = (path: string): string | undefined => {
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

const MOST_SHOWN = 12;
