/** Frames of many hours played to a page as fast as it takes them, and what it holds on to afterwards. */
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { startWorker, type Worker } from '../bench/live-worker.ts';
import type { WallServerApi } from '../bench/wall-server.ts';
import { withPage } from './browser.ts';
import { type HeapObjects, heapObjectsOf } from './heap-objects.ts';
import { ROOT } from './source-tree.ts';
import { until } from './until.ts';

/** After a garbage collection. */
export interface Held {
  readonly frames: number;
  /** As V8 counts it. */
  readonly heapBytes: number;
  /** Null: not looked at. */
  readonly objects: HeapObjects | null;
  /** Of the document and out of it. */
  readonly nodes: number;
  readonly detachedNodes: number;
  readonly listeners: number;
}

export interface SoakOptions {
  readonly name: string;
  readonly path: string;
  readonly tenants: number;
  readonly frames: number;
  /** It is looked at after each of so many parts; alarms come and go several times in each. */
  readonly parts: number;
  /** Times that the server goes away and comes back. */
  readonly reconnects: number;
  /** Counts what is alive object by object: takes a second or two each part. */
  readonly hasObjects?: boolean;
  readonly onPart?: (held: Held) => void;
}

export interface Soak {
  readonly parts: readonly Held[];
  /** Frames that the page did not show one by one: it was behind and has asked for the room anew. */
  readonly missed: number;
  readonly reconnected: number;
  readonly seconds: number;
}

/** Where in its share of the day the server goes and comes back: of ten in a day the first falls into the first hour, so that each hour after it is held against one that had seen it all. */
const RECONNECT_AT = 0.25;
/** Sent in one go: the page has its next frame while it still draws the one before, and few wait. */
const BURST = 10;
const ALARM_CYCLES = 3;
/** Simulated seconds per real one, about; ages on the page are counted by it. */
const SPEED = 100;

type Shown = typeof globalThis & { shownFrames?: number };

/** Plays all frames; the parts are looked at when alarms are as they were at the end of every other part. */
export async function soak(options: SoakOptions): Promise<Soak> {
  const { name, path, tenants, frames, parts, reconnects } = options;
  const perPart = Math.floor(frames / parts);
  const staging = {
    ...{ tenants, distDir: join(ROOT, 'dist'), speed: SPEED, isRunning: false },
    alarmTicks: Math.floor(perPart / ALARM_CYCLES),
  };
  const server = startWorker<WallServerApi>(join(import.meta.dirname, '..', 'bench', 'wall-server.ts'));
  const held: Held[] = [];
  const startedMs = performance.now();
  let [reconnected, sent, shown] = [0, 0, 0];
  try {
    const url = await server.ask('start', { ...staging, port: 0 });
    const port = Number(new URL(url).port);
    await withPage(name, async (page) => {
      await page.goto(url + path);
      await joined(page);
      await countShown(page);
      const cdp = await page.context().newCDPSession(page);
      for (let part = 1; part <= parts; part += 1) {
        for (let played = 0; played < perPart; played += BURST) {
          await play(page, server, Math.min(BURST, perPart - played));
          sent += Math.min(BURST, perPart - played);
          if (reconnected < reconnects && sent >= ((reconnected + RECONNECT_AT) * frames) / reconnects) {
            reconnected += 1;
            await server.ask('stop', undefined);
            await server.ask('start', { ...staging, port });
            await joined(page);
          }
        }
        const objects = options.hasObjects ? await heapObjectsOf(cdp) : null;
        const now = { ...(await look(page, cdp, sent)), objects };
        held.push(now);
        options.onPart?.(now);
      }
      shown = await page.evaluate(() => (globalThis as Shown).shownFrames ?? 0);
    });
  } finally {
    await server.stop();
  }
  return { parts: held, missed: sent - shown, reconnected, seconds: (performance.now() - startedMs) / 1_000 };
}

/** Until the page shows the room of the server that runs now: its first frame has number one. */
async function joined(page: Page): Promise<void> {
  await until(
    () => page.evaluate(() => document.querySelector('[data-phase="live"][data-seq="0"]') !== null),
    { what: 'the page to have joined', timeoutMs: 30_000, everyMs: 20 },
  );
}

/** Counts the frames that have reached the document. */
async function countShown(page: Page): Promise<void> {
  await page.evaluate(() => {
    (globalThis as Shown).shownFrames = 0;
    const root = document.querySelector('[data-seq]')!;
    new MutationObserver((changes) => {
      const isJoin = root.getAttribute('data-seq') === '0';
      if (!isJoin) (globalThis as Shown).shownFrames! += changes.length;
    }).observe(root, { attributeFilter: ['data-seq'] });
  });
}

/** So many frames, and waits until the page shows the last. */
async function play(page: Page, server: Worker<WallServerApi>, count: number): Promise<void> {
  const seq = await server.ask('tick', count);
  await page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const root = document.querySelector('[data-seq]')!;
        const isThere = () => Number(root.getAttribute('data-seq')) >= wanted;
        if (isThere()) return resolve();
        const watch = new MutationObserver(() => {
          if (!isThere()) return;
          watch.disconnect();
          resolve();
        });
        watch.observe(root, { attributeFilter: ['data-seq'] });
      }),
    seq,
  );
}

/** What is left after all that can go has gone. */
async function look(page: Page, cdp: CDPSession, frames: number): Promise<Omit<Held, 'objects'>> {
  for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
  const attached = await page.evaluate(() => {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 1;
    while (walker.nextNode()) count += 1;
    return count;
  });
  return { frames, heapBytes: usedSize, nodes, detachedNodes: nodes - attached, listeners: jsEventListeners };
}
