/** Asks axe about a page in a real browser: contrast and sizes need one that lays out. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2, levels A and AA. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface AxeWindow {
  axe?: { run(context: Document, options: unknown): Promise<AxeResults> };
}

/**
 * Experimental, and too strict for a tile: it wants every number that is seen in the name that is spoken, letter by letter.
 * That a name begins with what is seen is asked by `speechFaults`.
 */
const TOO_STRICT = 'label-content-name-mismatch';

/** What axe finds, one line for each element. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  // Our content security policy lets no script in from outside: it comes by the inspector, not by the page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE);
  return page.evaluate(
    async ([tags, tooStrict]) => {
      const { axe } = window as unknown as AxeWindow;
      if (!axe) throw new Error('axe is not there');
      const { violations } = await axe.run(document, {
        runOnly: { type: 'tag', values: tags },
        rules: { [tooStrict]: { enabled: false } },
        resultTypes: ['violations'],
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => {
          const why = (failureSummary ?? '').split('\n').slice(1).join(' ').trim();
          return `${id}: ${target.join(' ')}: ${why}`;
        }),
      );
    },
    [TAGS, TOO_STRICT] as const,
  );
}

/** WCAG 2.5.3: who speaks to the page says what is seen; tiles and cards are called by the name that stands on them. */
export function speechFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[aria-label]')].flatMap((link) => {
      const seen = link.querySelector('.name')?.textContent.replace(/…$/, '').trim() ?? '';
      const spoken = link.getAttribute('aria-label') ?? '';
      return spoken.toLowerCase().includes(seen.toLowerCase()) ? [] : [`"${seen}" is called "${spoken}"`];
    }),
  );
}
