import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordQuery, TransitionRecord } from '../../../../shared/alarms.ts';
import type { AlarmBatch, AlarmStore } from '../../../../server/history/alarm-store.ts';
import { EMPTY_BATCH } from '../../../../server/history/alarms/merge-batches.ts';

export const T = Date.UTC(2026, 10, 22, 3);

export function recordOf(n: number, change: Partial<TransitionRecord> = {}): TransitionRecord {
  return {
    seq: 0,
    atMs: T + n,
    kind: 'raised',
    alarmId: `a${n}`,
    rule: 'lag',
    ruleVersion: 3,
    scope: { kind: 'tenant', id: 'aurora' },
    from: 'pending',
    to: 'unacknowledged',
    priority: 'high',
    groupId: 'g1',
    by: 'mailvigil',
    reason: `lag ${n} min, limit 5 min`,
    value: 372_000.5,
    ...change,
  };
}

export function batchOf(change: Partial<AlarmBatch>): AlarmBatch {
  return { ...EMPTY_BATCH, ...change };
}

export interface StoreKind {
  readonly name: string;
  /** Opens what was there before, or a new one. */
  open(): Promise<{ readonly store: AlarmStore; close(): Promise<void> }>;
  clear(): void;
  /** Whether it outlives its closing. */
  readonly isLasting: boolean;
}

/** What every alarm store does. */
export function describeAlarmStore(kind: StoreKind): void {
  describe(`the alarm store ${kind.name}`, () => {
    let opened: Awaited<ReturnType<StoreKind['open']>>;
    let store: AlarmStore;
    beforeEach(async () => {
      opened = await kind.open();
      ({ store } = opened);
    });
    afterEach(async () => {
      await opened.close();
      kind.clear();
    });
    const seqs = async (query: Partial<RecordQuery>): Promise<number[]> =>
      (await store.record({ limit: 100, ...query })).records.map(({ seq }) => seq);

    it('ALM-20: an empty one has nothing to go on with', async () => {
      expect(await store.load(0)).toEqual({ points: {}, kept: {}, outbox: [], recent: [] });
      expect(await store.record({ limit: 10 })).toEqual({ records: [], nextBeforeSeq: null });
    });

    it('ALM-20: states, texts, waiting messages and the record are found again as the last batch left them', async () => {
      const row = (id: string, text: string) => ({ id, channel: 'mail', createdAtMs: T, text });
      await store.write(
        batchOf({
          records: [
            recordOf(1),
            recordOf(2, { value: null, by: 'anna “x”', scope: { kind: 'platform', id: '' } }),
          ],
          points: { 'lag tenant a': 'one', 'lag tenant b': 'two' },
          kept: { silences: '[]' },
          outbox: { put: [row('m1', 'first'), row('m2', 'second'), row('m3', 'third')], done: [] },
        }),
      );
      await store.write(
        batchOf({
          points: { 'lag tenant a': null, 'lag tenant b': 'three' },
          kept: { silences: '[1]', flood: '{}' },
          outbox: { put: [row('m1', 'first, again')], done: ['m2', 'never there'] },
        }),
      );
      if (kind.isLasting) {
        await opened.close();
        opened = await kind.open();
        ({ store } = opened);
      }
      const { recent, ...rest } = await store.load(T);
      expect(rest).toEqual({
        points: { 'lag tenant b': 'three' },
        kept: { silences: '[1]', flood: '{}' },
        outbox: [row('m1', 'first, again'), row('m3', 'third')],
      });
      expect(recent).toEqual([
        { ...recordOf(1), seq: 1 },
        { ...recordOf(2), value: null, by: 'anna “x”', scope: { kind: 'platform', id: '' }, seq: 2 },
      ]);
      expect((await store.load(T + 2)).recent.map(({ seq }) => seq)).toEqual([2]);
    });

    it('ALM-20: the record is asked by rule, scope, alarm, kind and time, newest first, page by page', async () => {
      await store.write(
        batchOf({
          records: [
            recordOf(1),
            recordOf(2, { rule: 'access' }),
            recordOf(3, { scope: { kind: 'cluster', id: 'aurora' } }),
            recordOf(4, { kind: 'closed', alarmId: 'a1' }),
            recordOf(5, { kind: 'acknowledged', alarmId: 'a1' }),
          ],
        }),
      );
      expect(await seqs({})).toEqual([5, 4, 3, 2, 1]);
      expect(await seqs({ rule: 'access' })).toEqual([2]);
      expect(await seqs({ scope: { kind: 'cluster', id: 'aurora' } })).toEqual([3]);
      expect(await seqs({ alarmId: 'a1' })).toEqual([5, 4, 1]);
      expect(await seqs({ kinds: ['closed', 'acknowledged'] })).toEqual([5, 4]);
      expect(await seqs({ kinds: [] })).toEqual([]);
      expect(await seqs({ fromMs: T + 2, toMs: T + 4 })).toEqual([3, 2]);
      const first = await store.record({ limit: 2, rule: 'lag' });
      expect(first.records.map(({ seq }) => seq)).toEqual([5, 4]);
      const second = await store.record({ limit: 2, rule: 'lag', beforeSeq: first.nextBeforeSeq! });
      expect([second.records.map(({ seq }) => seq), second.nextBeforeSeq]).toEqual([[3, 1], null]);
    });

    it('ALM-21: the batch that was written last is not written again when it comes with the same id', async () => {
      const batch = { ...batchOf({ records: [recordOf(1)], points: { p: 'one' } }), id: 'run 1' };
      await store.write(batch);
      if (kind.isLasting) {
        await opened.close();
        opened = await kind.open();
        ({ store } = opened);
      }
      await store.write(batch);
      expect(await seqs({})).toEqual([1]);
      await store.write({ ...batch, id: 'run 2' });
      await store.write({ ...batchOf({ records: [recordOf(3)] }), id: 'other 2' });
      expect(await seqs({})).toEqual([3, 2, 1]);
    });

    it('ALM-20: names that are no SQL are only names', async () => {
      const rule = `x'); DROP TABLE alarm_record; --`;
      await store.write(batchOf({ records: [recordOf(1, { rule })], points: { [rule]: rule } }));
      expect(await seqs({ rule })).toEqual([1]);
      expect((await store.load(0)).points).toEqual({ [rule]: rule });
    });
  });
}
