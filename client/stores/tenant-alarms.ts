/** The alarms that a tenant's page tells of: its own, and those of the cluster that it is on. All pure. */
import type { AlarmView, Priority } from '../../shared/alarms.ts';
import { URGENT_FIRST } from './alarms-model.ts';
import { hiddenText, STATE_WORDS } from './alarms-text.ts';

export interface TenantAlarm {
  readonly id: string;
  readonly priority: Priority;
  readonly title: string;
  /** Empty: of the tenant itself. */
  readonly of: string;
  readonly reason: string;
  /** `UNACKNOWLEDGED: nobody has it`, `ACKNOWLEDGED by Ada`. */
  readonly state: string;
  /** Somebody has it, or it is hidden: not so loud. */
  readonly isQuiet: boolean;
  readonly sinceMs: number;
}

function stateText(alarm: AlarmView, nowMs: number): string {
  const { state, acknowledged, hidden, noDataSinceMs } = alarm;
  if (hidden) return hiddenText(hidden, nowMs);
  const word = STATE_WORDS[state];
  const blind = noDataSinceMs === null ? '' : ', NO DATA now';
  if (state === 'acknowledged') return `${word}${acknowledged ? ` by ${acknowledged.by}` : ''}${blind}`;
  if (state === 'unacknowledged') return `${word}: nobody has it${blind}`;
  return `${state === 'returned' ? `${word}: over, not acknowledged` : word}${blind}`;
}

const ORDER = ['unacknowledged', 'returned', 'acknowledged', 'pending', 'normal'] as const;
const rankOf = ({ hidden, state, priority }: AlarmView) =>
  (hidden ? 1_000 : 0) + ORDER.indexOf(state) * 10 + URGENT_FIRST.indexOf(priority);

/** Its alarms as they are now, what waits for somebody first. */
export function alarmsOfTenant(
  alarms: readonly AlarmView[],
  tenant: { readonly id: string; readonly cluster: string | null },
  nowMs: number,
): readonly TenantAlarm[] {
  const { id, cluster } = tenant;
  return alarms
    .filter(
      ({ scope, state }) =>
        state !== 'normal' &&
        ((scope.kind === 'tenant' && scope.id === id) || (scope.kind === 'cluster' && scope.id === cluster)),
    )
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.sinceMs - b.sinceMs)
    .map((alarm) => ({
      id: alarm.id,
      priority: alarm.priority,
      title: alarm.title,
      of: alarm.scope.kind === 'cluster' ? `the whole cluster ${alarm.scopeName}` : '',
      reason: alarm.reason,
      state: stateText(alarm, nowMs),
      isQuiet: alarm.hidden !== null || alarm.state === 'acknowledged' || alarm.state === 'pending',
      sinceMs: alarm.sinceMs,
    }));
}
