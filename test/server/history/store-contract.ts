import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CoverageRun } from '../../../shared/history.ts';
import { merge, Window } from '../../../shared/window.ts';
import { encodeWindow } from '../../../server/history/codec.ts';
import {
  type Batch,
  DEFAULT_RETENTION,
  type HistoryWriter,
  type Retention,
  type Tier,
  TIERS,
  type WindowReader,
} from '../../../server/history/store.ts';
import { createRandom, pick } from '../../support/random.ts';
import { randomWindow, said } from '../../support/random-window.ts';

export interface Store {
  readonly writer: HistoryWriter;
  readonly reader: WindowReader;
  close(): Promise<void>;
}
export interface StoreKind {
  readonly name: string;
  /** A new, empty store. */
  create(): {
    open(retention?: Retention): Promise<Store>;
    remove(): void;
  };
  /** Whether what was written is there after closing and opening. */
  readonly isLasting: boolean;
}

/** Start of an hour. */
export const T = 1_795_280_400_000;
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;
const EVERYTHING = { lag: true, gauges: true, tables: true };

export function batchOf(atMs: number, more: Partial<Batch> = {}): Batch {
  return {
    atMs,
    windows: [],
    coverage: [],
    records: [],
    lines: [],
    pictures: [],
    ledger: { alive: [], gone: [] },
    checkpoints: [],
    state: {},
    ...more,
  };
}

export function delivered(count: number): Window {
  const window = new Window();
  window.counts.delivered = count;
  return window;
}

export function deltaOf(scope: string, slotMs: number, window: Window, direction: 0 | 1 = 0) {
  return { scope, direction, slotMs, bytes: encodeWindow(window) };
}

export async function careAll(writer: HistoryWriter, nowMs: number): Promise<void> {
  while (await writer.care(nowMs));
}

