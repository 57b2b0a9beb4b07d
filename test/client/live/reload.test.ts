import { beforeEach, describe, expect, it } from 'vitest';
import {
  createReloader,
  markReload,
  marksOfText,
  reloadReason,
  type ReloaderDeps,
  type ReloadMark,
} from '../../../client/live/reload.ts';

const MINUTE = 60_000;

describe('the brake on reloads', () => {
  const mark: ReloadMark = { cause: 'frozen', atMs: 0, times: 1 };

  it('lets the first one through, and one for another cause (WAL-127)', () => {
    expect(reloadReason([], 'frozen', 5)).toBe('first');
    expect(reloadReason([mark], 'build 2', 5)).toBe('first');
  });

  it('holds up one that did not help, each time twice as long, and at most half an hour (WAL-127)', () => {
    expect(reloadReason([mark], 'frozen', MINUTE)).toBe('too-soon');
    expect(reloadReason([mark], 'frozen', MINUTE + 1)).toBe('waited');
    expect(reloadReason([{ ...mark, times: 3 }], 'frozen', 4 * MINUTE)).toBe('too-soon');
    expect(reloadReason([{ ...mark, times: 3 }], 'frozen', 4 * MINUTE + 1)).toBe('waited');
    expect(reloadReason([{ ...mark, times: 40 }], 'frozen', 30 * MINUTE + 1)).toBe('waited');
  });

  it('counts times in a row, and forgets what is two hours ago', () => {
    const twice = markReload(markReload([], 'frozen', 0), 'frozen', MINUTE + 1);
    expect(twice).toEqual([{ cause: 'frozen', atMs: MINUTE + 1, times: 2 }]);
    expect(reloadReason(twice, 'frozen', 130 * MINUTE)).toBe('first');
    expect(markReload(twice, 'frozen', 130 * MINUTE)[0]?.times).toBe(1);
  });

  it('is not held for ever by a clock that was set back', () => {
    expect(reloadReason([{ ...mark, atMs: 500 * MINUTE }], 'frozen', 0)).toBe('waited');
  });

  it('never keeps more than a few marks', () => {
    let marks: readonly ReloadMark[] = [];
    for (let i = 0; i < 50; i += 1) marks = markReload(marks, `build ${i}`, i);
    expect(marks).toHaveLength(8);
    expect(marks[0]?.cause).toBe('build 49');
  });

  it.each([null, '', '{', '5', '[null]', '[{"cause":1}]', 'build\n17'])(
    'reads %j as no marks at all',
    (text) => {
      expect(marksOfText(text)).toEqual([]);
    },
  );
});

describe('the reloader', () => {
  let reloads: number;
  let nowMs: number;
  const closed = (): never => {
    throw new Error('storage is closed');
  };
  const make = (change: Partial<ReloaderDeps> = {}) =>
    createReloader({
      storage: () => sessionStorage,
      dateMs: () => nowMs,
      begun: { atMs: 0, isReload: false },
      isThere: () => Promise.resolve(true),
      reload: () => (reloads += 1),
      ...change,
    });
  beforeEach(() => {
    sessionStorage.clear();
    [reloads, nowMs] = [0, 1_000];
  });

  it('remembers across the reload what it was for (WAL-127)', async () => {
    expect(await make()('version 2')).toBe('reloading');
    nowMs = 2_000;
    expect(await make()('version 2')).toBe('too-soon');
    expect(await make()('version 3')).toBe('reloading');
    expect(reloads).toBe(2);
  });

  it('never reloads into nothing: the page that is here is better than none (WAL-127)', async () => {
    let isThere = false;
    const reload = make({ isThere: () => Promise.resolve(isThere) });
    expect(await reload('frozen')).toBe('nothing-there');
    expect(reloads).toBe(0);
    isThere = true;
    expect(await reload('frozen')).toBe('reloading');
  });

  it('asks once at a time', async () => {
    const reload = make();
    const [first, second] = await Promise.all([reload('a'), reload('b')]);
    expect([first, second]).toEqual(['reloading', 'under-way']);
    expect(reloads).toBe(1);
  });

  it('works with storage closed, and takes the age of the page for a brake then (WAL-129)', async () => {
    expect(await make({ storage: closed })('frozen')).toBe('reloading');
    nowMs = 30_000;
    expect(await make({ storage: closed, begun: { atMs: 1_000, isReload: true } })('frozen')).toBe(
      'too-soon',
    );
    nowMs = 90_000;
    expect(await make({ storage: closed, begun: { atMs: 1_000, isReload: true } })('frozen')).toBe(
      'reloading',
    );
  });

  it('works with storage full', async () => {
    const full = { getItem: () => null, setItem: closed };
    expect(await make({ storage: () => full })('frozen')).toBe('reloading');
  });
});
