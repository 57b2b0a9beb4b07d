import type { PageSaid, WatchdogSaid } from './messages.ts';
import { watchdogVerdict } from './verdict.ts';

/** The part of a worker that the page needs; tests put a pair of hands in its place. */
export interface WatchdogWorker {
  postMessage(said: PageSaid, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<WatchdogSaid>) => void) | null;
  terminate(): void;
}

export interface WatchdogDeps {
  /** Throws where there are no workers. */
  readonly createWorker: () => WatchdogWorker;
  /** A canvas over the whole page for each worker: one that was given away cannot be taken back. Null: none can be had. */
  readonly createCanvas: () => {
    readonly element: HTMLCanvasElement;
    readonly offscreen: OffscreenCanvas;
  } | null;
  readonly monotonicMs: () => number;
  readonly isVisible: () => boolean;
  readonly pageSize: () => { readonly widthPx: number; readonly heightPx: number };
  /** The event loop lives, but nothing was painted since; told again while it lasts. */
  readonly onUnpainted: (sinceDateMs: number) => void;
}

/** The page's end of the second watchdog. */
export interface Watchdog {
  start(): void;
  stop(): void;
  /** A frame is on the screen. */
  painted(): void;
  /** The page was shown or hidden. */
  visibility(): void;
  /** Once a second: watches the watchdog, and starts another one when it is dead. */
  tick(): void;
}

/** Nothing new is told more often. */
const PAINTED_EVERY_MS = 500;

/** Makes it; a browser without workers or such canvases does without. */
export function createWatchdog(deps: WatchdogDeps): Watchdog {
  const { monotonicMs } = deps;
  let worker: WatchdogWorker | null = null;
  let canvas: HTMLCanvasElement | null = null;
  let heardAtMs = 0;
  let lookedAtMs = 0;
  let toldAtMs = -Infinity;

  function begin(): void {
    heardAtMs = lookedAtMs = monotonicMs();
    try {
      worker = deps.createWorker();
    } catch {
      // Refused by the browser: tried again when it should have spoken.
      return;
    }
    worker.onmessage = ({ data }) => hear(data);
    const made = deps.createCanvas();
    if (made) worker.postMessage({ what: 'take', canvas: made.offscreen }, [made.offscreen]);
    canvas = made?.element ?? null;
    worker.postMessage({ what: 'visible', isVisible: deps.isVisible() });
  }
  function end(): void {
    worker?.terminate();
    canvas?.remove();
    worker = canvas = null;
  }
  function hear(said: WatchdogSaid): void {
    heardAtMs = monotonicMs();
    worker?.postMessage({ what: 'echo' });
    if (said.what === 'unpainted') deps.onUnpainted(said.sinceDateMs);
  }
  return {
    start: begin,
    stop: end,
    painted: () => {
      const nowMs = monotonicMs();
      if (nowMs - toldAtMs < PAINTED_EVERY_MS) return;
      toldAtMs = nowMs;
      worker?.postMessage({ what: 'painted', ...deps.pageSize() });
    },
    visibility: () => worker?.postMessage({ what: 'visible', isVisible: deps.isVisible() }),
    tick: () => {
      const nowMs = monotonicMs();
      const signs = { heardAtMs, lookedAtMs, isVisible: deps.isVisible() };
      const verdict = watchdogVerdict(signs, nowMs);
      lookedAtMs = nowMs;
      if (verdict === 'unknown') heardAtMs = nowMs;
      if (verdict !== 'dead') return;
      end();
      begin();
    },
  };
}
