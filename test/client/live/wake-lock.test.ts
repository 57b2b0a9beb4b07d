import { describe, expect, it } from 'vitest';
import { createWakeLock } from '../../../client/live/wake-lock.ts';

describe('the wake lock', () => {
  it('is taken once while the page is seen, and again when the browser has let it go (WAL-130)', async () => {
    const releases: (() => void)[] = [];
    let isVisible = false;
    const lock = createWakeLock({
      request: () => Promise.resolve({ addEventListener: (_, run) => void releases.push(run) }),
      isVisible: () => isVisible,
      localMs: () => 0,
    });
    lock.keep();
    isVisible = true;
    lock.keep();
    lock.keep();
    await Promise.resolve();
    await Promise.resolve();
    expect([releases.length, lock.isHeld()]).toEqual([1, true]);
    releases[0]?.();
    expect(lock.isHeld()).toBe(false);
    lock.keep();
    await Promise.resolve();
    await Promise.resolve();
    expect(releases).toHaveLength(2);
  });

  it('that is refused is asked for again a minute later, not every second (WAL-130)', async () => {
    let [nowMs, asked] = [0, 0];
    const lock = createWakeLock({
      request: () => {
        asked += 1;
        return Promise.reject(new Error('battery'));
      },
      isVisible: () => true,
      localMs: () => nowMs,
    });
    for (; nowMs < 60_000; nowMs += 1_000) {
      lock.keep();
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(asked).toBe(1);
    lock.keep();
    expect(asked).toBe(2);
  });

  it('is done without where there is none (WAL-130)', () => {
    const lock = createWakeLock({ request: undefined, isVisible: () => true, localMs: () => 0 });
    lock.keep();
    expect(lock.isHeld()).toBe(false);
  });
});
