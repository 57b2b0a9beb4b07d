import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { ROOT } from './source-tree.ts';
import { createTempDir } from './temp-dir.ts';

const ARTEFACTS = join(ROOT, 'test', 'artefacts');
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Opens a page in a real Chromium with a profile of its own and hands it over; a failing test leaves a picture behind. */
export async function withPage(
  name: string,
  use: (page: Page) => Promise<void>,
  /** More flags of the browser. */
  flags: readonly string[] = [],
): Promise<void> {
  const profile = createTempDir('chromium');
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath: '/usr/bin/chromium',
    args: [...FLAGS, ...flags],
    viewport: { width: 1920, height: 1080 },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const said: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  try {
    await use(page);
  } catch (error) {
    await screenshot(page, `${name}-failed`).catch(() => said.push('no picture either'));
    throw new Error(`${name}: ${String(error)}\nthe page said: ${said.slice(-10).join('\n')}`, {
      cause: error,
    });
  } finally {
    await context.close();
    profile.remove();
  }
}

/** Keeps a picture of the page as an artefact of the test run. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`) });
}

/** Keeps measured figures beside the pictures. */
export function keepFigures(name: string, figures: Readonly<Record<string, unknown>>): void {
  mkdirSync(ARTEFACTS, { recursive: true });
  writeFileSync(join(ARTEFACTS, `${name}.json`), `${JSON.stringify(figures)}\n`);
}
