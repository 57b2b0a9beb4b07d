import { beforeEach, describe, expect, it } from 'vitest';
import type { PageSaid, WatchdogSaid } from '../../../client/watchdog/messages.ts';
import { frozenLines, noticeSize, timeOfDay } from '../../../client/watchdog/notice.ts';
import { createWatchdog, type Watchdog, type WatchdogWorker } from '../../../client/watchdog/watchdog.ts';

interface FakeWorker extends WatchdogWorker {
  readonly heard: PageSaid['what'][];
  isEnded: boolean;
  say(said: WatchdogSaid): void;
}

let workers: FakeWorker[];
let canvases: HTMLCanvasElement[];
let nowMs: number;
let isVisible: boolean;
let accused: number[];

function fakeWorker(): FakeWorker {
  const worker: FakeWorker = {
    heard: [],
    isEnded: false,
    onmessage: null,
    postMessage: ({ what }) => void worker.heard.push(what),
    terminate: () => {
      worker.isEnded = true;
    },
    say: (data) => worker.onmessage?.({ data } as MessageEvent<WatchdogSaid>),
  };
  workers.push(worker);
  return worker;
}
const make = (createWorker: () => WatchdogWorker = fakeWorker): Watchdog =>
  createWatchdog({
    createWorker,
    createCanvas: () => {
      const element = document.body.appendChild(document.createElement('canvas'));
      canvases.push(element);
      return { element, offscreen: {} as OffscreenCanvas };
    },
    monotonicMs: () => nowMs,
    isVisible: () => isVisible,
    pageSize: () => ({ widthPx: 100, heightPx: 50 }),
    onUnpainted: (sinceDateMs) => void accused.push(sinceDateMs),
  });
const wait = (watchdog: Watchdog, ms: number) => {
  for (let passed = 0; passed < ms; passed += 1_000) {
    nowMs += 1_000;
    watchdog.tick();
  }
};

beforeEach(() => {
  document.body.innerHTML = '';
  [workers, canvases, accused] = [[], [], []];
  [nowMs, isVisible] = [0, true];
});

describe("the page's end of the watchdog", () => {
  it('gives the worker a canvas over the page, and tells it of each painted frame (WAL-120)', () => {
    const watchdog = make();
    watchdog.start();
    expect(workers[0]?.heard).toEqual(['take', 'visible']);
    watchdog.painted();
    expect(workers[0]?.heard.at(-1)).toBe('painted');
  });

  it('echoes whatever the worker says, which is how that knows that the event loop lives', () => {
    const watchdog = make();
    watchdog.start();
    workers[0]?.say({ what: 'alive' });
    expect(workers[0]?.heard.at(-1)).toBe('echo');
    expect(accused).toEqual([]);
    workers[0]?.say({ what: 'unpainted', sinceDateMs: 7 });
    expect(accused).toEqual([7]);
  });

  it('starts another one with another canvas when it is dead, and ends the first (WAL-120)', () => {
    const watchdog = make();
    watchdog.start();
    wait(watchdog, 5_000);
    workers[0]?.say({ what: 'alive' });
    wait(watchdog, 6_000);
    expect(workers).toHaveLength(1);
    wait(watchdog, 1_000);
    expect(workers).toHaveLength(2);
    expect([workers[0]?.isEnded, canvases[0]?.isConnected, canvases[1]?.isConnected]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('does not start another one for what was silent while the page was hidden', () => {
    const watchdog = make();
    watchdog.start();
    isVisible = false;
    wait(watchdog, 60_000);
    isVisible = true;
    wait(watchdog, 6_000);
    expect(workers).toHaveLength(1);
  });

  it('works on where the browser has no workers, and tries again (WAL-129)', () => {
    let tries = 0;
    const watchdog = make(() => {
      tries += 1;
      throw new Error('refused');
    });
    watchdog.start();
    watchdog.painted();
    watchdog.visibility();
    wait(watchdog, 8_000);
    expect(tries).toBe(2);
  });

  it('leaves nothing behind when it is stopped', () => {
    const watchdog = make();
    watchdog.start();
    watchdog.stop();
    expect([workers[0]?.isEnded, document.querySelector('canvas')]).toEqual([true, null]);
  });
});

describe('the notice of a frozen screen', () => {
  // Letters as wide as high.
  const places = new Map(
    [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789: '].map((letter) => [
      letter,
      { x: 0, width: 64 },
    ]),
  );

  it('says what it is, since when, and that the numbers are old (WAL-120)', () => {
    const text = frozenLines(Date.now()).map((line) => line.text);
    expect(text[0]).toBe('THIS SCREEN IS FROZEN');
    expect(text[1]).toMatch(/^since \d\d:\d\d:\d\d$/);
    expect(text[2]).toContain('OLD');
    expect(timeOfDay(new Date(2026, 1, 3, 4, 5, 6).getTime())).toBe('04:05:06');
  });

  it.each([
    [1_920, 1_080],
    [1_080, 1_920],
    [3_440, 1_440],
    [390, 844],
  ])('fits a page of %d by %d', (widthPx, heightPx) => {
    const lines = frozenLines(0);
    const size = noticeSize({ places }, lines, { widthPx, heightPx });
    for (const { text, share } of lines) expect(text.length * size * share).toBeLessThanOrEqual(widthPx);
    expect(3 * 1.3 * size).toBeLessThanOrEqual(heightPx);
    expect(size).toBeGreaterThan(widthPx / 60);
  });

  it('has a picture of every letter that it may have to write', () => {
    for (const { text } of frozenLines(Date.now()))
      for (const letter of text) expect(places.has(letter)).toBe(true);
  });
});