/** What any store of history must do. */
export function describeStore(kind: StoreKind): void {
  describe(`a store of history: ${kind.name}`, () => {
    let place: ReturnType<StoreKind['create']>;
    let store: Store;
    beforeEach(async () => {
      place = kind.create();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    const write = (atMs: number, more: Partial<Batch>) => store.writer.write(batchOf(atMs, more));
    const range = (tier: Tier, scope: string, fromMs = 0, toMs = T + 400 * DAY) =>
      store.reader.range(tier, scope, fromMs, toMs, EVERYTHING);
    const counts = (tier: Tier, scope: string) =>
      range(tier, scope).map(({ slotMs, parts }) => [
        (slotMs - T) / SECOND,
        ...parts.map((part) => part?.counts.delivered ?? null),
      ]);

    it('HIS-23: what comes to one slot in several batches is one window', async () => {
      const windows = [1, 2, 3, 4].map(randomWindow);
      for (const [i, window] of windows.entries()) await write(T + i, { windows: [deltaOf('a', T, window)] });
      const [row, ...others] = range(10, 'a');
      expect(others).toEqual([]);
      expect(said(row!.parts[0])).toEqual(
        said(windows.reduce((sum, next) => merge(sum, next), new Window())),
      );
      expect(row!.parts[1]).toBeNull();
    });

    it('HIS-23: directions and scopes stay apart, and where nothing happened there is no row', async () => {
      await write(T, {
        windows: [
          deltaOf('a', T, delivered(1)),
          deltaOf('a', T, delivered(2), 1),
          deltaOf('b', T + 30 * SECOND, delivered(3), 1),
        ],
      });
      expect(counts(10, 'a')).toEqual([[0, 1, 2]]);
      expect(counts(10, 'b')).toEqual([[30, null, 3]]);
      expect(counts(10, 'nobody')).toEqual([]);
    });

    it('a range holds the slots that begin in it, oldest first, also across many groups of slots', async () => {
      const slots = Array.from({ length: 57 }, (_, i) => T + i * 10 * SECOND);
      await write(T, { windows: slots.map((slotMs, i) => deltaOf('a', slotMs, delivered(i + 1))).reverse() });
      const found = range(10, 'a', T + 1, T + 550 * SECOND).map(({ slotMs }) => slotMs);
      expect(found).toEqual(slots.slice(1, 55));
      expect(range(10, 'a', T, T)).toEqual([]);
      expect(store.reader.extent(10)).toEqual({ oldestMs: T, newestMs: slots.at(-1) });
      expect(store.reader.extent(60)).toBeNull();
    });

    it('an instant holds every scope that has a window then', async () => {
      const names = Array.from({ length: 30 }, (_, i) => `tenant-${i}`);
      await write(T, {
        windows: names.flatMap((name, i) => [
          deltaOf(name, T, delivered(i + 1)),
          deltaOf(name, T + 10 * SECOND, delivered(99)),
        ]),
      });
      const found = store.reader.instant(10, T, T + 10 * SECOND, {});
      expect(new Map(found.map(({ scope, parts }) => [scope, parts[0]!.counts.delivered]))).toEqual(
        new Map(names.map((name, i) => [name, i + 1])),
      );
    });

    it('HIS-24: minutes come from slots and hours from minutes, when they are over', async () => {
      const windows = Array.from({ length: 240 }, (_, i) => randomWindow(i + 1));
      const at = (i: number) => T + i * 30 * SECOND;
      await write(T, { windows: windows.map((window, i) => deltaOf('a', at(i), window)) });
      await careAll(store.writer, T + HOUR + 2 * MINUTE);
      expect(range(60, 'a')).toHaveLength(60);
      expect(store.reader.extent(60)!.newestMs).toBe(T + 59 * MINUTE);
      expect(range(3_600, 'a')).toEqual([]);
      await careAll(store.writer, T + 2 * HOUR + 4 * MINUTE);
      const sum = (from: number, to: number) =>
        said(windows.slice(from, to).reduce((all, next) => merge(all, next), new Window()));
      expect(range(60, 'a').map(({ parts }) => said(parts[0]))).toEqual(
        Array.from({ length: 120 }, (_, minute) => sum(minute * 2, minute * 2 + 2)),
      );
      expect(range(3_600, 'a').map(({ parts }) => said(parts[0]))).toEqual([sum(0, 120), sum(120, 240)]);
    });

    it('HIS-24: what comes late makes its minute and its hour anew', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1))] });
      await careAll(store.writer, T + 2 * HOUR);
      await write(T + 2 * HOUR, { windows: [deltaOf('a', T + 40 * SECOND, delivered(10), 1)] });
      await careAll(store.writer, T + 2 * HOUR);
      expect(counts(60, 'a')).toEqual([[0, 1, 10]]);
      expect(counts(3_600, 'a')).toEqual([[0, 1, 10]]);
    });

    it('a coarser tier ends before the first window that is not made of all scopes', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1)), deltaOf('a', T + MINUTE, delivered(1))] });
      await careAll(store.writer, T + 2 * MINUTE + 31 * SECOND);
      expect(store.reader.extent(60)).toEqual({ oldestMs: T, newestMs: T });
    });

    it('HIS-25: each tier is kept as long as it should, and deleted only when the coarser one has it', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1))] });
      const later = T + 8 * DAY;
      await write(later, { windows: [deltaOf('a', later, delivered(2))] });
      await careAll(store.writer, later + HOUR * 2);
      expect(counts(10, 'a')).toEqual([[8 * 86_400, 2, null]]);
      expect(counts(60, 'a')).toEqual([
        [0, 1, null],
        [8 * 86_400, 2, null],
      ]);
      expect(store.reader.extent(10)!.oldestMs).toBeGreaterThan(T + 86_400);
    });

    it('HIS-25: what comes for a time that a finer tier has given up goes to the coarser one', async () => {
      const later = T + 100 * DAY;
      await write(later, { windows: [deltaOf('a', later, delivered(1))] });
      await careAll(store.writer, later + 2 * HOUR);
      const week = later - 8 * DAY;
      for (let n = 0; n < 3; n++) {
        await write(later, {
          windows: [
            deltaOf('a', week + 50 * SECOND, delivered(2)),
            deltaOf('a', T, delivered(3), 1),
            deltaOf('a', T - 2_000 * DAY, delivered(5)),
          ],
        });
        await careAll(store.writer, later + 2 * HOUR);
      }
      const sums = (tier: Tier) => counts(tier, 'a').map(([, incoming, outgoing]) => [incoming, outgoing]);
      expect(sums(10)).toEqual([[1, null]]);
      expect(sums(60)).toEqual([
        [6, null],
        [1, null],
      ]);
      expect(sums(3_600)).toEqual([
        [null, 9],
        [6, null],
        [1, null],
      ]);
    });

    it('HIS-25: nothing is deleted before it is in the coarser tier, however short it is kept', async () => {
      await store.close();
      store = await place.open({ ...DEFAULT_RETENTION, keepDays: { 10: 0, 60: 0, 3_600: 100 } });
      const slots = Array.from({ length: 48 }, (_, i) => T + i * 10 * SECOND);
      await write(T, { windows: slots.map((slotMs) => deltaOf('a', slotMs, delivered(1))) });
      await careAll(store.writer, T + 8 * MINUTE);
      await careAll(store.writer, T + 2 * HOUR);
      expect(counts(3_600, 'a')).toEqual([[0, 48, null]]);
    });

    it('HIS-25: a clock that jumps forward or back deletes nothing', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1))] });
      await careAll(store.writer, T + 20_000 * DAY);
      await careAll(store.writer, 0);
      expect(TIERS.map((tier) => counts(tier, 'a'))).toEqual([
        [[0, 1, null]],
        [[0, 1, null]],
        [[0, 1, null]],
      ]);
      await write(T - DAY, { windows: [deltaOf('a', T + 10 * SECOND, delivered(2))] });
      await careAll(store.writer, T + 2 * HOUR);
      expect(counts(3_600, 'a')).toEqual([[0, 3, null]]);
    });

    it('HIS-25: rolling up alone makes the coarser tiers and deletes nothing, however short it is kept', async () => {
      await store.close();
      store = await place.open({ ...DEFAULT_RETENTION, keepDays: { 10: 0, 60: 0, 3_600: 0 }, totalBytes: 0 });
      const slots = Array.from({ length: 48 }, (_, i) => T + i * 10 * SECOND);
      await write(T, { windows: slots.map((slotMs) => deltaOf('a', slotMs, delivered(1))) });
      while (await store.writer.rollUp(T + 100 * DAY));
      expect(TIERS.map((tier) => range(tier, 'a').length)).toEqual([48, 8, 1]);
      expect(counts(3_600, 'a')).toEqual([[0, 48, null]]);
    });

    it('HIS-26: a queue that was high inside an hour is seen in the hour', async () => {
      const gauge = (deferred: number, oldestMs: number | null, atMs: number) => {
        const window = new Window();
        const waiting = new Window().lag;
        window.queue = { atMs, incoming: 1, active: 0, deferred, hold: 0, corrupt: 0, oldestMs, waiting };
        return window;
      };
      await write(T, {
        windows: [
          deltaOf('a', T, gauge(5, 100, T + 1)),
          deltaOf('a', T + 10 * MINUTE, gauge(900, 50, T + 10 * MINUTE)),
          deltaOf('a', T + 20 * MINUTE, gauge(7, null, T + 20 * MINUTE)),
        ],
      });
      await careAll(store.writer, T + 2 * HOUR);
      const { queue, queuePeak } = range(3_600, 'a')[0]!.parts[0]!;
      expect(queue!.deferred).toBe(7);
      expect(queuePeak).toEqual({ depth: 901, oldestMs: 100 });
    });

    it('HIS-27: a table keeps its largest keys, and the sum of all stays exact', async () => {
      const window = new Window();
      window.destinations = new Map(
        Array.from({ length: 500 }, (_, i) => [`d${i}`, { delivered: i + 1, deferred: 1, bounced: 0 }]),
      );
      window.bounces = new Map(Array.from({ length: 80 }, (_, i) => [`5.0.${i}`, i + 1]));
      await write(T, { windows: [deltaOf('a', T, window)] });
      const { destinations, bounces } = range(10, 'a')[0]!.parts[0]!;
      expect(destinations!.size).toBe(200);
      expect(destinations!.get('d499')).toEqual({ delivered: 500, deferred: 1, bounced: 0 });
      expect(destinations!.get('other')).toEqual({ delivered: (301 * 302) / 2, deferred: 301, bounced: 0 });
      expect(bounces!.size).toBe(50);
      expect([...bounces!.values()].reduce((sum, n) => sum + n, 0)).toBe((80 * 81) / 2);
    });

    it('coverage: a run that grows takes its own place; a range holds the runs that touch it', async () => {
      const run = (
        source: string,
        state: CoverageRun['state'],
        fromMs: number,
        toMs: number,
      ): CoverageRun => ({
        source,
        feeds: ['flow', 'access'],
        cluster: 'eu',
        state,
        fromMs: T + fromMs,
        toMs: T + toMs,
      });
      await write(T, { coverage: [run('b', 'fresh', 0, 10), run('a', 'fresh', 0, 10)] });
      await write(T, { coverage: [run('a', 'fresh', 0, 30), run('a', 'silent', 30, 40)] });
      const expected = [run('a', 'fresh', 0, 30), run('a', 'silent', 30, 40), run('b', 'fresh', 0, 10)];
      expect(store.reader.coverage(T, T + 100)).toEqual(expected);
      expect(await store.writer.coverage(T, T + 100)).toEqual(expected);
      expect(store.reader.coverage(T + 10, T + 30)).toEqual([expected[0]]);
      expect(store.reader.coverage(T + 40, T + 50)).toEqual([]);
    });

    it('HIS-28: positions, living messages and states are found again as the last batch left them', async () => {
      await write(T, {
        ledger: {
          alive: [
            { host: 'mx1', queueId: 'A', state: 'one' },
            { host: 'mx1', queueId: 'B', state: 'two' },
          ],
          gone: [],
        },
        checkpoints: [{ sourceId: 'log', takenAtMs: T, position: { inode: 7, offset: 2 ** 40 } }],
        state: { late: [1, null, 'x'] },
      });
      await write(T + 1, {
        ledger: {
          alive: [{ host: 'mx1', queueId: 'B', state: 'three' }],
          gone: [{ host: 'mx1', queueId: 'A' }],
        },
        checkpoints: [{ sourceId: 'log', takenAtMs: T + 1, position: 'end' }],
      });
      const expected = {
        checkpoints: [{ sourceId: 'log', takenAtMs: T + 1, position: 'end' }],
        ledger: [{ host: 'mx1', queueId: 'B', state: 'three' }],
        state: { late: [1, null, 'x'] },
        committedAtMs: T + 1,
      };
      expect(await store.writer.resume()).toEqual(expected);
      if (!kind.isLasting) return;
      await store.close();
      store = await place.open();
      expect(await store.writer.resume()).toEqual(expected);
    });

    it('an empty store has nothing to go on with', async () => {
      expect(await store.writer.resume()).toEqual({
        checkpoints: [],
        ledger: [],
        state: {},
        committedAtMs: null,
      });
      expect(await store.writer.care(T)).toBe(false);
      expect(TIERS.map((tier) => store.reader.extent(tier))).toEqual([null, null, null]);
    });

    it('HIS-29: a batch that cannot be written leaves nothing behind, and can be written again', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1))] });
      const good = deltaOf('a', T, delivered(10));
      const batch = batchOf(T + 1, {
        windows: [good, { ...good, bytes: new Uint8Array([1, 2]) }],
        state: { never: true },
      });
      await expect(store.writer.write(batch)).rejects.toThrow('damaged');
      expect(counts(10, 'a')).toEqual([[0, 1, null]]);
      await store.writer.write({ ...batch, windows: [good] });
      expect(counts(10, 'a')).toEqual([[0, 11, null]]);
      expect((await store.writer.resume()).state).toEqual({ never: true });
    });

    it.skipIf(!kind.isLasting)(
      'HIS-25: a budget that is spent takes the oldest of the finest tier first, and is then kept',
      async () => {
        const slots = Array.from({ length: 1_200 }, (_, i) => T + i * 10 * SECOND);
        const windows = slots.flatMap((slotMs, i) =>
          ['a', 'b', 'c'].map((scope) => deltaOf(scope, slotMs, randomWindow((i % 40) + 1))),
        );
        await write(T, { windows });
        const nowMs = slots.at(-1)! + HOUR;
        await careAll(store.writer, nowMs);
        const before = { hours: range(3_600, 'a').length, minutes: range(60, 'a').length };
        const { totalBytes } = await store.writer.report();
        await store.close();
        store = await place.open({ ...DEFAULT_RETENTION, totalBytes: Math.round(totalBytes * 0.8) });
        await careAll(store.writer, nowMs);
        expect((await store.writer.report()).totalBytes).toBeLessThanOrEqual(totalBytes * 0.8);
        expect(range(10, 'a').length).toBeLessThan(1_200);
        expect(range(10, 'a').at(-1)!.slotMs).toBe(slots.at(-1));
        expect({ hours: range(3_600, 'a').length, minutes: range(60, 'a').length }).toEqual(before);
      },
    );

    it('reports what its parts hold', async () => {
      await write(T, { windows: [deltaOf('a', T, delivered(1)), deltaOf('b', T, delivered(1))] });
      await careAll(store.writer, T + 2 * HOUR);
      const { parts, totalBytes } = await store.writer.report();
      const rows = Object.fromEntries(parts.map((part) => [part.name, [part.rows, part.oldestMs]]));
      expect(rows).toMatchObject({ '10s': [2, T], '1m': [2, T], '1h': [2, T] });
      expect(totalBytes).toBeGreaterThan(0);
      expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThanOrEqual(totalBytes * 0.99);
    });

    it.each([1, 2, 3])(
      'HIS-24: after any batches, steps of care and restarts every tier is the sum of what was committed (seed %i)',
      async (seed) => {
        const retention: Retention = {
          ...DEFAULT_RETENTION,
          keepDays: { 10: 0.25, 60: 2, 3_600: 20 },
        };
        await store.close();
        store = await place.open(retention);
        await runAtRandom(seed, {
          current: () => store,
          reopen: async () => {
            await store.close();
            store = await place.open(retention);
          },
          isLasting: kind.isLasting,
        });
      },
    );
  });
}

