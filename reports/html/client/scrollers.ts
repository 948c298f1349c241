import { all } from './dom.ts';

/**
 * A table wider than its box scrolls, and so must be reachable by keyboard: it becomes a tab stop with a name, for as
 * long as it does not fit.
 */
export function startScrollers(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) if (target instanceof HTMLElement) update(target);
  });
  const watch = (): void => all('.table-scroll').forEach((box) => observer.observe(box));
  watch();
  document.getElementById('waterfalls')?.addEventListener('redrawn', watch);
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
