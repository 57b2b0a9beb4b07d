import type { AlarmsSnapshot } from '../../../shared/alarms.ts';
import type { Calm } from './reload-plan.ts';

/** What calm is judged by. */
export interface CalmFacts {
  /** Null: alarms are not watched. */
  readonly alarms: Pick<AlarmsSnapshot, 'groups' | 'flood' | 'notKept'> | null;
  /** What is wrong with the server itself; empty: nothing. */
  readonly faults: readonly string[];
}

/** Why nobody should look away now, in words; empty: they may. An alarm that has returned but was seen by nobody still waits. */
export function unrestOf({ alarms, faults }: CalmFacts): string {
  const [fault] = faults;
  if (fault !== undefined) return fault;
  if (!alarms) return 'alarms are not watched';
  if (alarms.flood) return 'there is a flood of alarms';
  if (alarms.notKept !== null) return alarms.notKept;
  const urgent = alarms.groups.find(
    ({ priority, state, isHidden }) =>
      !isHidden &&
      (priority === 'critical' || priority === 'high') &&
      (state === 'unacknowledged' || state === 'returned'),
  );
  return urgent ? `not acknowledged: ${urgent.text}` : '';
}

/** Calm as of now, out of what it was before. */
export function calmOf(before: Calm, unrest: string, nowMs: number): Calm {
  if (unrest !== '') return { sinceMs: null, reason: unrest };
  return before.sinceMs === null || before.sinceMs > nowMs ? { sinceMs: nowMs, reason: '' } : before;
}
