/** The form of a maintenance window: what it asks for and why it cannot be sent yet. All pure. */
import type { Maintenance, Matcher } from '../../shared/alarms.ts';
import { fieldMs } from '../format/axis.ts';
import { deedFaults, MAX_MAINTENANCE_MS, MAX_RECURRING_MS } from './alarm-limits.ts';

/** What is sent. */
export type MaintenanceDraft = Omit<Maintenance, 'id'>;

/** The fields as they stand, times as `datetime-local`, `time` and `date` fields have them. */
export interface MaintenanceFields {
  readonly by: string;
  readonly reason: string;
  readonly rules: readonly string[];
  readonly tenants: readonly string[];
  readonly clusters: readonly string[];
  /** Nothing chosen is everything: that is said on purpose, not by forgetting. */
  readonly isEverything: boolean;
  readonly kind: 'once' | 'weekly';
  readonly zone: string;
  readonly from: string;
  readonly until: string;
  readonly weekdays: readonly number[];
  readonly time: string;
  readonly minutes: number;
  /** Last day of a weekly one. */
  readonly lastDay: string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

function matcherOf({ rules, tenants, clusters, isEverything }: MaintenanceFields): Matcher {
  if (isEverything) return {};
  return {
    ...(rules.length > 0 && { rules }),
    ...(tenants.length > 0 && { tenants }),
    ...(clusters.length > 0 && { clusters }),
  };
}

function onceFaults({ from, until, zone }: MaintenanceFields, nowMs: number): readonly string[] {
  const [fromMs, untilMs] = [fieldMs(from, zone), fieldMs(until, zone)];
  if (fromMs === null) return ['Say when it begins.'];
  if (untilMs === null) return ['Say when it ends: nobody must have to remember.'];
  if (untilMs <= nowMs) return ['Its end lies in the past.'];
  if (untilMs <= fromMs) return ['It ends before it begins.'];
  if (untilMs - fromMs > MAX_MAINTENANCE_MS)
    return [`It is too long: at most ${MAX_MAINTENANCE_MS / HOUR_MS} h.`];
  return [];
}

function weeklyFaults(fields: MaintenanceFields, nowMs: number): readonly string[] {
  const { weekdays, time, minutes, lastDay, zone } = fields;
  const lastMs = fieldMs(`${lastDay}T23:59`, zone);
  const faults = [
    weekdays.length === 0 ? 'Choose a weekday.' : '',
    /^\d\d:\d\d$/.test(time) ? '' : 'Say at what time it begins.',
    Number.isFinite(minutes) && minutes >= 1 ? '' : 'Say how long it lasts.',
    minutes * MINUTE_MS > MAX_MAINTENANCE_MS
      ? `It is too long: at most ${MAX_MAINTENANCE_MS / HOUR_MS} h.`
      : '',
    lastMs === null ? 'Say after which day it never comes again: nobody must have to remember.' : '',
    lastMs !== null && lastMs <= nowMs ? 'Its last day lies in the past.' : '',
    lastMs !== null && lastMs - nowMs > MAX_RECURRING_MS
      ? 'Its last day is too far away: at most a year.'
      : '',
  ];
  return faults.filter(Boolean);
}

/** Why it cannot be sent yet, one sentence each. */
export function maintenanceFaults(fields: MaintenanceFields, nowMs: number): readonly string[] {
  const { by, reason, isEverything, kind } = fields;
  const isBare = !isEverything && Object.keys(matcherOf(fields)).length === 0;
  return [
    ...(isBare ? ['Choose what it is about, or say that it is everything.'] : []),
    ...(kind === 'once' ? onceFaults(fields, nowMs) : weeklyFaults(fields, nowMs)),
    ...deedFaults({ by, reason, nowMs }),
  ];
}

/** What is sent; only without faults. */
export function maintenanceDraft(fields: MaintenanceFields): MaintenanceDraft {
  const { by, reason, kind, zone, from, until, weekdays, time, minutes, lastDay } = fields;
  const base = { matcher: matcherOf(fields), by: by.trim(), reason: reason.trim() };
  if (kind === 'once')
    return { ...base, when: { kind, fromMs: fieldMs(from, zone) ?? 0, untilMs: fieldMs(until, zone) ?? 0 } };
  const untilMs = fieldMs(`${lastDay}T23:59`, zone) ?? 0;
  return { ...base, when: { kind, zone, weekdays: weekdays.toSorted(), from: time, minutes, untilMs } };
}
