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

/** What axe finds, one line for each element. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  // Our content security policy lets no script in from outside: it comes by the inspector, not by the page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE);
  return page.evaluate(async (tags) => {
    const { axe } = window as unknown as AxeWindow;
    if (!axe) throw new Error('axe is not there');
    const { violations } = await axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => {
        const why = (failureSummary ?? '').split('\n').slice(1).join(' ').trim();
        return `${id}: ${target.join(' ')}: ${why}`;
      }),
    );
  }, TAGS);
}
