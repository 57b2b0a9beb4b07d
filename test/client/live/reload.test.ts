import { describe, expect, it } from 'vitest';
import { createReloader, shouldReload } from '../../../client/live/reload.ts';

describe('reloading for another version', () => {
  it('happens at once for a version not yet reloaded for', () => {
    expect(shouldReload(null, '2', 0)).toBe(true);
    expect(shouldReload({ version: '1', atMs: 0 }, '2', 1)).toBe(true);
  });

  it('never loops when a reload did not help, but tries again later', () => {
    expect(shouldReload({ version: '2', atMs: 0 }, '2', 60_000)).toBe(false);
    expect(shouldReload({ version: '2', atMs: 0 }, '2', 60_001)).toBe(true);
  });

  it('remembers across the reload what it was for', () => {
    sessionStorage.clear();
    let reloads = 0;
    const make = (nowMs: number) =>
      createReloader(
        sessionStorage,
        () => nowMs,
        () => (reloads += 1),
      );
    make(1_000)('0.2.0');
    make(2_000)('0.2.0');
    expect(reloads).toBe(1);
    make(3_000)('0.3.0');
    expect(reloads).toBe(2);
  });
});
