import type { AlarmState, Priority, TransitionRecord } from '../../../../shared/alarms.ts';
import { keyOf } from '../../../../server/detect/rules/types.ts';

/** What the record alone says of a point. */
export interface ReplayedPoint {
  readonly alarmId: string;
  readonly state: AlarmState;
  readonly priority: Priority;
  readonly groupId: string;
  readonly isShelved: boolean;
  readonly isSuppressed: boolean;
  readonly isOutOfService: boolean;
  readonly hasNoData: boolean;
}

/** The states of all points that are not normal (or are shelved) as the record, oldest first, leads to them. */
export function replay(records: readonly TransitionRecord[]): Map<string, ReplayedPoint> {
  const points = new Map<string, ReplayedPoint>();
  for (const record of records) {
    if (record.alarmId === '') continue;
    const key = keyOf(record.rule, record.scope);
    const after = next(points.get(key), record);
    if (after.state === 'normal' && !after.isShelved) points.delete(key);
    else points.set(key, after);
  }
  return points;
}

function next(before: ReplayedPoint | undefined, record: TransitionRecord): ReplayedPoint {
  const { kind, alarmId, to: state, priority, groupId } = record;
  const flag = (was: boolean | undefined, on: string, off: string): boolean =>
    kind === on || (kind !== off && (was ?? false));
  const isShelved = flag(before?.isShelved, 'shelved', 'unshelved');
  const isOver = state === 'normal';
  return {
    alarmId,
    state,
    priority,
    groupId: isOver ? '' : groupId,
    isShelved,
    isSuppressed: !isOver && flag(before?.isSuppressed, 'suppressed', 'unsuppressed'),
    isOutOfService: !isOver && flag(before?.isOutOfService, 'out-of-service', 'in-service'),
    hasNoData: !isOver && flag(before?.hasNoData, 'no-data', 'data-again'),
  };
}
