import { all } from './dom.ts';

/**
 * A table wider than its box scrolls, and so must be reachable by keyboard: it becomes a tab stop with a name, for as
 * long as it does not fit.
 */
export function startScrollers(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target instanceof HTMLElement) update(target);
  });
  for (const box of all('.table-scroll')) observer.observe(box);
}

function update(box: HTMLElement): void {
  if (box.scrollWidth <= box.clientWidth) {
    for (const name of ['tabindex', 'role', 'aria-label']) box.removeAttribute(name);
    return;
  }
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', box.querySelector('caption')?.textContent ?? 'Table');
}