interface Run {
  current(): Store;
  reopen(): Promise<void>;
  readonly isLasting: boolean;
}

/** Days of mail in a hundred steps: old and new slots, failed batches, care in pieces, restarts. */
async function runAtRandom(seed: number, { current, reopen, isLasting }: Run): Promise<void> {
  const random = createRandom(seed);
  const committed: { scope: string; direction: 0 | 1; slotMs: number; window: Window }[] = [];
  let nowMs = T;
  for (let step = 0; step < 120; step++) {
    nowMs += pick(random, [SECOND, SECOND, 10 * SECOND, MINUTE, HOUR, 9 * HOUR]);
    const dice = random();
    if (dice < 0.6) {
      const deltas = Array.from({ length: 1 + Math.floor(random() * 20) }, () => ({
        scope: pick(random, ['a', 'b', '_platform']),
        direction: pick(random, [0, 1] as const),
        slotMs:
          Math.floor((nowMs - pick(random, [0, 0, 0, MINUTE, HOUR, 8 * HOUR, 3 * DAY]) * random()) / 10_000) *
          10_000,
        window: randomWindow(Math.floor(random() * 1e9)),
      }));
      const windows = deltas.map((delta) =>
        deltaOf(delta.scope, delta.slotMs, delta.window, delta.direction),
      );
      if (random() < 0.15) {
        const bad = [...windows, { ...windows[0]!, bytes: new Uint8Array([1]) }];
        await expect(current().writer.write(batchOf(nowMs, { windows: bad }))).rejects.toThrow();
      }
      await current().writer.write(batchOf(nowMs, { windows }));
      committed.push(...deltas);
    } else if (dice < 0.9) {
      for (let n = Math.floor(random() * 6); n >= 0; n--) await current().writer.care(nowMs);
    } else if (isLasting) await reopen();
  }
  await careAll(current().writer, nowMs + 2 * HOUR);
  for (const tier of TIERS) expectSums(current().reader, tier, committed, seed);
}

