/** The second watchdog: it runs beside the page, and paints over it by itself when the page does not paint any more. */
import { createLettering, type Lettering } from './lettering.ts';
import type { PageSaid, WatchdogSaid } from './messages.ts';
import { drawNotice } from './notice.ts';
import { firstSigns, looked, LOOK_EVERY_MS, shown, verdictOf } from './verdict.ts';

/** The part of a worker's global scope that is used: the types of pages and workers cannot be had together. */
interface Scope {
  postMessage(said: WatchdogSaid): void;
  addEventListener(type: 'message', run: (event: { readonly data: PageSaid }) => void): void;
}
const scope = self as unknown as Scope;

const ALIVE_EVERY_MS = 1_000;
const INK = '#ffffff';

let signs = firstSigns(performance.now());
let page = { widthPx: 1_920, heightPx: 1_080 };
let context: OffscreenCanvasRenderingContext2D | null = null;
let lettering: Lettering | null = null;
let isDrawn = false;
let aliveAtMs = 0;

function take(canvas: OffscreenCanvas): void {
  context = canvas.getContext('2d');
  ready();
  canvas.addEventListener('contextrestored', ready);
}

/** A canvas on which nothing was ever drawn gets its place on the screen from the main thread only: it gets it now. */
function ready(): void {
  lettering = createLettering(INK);
  if (context) drawNotice(context, lettering, page, 0);
  wipe();
}

scope.addEventListener('message', ({ data }) => {
  const nowMs = performance.now();
  switch (data.what) {
    case 'take':
      return take(data.canvas);
    case 'painted':
      page = { widthPx: data.widthPx, heightPx: data.heightPx };
      signs = { ...signs, paintedAtMs: nowMs, echoedAtMs: nowMs };
      return look();
    case 'echo':
      signs = { ...signs, echoedAtMs: nowMs };
      return;
    case 'visible':
      signs = shown(signs, data.isVisible, nowMs);
      return look();
  }
});

function look(): void {
  const nowMs = performance.now();
  signs = looked(signs, nowMs);
  const verdict = verdictOf(signs, nowMs);
  const isFrozen = verdict === 'stuck' || verdict === 'unpainted';
  if (isFrozen) accuse(verdict, nowMs);
  else if (isDrawn) wipe();
}

function accuse(verdict: 'stuck' | 'unpainted', nowMs: number): void {
  const sinceDateMs = Date.now() - (nowMs - (signs.paintedAtMs ?? signs.startedAtMs));
  if (context && !isDrawn) drawNotice(context, lettering, page, sinceDateMs);
  isDrawn = true;
  if (verdict === 'unpainted') scope.postMessage({ what: 'unpainted', sinceDateMs });
}

function wipe(): void {
  isDrawn = false;
  if (!context) return;
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

setInterval(() => {
  look();
  const nowMs = performance.now();
  if (nowMs - aliveAtMs < ALIVE_EVERY_MS) return;
  aliveAtMs = nowMs;
  scope.postMessage({ what: 'alive' });
}, LOOK_EVERY_MS);
