import type { AlarmScope, TransitionRecord } from '../../shared/alarms.ts';
import type { ScopeRef, SeriesAnswer } from '../../shared/history.ts';
import { alarmMarks, MARK_LOOK_BACK_MS } from './alarm-marks.ts';
import type { AlarmsPort } from './alarms-port.ts';

/** Kinds of lines that begin, change or end a mark. */
const MARKING = ['raised', 'reraised', 'priority', 'returned', 'closed', 'resolved'] as const;
const PAGE = 1_000;
const MAX_RECORDS = 5_000;

/** The series with the alarms of its scope drawn in. What cannot be read is said beside it: a chart without marks is still a chart. */
export async function withAlarmMarks(
  answer: SeriesAnswer,
  scope: ScopeRef,
  { alarms, nowMs }: { readonly alarms: Pick<AlarmsPort, 'record' | 'rules'>; readonly nowMs: number },
): Promise<SeriesAnswer> {
  const steps = answer.coverage.length;
  const { fromMs } = answer;
  const toMs = fromMs + steps * answer.stepMs;
  try {
    const records = await recordsOf(alarms, alarmScope(scope), fromMs - MARK_LOOK_BACK_MS, toMs);
    const { marks, left } = alarmMarks({
      ...{ records, fromMs, toMs, nowMs },
      titleOf: (rule) => alarms.rules.title(rule),
    });
    const notes = left > 0 ? [`${left} alarms of lower priority are not marked`] : [];
    return noted({ ...answer, marks: [...answer.marks, ...marks] }, notes);
  } catch {
    return noted(answer, ['alarms are not marked: their record cannot be read']);
  }
}

function alarmScope(scope: ScopeRef): AlarmScope {
  return scope.kind === 'platform' ? { kind: 'platform', id: '' } : scope;
}

async function recordsOf(
  alarms: Pick<AlarmsPort, 'record'>,
  scope: AlarmScope,
  fromMs: number,
  toMs: number,
): Promise<readonly TransitionRecord[]> {
  const records: TransitionRecord[] = [];
  let beforeSeq: number | undefined;
  do {
    const asked = { scope, kinds: MARKING, fromMs, toMs, limit: PAGE };
    const page = await alarms.record({ ...asked, ...(beforeSeq !== undefined && { beforeSeq }) });
    records.push(...page.records);
    beforeSeq = page.nextBeforeSeq ?? undefined;
  } while (beforeSeq !== undefined && records.length < MAX_RECORDS);
  return records;
}

function noted(answer: SeriesAnswer, more: readonly string[]): SeriesAnswer {
  return more.length === 0 ? answer : { ...answer, notes: [...(answer.notes ?? []), ...more] };
}
