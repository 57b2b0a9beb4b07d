/** What is needed of a browser to keep a screen from going dark. */
export interface WakeLockDeps {
  /** Undefined where the browser has no such thing, or the page is not served safely. */
  readonly request: (() => Promise<{ addEventListener(type: 'release', run: () => void): void }>) | undefined;
  readonly isVisible: () => boolean;
  readonly localMs: () => number;
}

/** Keeps the screen awake while the page is seen. */
export interface WakeLock {
  /** Takes the lock where there is none: on start, when the page is shown again, and once a second. */
  keep(): void;
  isHeld(): boolean;
}

/** A lock that was refused (battery, policy) is asked for again, seldom. */
const AGAIN_AFTER_MS = 60_000;

/** Makes it; a screen that cannot have the lock works on without. */
export function createWakeLock({ request, isVisible, localMs }: WakeLockDeps): WakeLock {
  let state: 'none' | 'asking' | 'held' = 'none';
  let refusedAtMs = -Infinity;

  async function take(ask: NonNullable<WakeLockDeps['request']>): Promise<void> {
    state = 'asking';
    try {
      const lock = await ask();
      state = 'held';
      lock.addEventListener('release', () => {
        state = 'none';
      });
    } catch {
      state = 'none';
      refusedAtMs = localMs();
    }
  }
  return {
    keep: () => {
      const mayAsk = localMs() - refusedAtMs >= AGAIN_AFTER_MS;
      if (request && state === 'none' && isVisible() && mayAsk) void take(request);
    },
    isHeld: () => state === 'held',
  };
}
