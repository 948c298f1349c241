import type { Results } from '../lab/run/results.ts';

type Origin = NonNullable<Results['site']['origins']>[number];

/** How another host of a site stands to the page's connection, in words. */
export function originWords({
  certificate,
  address,
  coalescing,
}: Pick<Origin, 'certificate' | 'address' | 'coalescing'>): string {
  const whose = { own: 'of its own', shared: 'of the site' } as const;
  if (certificate !== address) return `certificate ${whose[certificate]}, address ${whose[address]}`;
  const refused = coalescing === 'refused' ? '; answers 421 on connections of others' : '';
  return `certificate and address ${whose[certificate]}${refused}`;
}

/** Within the site a path; of another host the URL, whose scheme says nothing where all have the same. */
export function shownPath(path: string): string {
  return path.replace(/^https:\/\//, '');
}
