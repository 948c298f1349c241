import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Everything that is folded away. */
export function openAll(page: Page): Promise<void> {
  return page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** Tag and attribute names, without those that the script adds as it goes. */
export async function elementShape(page: Page): Promise<ReadonlySet<string>> {
  const names = await page.evaluate(() =>
    [...document.querySelectorAll('*')].flatMap((element) =>
      element.getAttributeNames().map((name) => `${element.localName} ${name}`),
    ),
  );
  const own =
    /^(li aria-describedby|li hidden|details open|section style|div (role|tabindex|aria-label|style|data-row)|(dl|dt|dd) class)$/;
  return new Set(names.filter((name) => !own.test(name)));
}

export async function seriousViolations(page: Page): Promise<readonly string[]> {
  // Not a script element: the page's own policy would forbid it.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as {
      axe: {
        run(
          what: Document,
          how: object,
        ): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await run.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

/** What a Tab key should stop at, by name; only what can be seen. */
export function tabStops(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, select, input, summary, [tabindex="0"]')]
      .filter((element) => element.tabIndex >= 0 && element.getClientRects().length > 0)
      .map(
        (element) =>
          `${element.localName}.${element.className} ${(element.textContent ?? '').trim().slice(0, 60)}`,
      ),
  );
}

export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement!;
    return `${element.localName}.${element.className} ${(element.textContent ?? '').trim().slice(0, 60)}`;
  });
}

/** What reaches over the edge of the paper, or is wider than the box that clips it. */
export function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || element.closest('.visually-hidden, defs, #tooltip'))
        continue;
      const name = `${element.localName}.${element.getAttribute('class') ?? ''} ${(element.textContent ?? '').slice(0, 40)}`;
      if (box.right > innerWidth + 1 || box.left < -1) found.push(`over the edge: ${name}`);
      // A path gives way at its folders, with a mark that it did.
      if (element.matches('.name, .name *, svg, svg *')) continue;
      if (
        getComputedStyle(element).overflowX !== 'visible' &&
        element.scrollWidth > element.clientWidth + 1
      ) {
        found.push(`clipped: ${name}`);
      }
    }
    return found;
  });
}
