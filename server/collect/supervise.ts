import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Waits `ms`, less when `signal` is aborted; never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface SuperviseOptions {
  readonly name: string;
  /** Runs until `signal` is aborted; when it fails it is started again, when it returns it is finished. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly random?: () => number;
  readonly wait?: Wait;
  readonly monotonicMs?: () => number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

export interface SuperviseStatus {
  readonly state: 'idle' | 'running' | 'waiting' | 'finished';
  /** Failures in a row; a run of `maxDelayMs` ends the row. */
  readonly failures: number;
  readonly lastError?: string;
}

export interface Supervised {
  start(): void;
  /** Aborts the loop and waits for it. */
  stop(): Promise<void>;
  status(): SuperviseStatus;
}

/** Waits on real timers. */
export const realWait: Wait = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined); // Rejects only when aborted.

/** Keeps a loop going: restarts it after a failure, later each time, with jitter so that many do not restart at once. */
export function supervise(options: SuperviseOptions): Supervised {
  const {
    name,
    run,
    log,
    random = Math.random,
    wait = realWait,
    monotonicMs = () => performance.now(),
  } = options;
  const { firstDelayMs = 500, maxDelayMs = 30_000 } = options;
  let status: SuperviseStatus = { state: 'idle', failures: 0 };
  let life: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;

  async function live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = monotonicMs();
      status = { ...status, state: 'running' };
      try {
        await run(signal);
        break;
      } catch (error) {
        if (signal.aborted) break;
        const failures = monotonicMs() - startedMs >= maxDelayMs ? 1 : status.failures + 1;
        const delayMs = backOffMs(failures, random(), firstDelayMs, maxDelayMs);
        status = { state: 'waiting', failures, lastError: messageOf(error) };
        log.error('loop_failed', { source: name, error: messageOf(error), failures, delay_ms: delayMs });
        await wait(delayMs, signal);
      }
    }
    status = { ...status, state: 'finished' };
  }

  return {
    start: () => {
      if (life) return;
      const controller = new AbortController();
      life = { controller, ended: live(controller.signal) };
    },
    stop: async () => {
      const ending = life;
      life = undefined;
      ending?.controller.abort();
      await ending?.ended;
    },
    status: () => status,
  };
}

/** Doubles from `firstMs` up to `maxMs`; `random` in [0, 1) takes away up to half. */
export function backOffMs(failures: number, random: number, firstMs: number, maxMs: number): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(fullMs * (1 - random / 2));
}
