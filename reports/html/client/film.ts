import { all, movedIndex } from './dom.ts';

/** Frames of the filmstrips: a click enlarges, arrow keys walk along a strip and from strategy to strategy. */
export function startFilm(): void {
  const [dialog] = all<HTMLDialogElement>('.film-dialog');
  if (!dialog) return;
  for (const strip of all('.film-strip')) {
    strip.addEventListener('click', (event) => {
      const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.film-cell') : null;
      if (!cell) return;
      enter(cell);
      show(dialog, cell);
      dialog.showModal();
    });
    strip.addEventListener('keydown', (event) => {
      const next = neighbour(event.key);
      if (!next) return;
      event.preventDefault();
      enter(next);
      next.focus();
    });
  }
  dialog.addEventListener('keydown', (event) => {
    const next = neighbour(event.key);
    if (!next) return;
    event.preventDefault();
    enter(next);
    show(dialog, next);
  });
  // The backdrop is part of the dialog; what it contains is not.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => current?.focus());
}

/** The cell the reader is at. */
let current: HTMLElement | undefined;

function enter(cell: HTMLElement): void {
  const strip = cell.closest('.film-strip');
  if (strip) for (const other of all('.film-cell', strip)) other.tabIndex = -1;
  cell.tabIndex = 0;
  current = cell;
}

function neighbour(key: string): HTMLElement | undefined {
  const from =
    document.activeElement?.closest<HTMLElement>('.film-cell') ??
    (current?.isConnected ? current : undefined);
  const row = from?.closest('tr');
  const strip = from?.closest('.film-strip');
  if (!from || !row || !strip) return undefined;
  const cells = all('.film-cell', row);
  const column = cells.indexOf(from);
  const along = movedIndex(key, column, cells.length, { back: 'ArrowLeft', forth: 'ArrowRight' });
  if (along !== undefined) return cells[along];
  const rows = all('tbody tr', strip).filter((candidate) => candidate.querySelector('.film-cell'));
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined;
  const across = movedIndex(
    key,
    rows.findIndex((candidate) => candidate === row),
    rows.length,
    {
      back: 'ArrowUp',
      forth: 'ArrowDown',
    },
  );
  const target = across === undefined ? undefined : rows[across];
  return target && all('.film-cell', target)[column];
}

function show(dialog: HTMLDialogElement, cell: HTMLElement): void {
  const title = dialog.querySelector('p');
  const [large, small] = [dialog.querySelector('svg'), cell.querySelector('svg')];
  if (!title || !large || !small) return;
  title.textContent = cell.getAttribute('aria-label');
  large.setAttribute('viewBox', small.getAttribute('viewBox') ?? '0 0 4 3');
  large.replaceChildren(...[...small.childNodes].map((node) => node.cloneNode(true)));
}
