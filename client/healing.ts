/** Puts together what keeps a page from being old in silence: the second watchdog, reloads, the way to the server, a lit screen. */
import type { Pinia } from 'pinia';
import { probePage } from './api.ts';
import { BUILD } from './build.ts';
import { PROBE_TIMEOUT_MS, createReacher } from './live/reach.ts';
import { createReloader, type Reloader } from './live/reload.ts';
import { isOtherBuild } from './live/renewal.ts';
import { createWakeLock } from './live/wake-lock.ts';
import { useLinkStore } from './stores/link.ts';
import { useRenewalStore } from './stores/renewal.ts';
import { layOverlay, sayFrozen, unsayFrozen } from './watchdog/overlay.ts';
import { timeOfDay } from './watchdog/notice.ts';
import { createWatchdog, type WatchdogWorker } from './watchdog/watchdog.ts';

export interface HealingDeps {
  readonly pinia: Pinia;
  readonly localMs: () => number;
  readonly isPolling: () => boolean;
  /** Looks at the connection at once. */
  readonly wake: () => void;
}

/** What heals. */
export interface Healing {
  readonly reload: Reloader;
  start(): void;
  stop(): void;
  /** With each tick of the live client. */
  tick(): void;
  painted(): void;
  onServerBuild(build: string | undefined): void;
  /** The server asks for a reload. */
  asked(reason: string): void;
}

const THERE_TIMEOUT_MS = 4_000;
const RELOAD_EVERY_MS = 5_000;
const isVisible = () => document.visibilityState === 'visible';

function createPageReloader(): Reloader {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return createReloader({
    storage: () => sessionStorage,
    dateMs: () => Date.now(),
    begun: { atMs: performance.timeOrigin, isReload: navigation?.type === 'reload' },
    isThere: async () => (await probePage(THERE_TIMEOUT_MS)) === 200,
    reload: () => location.reload(),
  });
}

function createPageWatchdog(reload: Reloader) {
  return createWatchdog({
    createWorker: () =>
      new Worker(new URL('./watchdog/worker.ts', import.meta.url), {
        type: 'module',
        name: 'watchdog',
      }) as unknown as WatchdogWorker,
    createCanvas: layOverlay,
    monotonicMs: () => performance.now(),
    isVisible,
    pageSize: () => ({ widthPx: Math.max(1, innerWidth), heightPx: Math.max(1, innerHeight) }),
    onUnpainted: (sinceDateMs) => {
      sayFrozen(
        `THIS SCREEN IS FROZEN since ${timeOfDay(sinceDateMs)} — numbers are old. It is loaded anew by itself.`,
      );
      void reload('frozen');
    },
  });
}

/** Everything that tells this page that the world around it may have changed; returns what stops listening. */
function listen(runs: {
  readonly network: () => void;
  readonly shown: () => void;
  readonly touched: () => void;
}) {
  const { network, shown, touched } = runs;
  const listeners: [EventTarget, string, () => void][] = [
    ...['online', 'offline'].map((name): [EventTarget, string, () => void] => [window, name, network]),
    // A page that was put away, frozen or kept for the way back comes out of it with dead connections.
    ...['visibilitychange', 'resume'].map((name): [EventTarget, string, () => void] => [
      document,
      name,
      shown,
    ]),
    [window, 'pageshow', shown],
    ...['pointerdown', 'pointermove', 'keydown', 'wheel'].map((name): [EventTarget, string, () => void] => [
      window,
      name,
      touched,
    ]),
  ];
  for (const [target, name, run] of listeners) target.addEventListener(name, run, { passive: true });
  return () => {
    for (const [target, name, run] of listeners) target.removeEventListener(name, run);
  };
}

/** Makes it; `start` begins to watch. */
export function createHealing({ pinia, localMs, isPolling, wake }: HealingDeps): Healing {
  const link = useLinkStore(pinia);
  const renewal = useRenewalStore(pinia);
  const reload = createPageReloader();
  const watchdog = createPageWatchdog(reload);
  const probe = () => probePage(PROBE_TIMEOUT_MS);
  const reacher = createReacher({ localMs, probe, onReach: link.setReach });
  const locks = 'wakeLock' in navigator ? navigator.wakeLock : undefined;
  const wakeLock = createWakeLock({ request: locks && (() => locks.request('screen')), isVisible, localMs });
  let reloadedAtMs = -Infinity;
  let stopListening = (): void => undefined;

  function onShown(): void {
    watchdog.visibility();
    wakeLock.keep();
    if (isVisible()) wake();
  }
  function onNetwork(): void {
    link.setOnline(navigator.onLine);
    wake();
  }
  function renew(): void {
    const { cause } = renewal;
    if (cause === null || localMs() - reloadedAtMs < RELOAD_EVERY_MS) return;
    reloadedAtMs = localMs();
    void reload(cause);
  }
  return {
    reload,
    start: () => {
      link.setOnline(navigator.onLine);
      stopListening = listen({ network: onNetwork, shown: onShown, touched: renewal.touched });
      watchdog.start();
    },
    stop: () => {
      stopListening();
      watchdog.stop();
    },
    tick: () => {
      reacher.tick(link.phase === 'stale' || link.phase === 'disconnected');
      link.setPolling(isPolling());
      watchdog.tick();
      wakeLock.keep();
      renew();
    },
    painted: () => {
      watchdog.painted();
      unsayFrozen();
    },
    onServerBuild: (build) => {
      const isOther = isOtherBuild(BUILD, build);
      if (isOther) renewal.want({ cause: `build ${build}`, title: 'New version' });
      else if (renewal.wish?.cause.startsWith('build ')) renewal.want(null);
    },
    asked: (reason) => renewal.want({ cause: `asked: ${reason}`, title: 'Reload' }),
  };
}
