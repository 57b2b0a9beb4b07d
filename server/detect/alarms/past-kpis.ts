import type { AlarmScope, ShiftKpis, TransitionRecord } from '../../../shared/alarms.ts';
import type { AlarmStore } from '../../history/alarm-store.ts';
import { kpisOf } from './kpis.ts';

const PAGE = 1_000;
/** Lines of the record that one answer is made from; of more the newest. */
const MAX_RECORDS = 50_000;

/** Figures of any range, out of the kept record. How many stand for long is known of now only. */
export async function pastKpis(
  store: Pick<AlarmStore, 'record'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  nameOf: (scope: AlarmScope) => string,
): Promise<ShiftKpis> {
  const newestFirst: TransitionRecord[] = [];
  let beforeSeq: number | undefined;
  do {
    const page = await store.record({
      fromMs,
      toMs,
      limit: PAGE,
      ...(beforeSeq !== undefined && { beforeSeq }),
    });
    newestFirst.push(...page.records);
    beforeSeq = page.nextBeforeSeq ?? undefined;
  } while (beforeSeq !== undefined && newestFirst.length < MAX_RECORDS);
  const before = await store.record({ toMs: fromMs, limit: 1 });
  const isWhole = beforeSeq === undefined && before.records.length > 0;
  const oldestMs = newestFirst.at(-1)?.atMs ?? toMs;
  return kpisOf({
    ...{ fromMs, toMs, standing: null, nameOf },
    records: newestFirst.reverse(),
    coveredFromMs: isWhole ? fromMs : oldestMs,
  });
}
