import type { AlarmView } from '../../../shared/alarms.ts';
import { type Alarm, hiddenOf } from './alarm.ts';

/** An alarm as the world sees it. */
export function alarmView(alarm: Alarm, silence: string | null, raises24h: number): AlarmView {
  const { about, timers } = alarm;
  return {
    id: alarm.id,
    rule: alarm.rule,
    ruleVersion: alarm.ruleVersion,
    title: about.title,
    priority: alarm.priority,
    scope: alarm.scope,
    scopeName: about.scopeName,
    cluster: about.cluster,
    mailboxes: about.mailboxes,
    state: alarm.state,
    hidden: hiddenOf(alarm),
    silence,
    isActive: alarm.isActive,
    sinceMs: alarm.sinceMs,
    raisedAtMs: alarm.raisedAtMs,
    returnedAtMs: alarm.returnedAtMs,
    noDataSinceMs: timers.noDataSinceMs,
    reason: alarm.reason,
    reading: alarm.reading,
    worst: alarm.worst,
    acknowledged: alarm.acknowledged,
    groupId: alarm.groupId,
    raises24h,
    chatter: alarm.chatter,
    action: about.action,
    runbook: about.runbook,
  };
}
