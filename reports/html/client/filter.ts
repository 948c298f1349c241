import { all } from './dom.ts';

/** Narrows the rows of every waterfall to a kind and to a part of the path. */
export function startFilter(): void {
  const [tags] = all<HTMLSelectElement>('select[data-filter]');
  const [path] = all<HTMLInputElement>('input[data-filter]');
  const apply = (): void => {
    const wanted = (tags?.value ?? '').split(' ').filter((tag) => tag !== '');
    const needle = (path?.value ?? '').trim().toLowerCase();
    for (const list of all('.wf-rows')) {
      const rows = all('.wf-row', list);
      for (const row of rows) {
        const own = (row.dataset['tags'] ?? '').split(' ');
        const name = row.querySelector('.name')?.textContent?.toLowerCase() ?? '';
        row.hidden =
          (wanted.length > 0 && !wanted.some((tag) => own.includes(tag))) || !name.includes(needle);
      }
      // The tab stop must not be a row that cannot be seen.
      const first = rows.find((row) => !row.hidden && row.tabIndex === 0) ?? rows.find((row) => !row.hidden);
      for (const row of rows) row.tabIndex = row === first ? 0 : -1;
    }
  };
  tags?.addEventListener('change', apply);
  path?.addEventListener('input', apply);
  document.getElementById('waterfalls')?.addEventListener('redrawn', apply);
  apply();
}
