import { all, movedIndex } from './dom.ts';

/** Metric tabs after the ARIA pattern: arrows move and select, one tab stop for the whole list. */
export function startTabs(shown: (metric: string) => void): void {
  const tabs = all<HTMLButtonElement>('.tabs [role=tab]');
  const panels = all('.panel');
  panels.forEach((panel, index) => {
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tabs[index]?.id ?? '');
  });

  const select = (index: number): void => {
    tabs.forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
    });
    panels.forEach((panel, at) => panel.classList.toggle('current', at === index));
    const metric = panels[index]?.dataset['metric'];
    if (metric !== undefined) shown(metric);
  };

  tabs.forEach((tab, index) => {
    tab.addEventListener('click', () => select(index));
    tab.addEventListener('keydown', (event) => {
      const next = movedIndex(event.key, index, tabs.length, { back: 'ArrowLeft', forth: 'ArrowRight' });
      if (next === undefined) return;
      event.preventDefault();
      select(next);
      tabs[next]?.focus();
    });
  });
  select(0);
}