function expectSums(
  reader: WindowReader,
  tier: Tier,
  committed: readonly { scope: string; direction: 0 | 1; slotMs: number; window: Window }[],
  seed: number,
): void {
  const lengthMs = tier * SECOND;
  const { oldestMs, newestMs } = reader.extent(tier)!;
  const sums = new Map<string, Window>();
  for (const { scope, direction, slotMs, window } of committed) {
    const startMs = Math.floor(slotMs / lengthMs) * lengthMs;
    if (startMs < oldestMs || startMs > newestMs) continue;
    const key = `${scope} ${direction} ${startMs - T}`;
    sums.set(key, merge(sums.get(key) ?? new Window(), window));
  }
  const stored = new Map<string, Window>();
  for (const { scope, slotMs, parts } of reader.instant(tier, oldestMs, newestMs + lengthMs, EVERYTHING))
    for (const direction of [0, 1] as const) {
      const part = parts[direction];
      if (part) stored.set(`${scope} ${direction} ${slotMs - T}`, part);
    }
  expect(new Set(stored.keys()), `seed ${seed}, tier ${tier}`).toEqual(new Set(sums.keys()));
  expect(stored.size).toBeGreaterThan(3);
  for (const [key, window] of sums)
    expect(said(stored.get(key)!), `seed ${seed}, ${tier} s, ${key}`).toEqual(said(window));
}
