/**
 * Whether a URL path matches a glob of site.yaml: `*` stands for anything but a slash, `**` for anything.
 * A glob without wildcards is the path itself.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 's').test(path);
}
