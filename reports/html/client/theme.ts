import { all } from './dom.ts';

type Theme = 'light' | 'dark';

/** The toggle: the system decides until the reader does, and the reader's choice is kept where storage exists. */
export function startTheme(changed: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [button] = all<HTMLButtonElement>('button.theme');
  let chosen = stored();

  const apply = (): void => {
    if (chosen) document.documentElement.dataset['theme'] = chosen;
    const other = current() === 'dark' ? 'light' : 'dark';
    if (button) {
      button.textContent = other === 'dark' ? 'Dark' : 'Light';
      button.setAttribute('aria-label', `Switch to the ${other} theme`);
    }
    changed();
  };
  const current = (): Theme => chosen ?? (system.matches ? 'dark' : 'light');

  button?.addEventListener('click', () => {
    chosen = current() === 'dark' ? 'light' : 'dark';
    store(chosen);
    apply();
  });
  system.addEventListener('change', apply);
  apply();
}

// From file:// or in a private window storage may be missing or throw.
function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then the choice lasts as long as the page.
  }
}

const KEY = 'push-lab-theme';
