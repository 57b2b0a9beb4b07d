import { describe, expect, it } from 'vitest';
import { createLog } from '../../../server/base/log.ts';
import { backOffMs, realWait, supervise, type Wait } from '../../../server/collect/supervise.ts';

/** Waits without waiting, and remembers how long it should have been. */
function createStage() {
  const said: string[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const wait: Wait = async (ms) => {
    waits.push(ms);
    nowMs += ms;
  };
  const log = createLog('test', { write: (line) => said.push(line), now: () => nowMs });
  return {
    said,
    waits,
    pass: (ms: number) => void (nowMs += ms),
    options: { name: 'mx1', log, wait, random: () => 0, monotonicMs: () => nowMs },
  };
}

/** Ends when `signal` is aborted. */
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('a supervised loop', () => {
  it('is started again after each failure, later each time', async () => {
    const { options, waits, said } = createStage();
    const running = Promise.withResolvers<undefined>();
    let runs = 0;
    const loop = supervise({
      ...options,
      run: async (signal) => {
        runs += 1;
        if (runs < 5) throw new Error(`no ${runs}`);
        running.resolve(undefined);
        await untilAborted(signal);
      },
    });
    expect(loop.status()).toEqual({ state: 'idle', failures: 0 });
    loop.start();
    await running.promise;
    expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
    expect(loop.status()).toEqual({ state: 'running', failures: 4, lastError: 'no 4' });
    expect(JSON.parse(said[0]!)).toMatchObject({
      event: 'loop_failed',
      source: 'mx1',
      error: 'no 1',
      delay_ms: 500,
    });
    await loop.stop();
    expect(loop.status().state).toBe('finished');
  });

  it('begins with short waits again after it ran well for long', async () => {
    const { options, waits, pass } = createStage();
    const running = Promise.withResolvers<undefined>();
    let runs = 0;
    const loop = supervise({
      ...options,
      maxDelayMs: 30_000,
      run: async (signal) => {
        runs += 1;
        if (runs === 4) pass(30_000);
        if (runs < 5) throw new Error('no');
        running.resolve(undefined);
        await untilAborted(signal);
      },
    });
    loop.start();
    await running.promise;
    expect(waits).toEqual([500, 1_000, 2_000, 500]);
    await loop.stop();
  });

  it('is not started again when it returns', async () => {
    const { options, waits } = createStage();
    let runs = 0;
    const loop = supervise({ ...options, run: async () => void (runs += 1) });
    loop.start();
    await loop.stop();
    expect([runs, waits.length, loop.status().state]).toEqual([1, 0, 'finished']);
  });

  it('is not started again after a failure that comes of being stopped', async () => {
    const { options, said } = createStage();
    const loop = supervise({
      ...options,
      run: async (signal) => {
        await untilAborted(signal);
        throw new Error('interrupted');
      },
    });
    loop.start();
    await loop.stop();
    expect(said).toEqual([]);
  });

  it('stops at once while it waits', async () => {
    const { options } = createStage();
    const failed = Promise.withResolvers<undefined>();
    const loop = supervise({
      ...options,
      wait: (ms, signal) => {
        failed.resolve(undefined);
        return realWait(ms * 1_000, signal);
      },
      run: async () => {
        throw new Error('no');
      },
    });
    loop.start();
    await failed.promise;
    expect(loop.status().state).toBe('waiting');
    await loop.stop();
    expect(loop.status().state).toBe('finished');
  });

  it('runs once however often it is started, and again after it was stopped', async () => {
    const { options } = createStage();
    let runs = 0;
    const loop = supervise({
      ...options,
      run: async (signal) => {
        runs += 1;
        await untilAborted(signal);
      },
    });
    loop.start();
    loop.start();
    await loop.stop();
    expect(runs).toBe(1);
    loop.start();
    await loop.stop();
    await loop.stop();
    expect(runs).toBe(2);
  });
});

describe('the back-off', () => {
  it.each([
    [1, 0, 500],
    [2, 0, 1_000],
    [2, 0.999999, 500],
    [3, 0.5, 1_500],
    [7, 0, 30_000],
    [1_000, 0, 30_000],
    [1_000, 0.999999, 15_000],
  ])('after %i failures with %d drawn is %i ms', (failures, random, expected) => {
    expect(backOffMs(failures, random, 500, 30_000)).toBe(expected);
  });
});
