import type { TransitionKind, TransitionRecord } from '../../../shared/alarms.ts';
import type { Deed } from './draft.ts';

const OF_NO_ALARM = {
  seq: 0,
  alarmId: '',
  rule: '',
  scope: { kind: 'platform', id: '' },
  from: 'normal',
  to: 'normal',
  priority: 'low',
  groupId: '',
  value: null,
} as const;

/** A line of the record that is not about one alarm, but for what `about` says. */
export function recordOf(
  kind: TransitionKind,
  { by, reason }: Deed,
  about: Partial<TransitionRecord> & Pick<TransitionRecord, 'atMs' | 'ruleVersion'>,
): TransitionRecord {
  return { ...OF_NO_ALARM, kind, by, reason, ...about };
}
