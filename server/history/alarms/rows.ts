import type { RecordQuery, TransitionRecord } from '../../../shared/alarms.ts';
import type { SqlValue } from '../../base/store/sql/driver.ts';

type Columns = Readonly<Record<string, unknown>>;

/** Columns of a line of the record, but for its number. */
export const COLUMNS = [
  'at_ms',
  'kind',
  'alarm_id',
  'rule',
  'rule_version',
  'scope_kind',
  'scope_id',
  'from_state',
  'to_state',
  'priority',
  'group_id',
  'by',
  'reason',
  'value',
] as const;

export function valuesOf(record: TransitionRecord): SqlValue[] {
  const { kind, alarmId, rule, scope, from, to, priority, groupId, by, reason, value } = record;
  const names = [kind, alarmId, rule, record.ruleVersion, scope.kind, scope.id, from, to, priority, groupId];
  return [record.atMs, ...names, by, reason, value];
}

/** A line as it was written; what is stored came from here and is not looked at again. */
export function recordFrom(row: Columns): TransitionRecord {
  const text = (name: string): never => String(row[name]) as never;
  const { value } = row;
  return {
    seq: Number(row['seq']),
    atMs: Number(row['at_ms']),
    kind: text('kind'),
    alarmId: text('alarm_id'),
    rule: text('rule'),
    ruleVersion: Number(row['rule_version']),
    scope: { kind: text('scope_kind'), id: text('scope_id') },
    from: text('from_state'),
    to: text('to_state'),
    priority: text('priority'),
    groupId: text('group_id'),
    by: text('by'),
    reason: text('reason'),
    value: value === null ? null : Number(value),
  };
}

/** The largest page of the record. */
export const MAX_PAGE = 10_000;

export interface Where {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export function whereOf(query: RecordQuery): Where {
  const parts: [sql: string, ...params: SqlValue[]][] = [];
  const { rule, scope, alarmId, kinds, fromMs, toMs, beforeSeq } = query;
  if (rule !== undefined) parts.push(['rule = ?', rule]);
  if (scope) parts.push(['scope_kind = ? AND scope_id = ?', scope.kind, scope.id]);
  if (alarmId !== undefined) parts.push(['alarm_id = ?', alarmId]);
  if (kinds) parts.push([`kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds]);
  if (fromMs !== undefined) parts.push(['at_ms >= ?', fromMs]);
  if (toMs !== undefined) parts.push(['at_ms < ?', toMs]);
  if (beforeSeq !== undefined) parts.push(['seq < ?', beforeSeq]);
  const sql = parts.map(([condition]) => `(${condition})`).join(' AND ');
  return { sql: sql === '' ? '' : `WHERE ${sql}`, params: parts.flatMap(([, ...params]) => params) };
}
