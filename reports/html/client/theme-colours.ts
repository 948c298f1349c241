/** What a canvas needs of the style sheet: it cannot read custom properties itself. */
export interface ThemeColours {
  readonly ground: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly rule: string;
  readonly grid: string;
  readonly tone: Readonly<Record<'faster' | 'slower' | 'neutral', string>>;
  /** For lines that stand beside each other and mean the same of different things. */
  readonly series: readonly string[];
  readonly font: string;
}

/** As the page stands now, light or dark. */
export function themeColours(): ThemeColours {
  const styles = getComputedStyle(document.documentElement);
  const read = (name: string): string => styles.getPropertyValue(name).trim();
  return {
    ground: read('--ground'),
    ink: read('--ink'),
    ink2: read('--ink-2'),
    ink3: read('--ink-3'),
    rule: read('--rule'),
    grid: read('--grid'),
    tone: { faster: read('--faster'), slower: read('--slower'), neutral: read('--neutral') },
    series: SERIES.map(read),
    font: getComputedStyle(document.body).fontFamily,
  };
}

const SERIES = ['--request', '--push', '--paint', '--hint', '--waste', '--connect'];
