import type { Page } from 'playwright-core';
import { until } from './until.ts';

/** What one tile shows to a reader. Numbers stand as they are written, `—` where there is none. */
export interface TileView {
  readonly level: string;
  readonly queueDepth: string;
  readonly lagP95Ms: string;
  readonly spamPercent: string;
  readonly accessPercent: string;
}

/** Opens the wall and waits for its first tile. */
export async function openWall(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.tile[data-tenant]').first().waitFor();
}

/** The tile of one tenant as it is painted now; undefined while there is none. */
export function readTile(page: Page, tenantId: string): Promise<TileView | undefined> {
  return page.evaluate((id) => {
    const tile = document.querySelector<HTMLElement>(`.tile[data-tenant="${id}"]`);
    if (!tile) return undefined;
    const number = (name: string): string =>
      tile.querySelector(`[data-value="${name}"] .number`)?.textContent.replaceAll(/\s+/g, ' ').trim() ?? '';
    return {
      level: tile.dataset['level'] ?? '',
      queueDepth: number('queueDepth'),
      lagP95Ms: number('lagP95Ms'),
      spamPercent: number('spamPercent'),
      accessPercent: number('accessPercent'),
    };
  }, tenantId);
}

export interface TileWish {
  /** As the error message names it. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly holds: (tile: TileView) => boolean;
}

/** Waits until the tile of a tenant shows what is wished, and returns it. */
export async function untilTile(page: Page, tenantId: string, wish: TileWish): Promise<TileView> {
  let last: TileView | undefined;
  const look = async (): Promise<TileView | undefined> => {
    last = await readTile(page, tenantId);
    return last && wish.holds(last) ? last : undefined;
  };
  try {
    return await until(look, { what: wish.what, everyMs: 20, timeoutMs: wish.timeoutMs ?? 20_000 });
  } catch (error) {
    throw new Error(`${tenantId}: ${wish.what}; the tile shows ${JSON.stringify(last)}`, { cause: error });
  }
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a written duration, with or without a mark before it: `≥ 6.2 min`. NaN for a dash. */
export function writtenMs(text: string): number {
  const match = /([\d.]+) ?(ms|s|min|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS_MS[match[2]!]! : Number.NaN;
}
