import type { Results } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import { streamKeys, type StreamKeys } from '../bottleneck/stream-keys.ts';
import { medianTrial } from '../detail/choose.ts';
import { diffHtml, type DiffTrial } from '../diff/diff-html.ts';
import { sharedScales } from '../lanes.ts';
import { sharedAxis } from '../time-axis.ts';
import { waterfallHtml } from '../waterfall.ts';
import type { Details } from './details.ts';
import { all, setMarkup } from './dom.ts';

/** Lets the reader choose which trials are drawn and which two are compared. */
export function startPicking(results: Results, details: Details): void {
  const section = document.getElementById('waterfalls');
  // Colours stay with their files, whatever is chosen.
  let keys: Promise<StreamKeys> | undefined;
  const keysOfMedians = (): Promise<StreamKeys> => (keys ??= medianKeys(results, details));

  section?.addEventListener('change', (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || !select.matches('.trial-pick')) return;
    const article = select.closest<HTMLElement>('.waterfall');
    void redraw(results, details, section, keysOfMedians).then(() => {
      document
        .getElementById(article?.id ?? '')
        ?.querySelector<HTMLElement>('.trial-pick')
        ?.focus();
    });
  });

  const diff = document.getElementById('diff');
  diff?.addEventListener('change', () => void compare(results, details, diff, keysOfMedians));
}

/** All of them: a slower trial makes the axis longer, and they share it. */
async function redraw(
  results: Results,
  details: Details,
  section: HTMLElement,
  keysOfMedians: () => Promise<StreamKeys>,
): Promise<void> {
  const keys = await keysOfMedians();
  const shown: { article: HTMLElement; strategy: string; id: string; waterfall: Waterfall }[] = [];
  for (const article of all('.waterfall[data-strategy]', section)) {
    const strategy = article.dataset['strategy'] ?? '';
    const pick = article.querySelector<HTMLSelectElement>('.trial-pick');
    const id = pick?.value ?? medianTrial(results, strategy) ?? '';
    const waterfall = await details.get(id);
    if (waterfall) shown.push({ article, strategy, id, waterfall });
  }
  const waterfalls = shown.map(({ waterfall }) => waterfall);
  const axis = sharedAxis(waterfalls);
  const scales = sharedScales(waterfalls, results.network, axis.end);
  section.dataset['end'] = String(Math.round(axis.end));
  for (const { article, strategy, id, waterfall } of shown) {
    const trial = results.trials.find((candidate) => candidate.id === id);
    const available = details.ids;
    const drawn = document.createElement('template');
    setMarkup(
      drawn,
      waterfallHtml({ id: article.id, strategy, trial, waterfall, results, axis, scales, keys, available }),
    );
    article.replaceWith(drawn.content);
  }
  section.dispatchEvent(new Event('redrawn'));
}

async function compare(
  results: Results,
  details: Details,
  diff: HTMLElement,
  keysOfMedians: () => Promise<StreamKeys>,
): Promise<void> {
  const chosen = (which: 'a' | 'b'): Promise<DiffTrial | undefined> =>
    chosenTrial(results, details, diff.querySelector<HTMLSelectElement>(`[data-diff=${which}]`)?.value);
  const [a, b] = [await chosen('a'), await chosen('b')];
  const body = diff.querySelector('.diff-body');
  if (a && b && body) setMarkup(body, diffHtml(results, a, b, await keysOfMedians(), MOST_ROWS));
}

async function chosenTrial(
  results: Results,
  details: Details,
  id: string | undefined,
): Promise<DiffTrial | undefined> {
  const trial = results.trials.find((candidate) => candidate.id === id);
  const waterfall = trial && (await details.get(trial.id));
  return trial && waterfall ? { trial, waterfall } : undefined;
}

async function medianKeys(results: Results, details: Details): Promise<StreamKeys> {
  const medians = results.strategies.map(({ name }) => details.get(medianTrial(results, name) ?? ''));
  return streamKeys((await Promise.all(medians)).flatMap((waterfall) => waterfall ?? []));
}

const MOST_ROWS = 1000;
