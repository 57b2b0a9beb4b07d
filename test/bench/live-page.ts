/** What a real browser shows of the wall, and when. */
import type { Page } from 'playwright-core';

/** A queue depth that stands on a tile. */
export interface PaintedDepth {
  readonly tenantId: string;
  readonly depth: number;
  /** After the paint, epoch ms. */
  readonly atMs: number;
}

type Watching = typeof globalThis & { paintedDepths?: PaintedDepth[] };

/** Notes each new queue depth once it is painted: the first animation frame runs before the paint, the second after it. */
export async function watchDepths(page: Page): Promise<void> {
  await page.evaluate(() => {
    const painted: PaintedDepth[] = [];
    const shown = new Map<string, number>();
    (globalThis as Watching).paintedDepths = painted;
    new MutationObserver((changes) => {
      const news = [...new Set(changes.map(({ target }) => tileOf(target)))].flatMap((tile) =>
        tile ? read(tile) : [],
      );
      if (news.length === 0) return;
      const note = (): unknown => painted.push(...news.map((each) => ({ ...each, atMs: Date.now() })));
      requestAnimationFrame(() => requestAnimationFrame(note));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });

    function tileOf(node: Node): HTMLElement | null | undefined {
      const element = node instanceof Element ? node : node.parentElement;
      return element?.closest<HTMLElement>('.tile[data-tenant]');
    }
    function read(tile: HTMLElement): Omit<PaintedDepth, 'atMs'>[] {
      const tenantId = tile.dataset['tenant'] ?? '';
      const depth = Number(tile.querySelector('[data-value="queueDepth"] .number')?.textContent);
      if (shown.get(tenantId) === depth) return [];
      shown.set(tenantId, depth);
      return [{ tenantId, depth }];
    }
  });
}

/** All that was painted since. */
export function paintedDepths(page: Page): Promise<readonly PaintedDepth[]> {
  return page.evaluate(() => (globalThis as Watching).paintedDepths ?? []);
}

/** How many tiles have a queue depth that can be seen without scrolling. */
export function visibleDepths(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      [...document.querySelectorAll('.tile[data-tenant] [data-value="queueDepth"]')].filter((element) => {
        const { top, bottom, width } = element.getBoundingClientRect();
        return width > 0 && top >= 0 && bottom <= innerHeight;
      }).length,
  );
}
