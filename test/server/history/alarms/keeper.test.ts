import { describe, expect, it } from 'vitest';
import type { AlarmBatch, AlarmStore } from '../../../../server/history/alarm-store.ts';
import { AlarmKeeper } from '../../../../server/history/alarms/keeper.ts';
import { createMemoryAlarms } from '../../../../server/history/alarms/memory-alarms.ts';
import { mergeBatches } from '../../../../server/history/alarms/merge-batches.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { batchOf, recordOf } from './alarm-store-contract.ts';

/** A disk that can be full, or not answer at all. */
function fixture() {
  const store = createMemoryAlarms();
  const timers = new Set<{ readonly ms: number; readonly work: () => void }>();
  const disk = {
    fault: '',
    lostAnswer: '',
    hang: undefined as Promise<void> | undefined,
    writes: [] as AlarmBatch[],
  };
  const flaky: AlarmStore = {
    ...store,
    load: (fromMs) => store.load(fromMs),
    record: (query) => store.record(query),
    async write(batch) {
      await disk.hang;
      if (disk.fault !== '') throw new Error(disk.fault);
      disk.writes.push(batch);
      await store.write(batch);
      if (disk.lostAnswer !== '') throw new Error(disk.lostAnswer);
    },
  };
  const events: string[] = [];
  const log = { error: (event: string) => events.push(event), info: (event: string) => events.push(event) };
  const after = (ms: number, work: () => void) => {
    const timer = { ms, work };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  const fire = (ms: number) => {
    for (const timer of [...timers]) {
      if (timer.ms !== ms) continue;
      timers.delete(timer);
      timer.work();
    }
  };
  const keeper = new AlarmKeeper({ store: flaky, log: log as never, after });
  const record = async () =>
    (await store.record({ limit: 1_000 })).records.map(({ alarmId }) => alarmId).reverse();
  return { keeper, disk, events, fire, record, store };
}

const numbered = (n: number) => batchOf({ records: [recordOf(n)], points: { p: String(n) } });

describe('the keeper of alarms', () => {
  it('ALM-23: one write at a time, in order; what comes meanwhile goes with the next one', async () => {
    const { keeper, disk, record } = fixture();
    let open = () => {};
    disk.hang = new Promise((resolve) => (open = resolve));
    const puts = [1, 2, 3].map((n) => keeper.put(numbered(n)));
    open();
    expect(await Promise.all(puts)).toEqual([undefined, undefined, undefined]);
    expect(disk.writes.map(({ records }) => records.length)).toEqual([1, 2]);
    expect(await record()).toEqual(['a1', 'a2', 'a3']);
    expect(keeper.notKept).toBeNull();
  });

  it('ALM-23: a disk that takes nothing is told of, holds nobody up, and gets all of it in order once it can', async () => {
    const { keeper, disk, record, events, fire } = fixture();
    disk.fault = 'the disk is full';
    expect(await keeper.put(numbered(1))).toBe('the disk is full');
    expect(await keeper.put(numbered(2))).toBe('the disk is full');
    expect(keeper.notKept).toBe('the disk is full');
    disk.fault = '';
    fire(2_000);
    expect(await keeper.put(numbered(3))).toBeUndefined();
    expect(await record()).toEqual(['a1', 'a2', 'a3']);
    expect(keeper.notKept).toBeNull();
    expect(events).toEqual(['alarms_not_kept', 'alarms_kept_again']);
  });

  it('ALM-21: what was written though its answer was lost is not written again, and what came since is', async () => {
    const { keeper, disk, record, store, fire } = fixture();
    disk.lostAnswer = 'the thread of the store ended';
    expect(await keeper.put(numbered(1))).toBe('the thread of the store ended');
    expect(await keeper.put(numbered(2))).toBe('the thread of the store ended');
    disk.lostAnswer = '';
    fire(2_000);
    expect(await keeper.put(numbered(3))).toBeUndefined();
    expect(await record()).toEqual(['a1', 'a2', 'a3']);
    const next = new AlarmKeeper({ store, log: { error() {}, info() {} } as never });
    await next.put(numbered(4));
    expect(await record()).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('ALM-23: a disk that does not answer holds nobody up for longer than three seconds', async () => {
    const { keeper, disk, record, fire } = fixture();
    let open = () => {};
    disk.hang = new Promise((resolve) => (open = resolve));
    const put = keeper.put(numbered(1));
    fire(3_000);
    expect(await put).toContain('the disk has not answered for 3 s');
    expect(keeper.notKept).toContain('has not answered');
    open();
    await keeper.close();
    expect(await record()).toEqual(['a1']);
    expect(keeper.notKept).toBeNull();
  });

  it('ALM-23: what is not kept at the end is tried once more', async () => {
    const { keeper, disk, record } = fixture();
    disk.fault = 'the disk is full';
    await keeper.put(numbered(1));
    disk.fault = '';
    await keeper.close();
    expect(await record()).toEqual(['a1']);
  });

  it('ALM-23: what waits is bounded, and what is let go for it is counted', async () => {
    const { keeper, disk, record } = fixture();
    disk.fault = 'the disk is full';
    const records = Array.from({ length: 50_000 }, (_, n) => recordOf(n));
    await keeper.put(batchOf({ records }));
    await keeper.put(batchOf({ records: [recordOf(70_000), recordOf(70_001)] }));
    expect(keeper.notKept).toBe('the disk is full; 2 lines of the record were lost');
    disk.fault = '';
    await keeper.close();
    expect((await record()).slice(-2)).toEqual(['a70000', 'a70001']);
    expect(disk.writes[0]!.records[0]!.alarmId).toBe('a2');
  });

  it('ALM-23: batches merged leave what they would have left one after the other', async () => {
    const random = createRandom(7);
    for (let run = 0; run < 200; run++) {
      const batches = Array.from({ length: 4 }, (_, n) => {
        const id = () => pick(random, ['x', 'y', 'z']);
        const row = (name: string) => ({ id: name, channel: 'c', createdAtMs: n, text: `${n}` });
        return batchOf({
          records: [recordOf(n)],
          points: { [id()]: random() < 0.5 ? null : `${n}` },
          kept: { [id()]: `${n}` },
          outbox: { put: [row(id())], done: random() < 0.5 ? [id()] : [] },
        });
      });
      const apart = createMemoryAlarms();
      for (const batch of batches) await apart.write(batch);
      const merged = createMemoryAlarms();
      await merged.write(batches.reduce(mergeBatches));
      const sorted = async (store: AlarmStore) => {
        const { outbox, ...rest } = await store.load(0);
        return { ...rest, outbox: [...outbox].sort((a, b) => (a.id < b.id ? -1 : 1)) };
      };
      expect(await sorted(merged)).toEqual(await sorted(apart));
    }
  });
});
