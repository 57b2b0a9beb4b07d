/** Alarms in words. All pure. */
import type {
  AlarmReading,
  AlarmState,
  AlarmView,
  Hidden,
  HiddenKind,
  MaintenanceTime,
  Matcher,
  Priority,
  Unit,
} from '../../shared/alarms.ts';
import { countOf, durationOf, NOTHING, percentOf, quantityText } from '../format/number.ts';
import { dayText, minuteText } from '../format/time.ts';
import type { AlarmRow } from './alarms-rows.ts';
import { sizeOf } from './storage-model.ts';

export const STATE_WORDS: Readonly<Record<AlarmState, string>> = {
  normal: 'NORMAL',
  pending: 'PENDING',
  unacknowledged: 'UNACKNOWLEDGED',
  acknowledged: 'ACKNOWLEDGED',
  returned: 'RETURNED',
};
/** What each state asks of the reader. */
export const STATE_NOTES: Readonly<Record<AlarmState, string>> = {
  normal: 'nothing is wrong',
  pending: 'the condition holds, but not yet for long enough',
  unacknowledged: 'nobody has it yet',
  acknowledged: 'somebody has it; it still holds',
  returned: 'back to normal, but nobody has seen it',
};
export const PRIORITY_WORDS: Readonly<Record<Priority, string>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
};
export const HIDDEN_WORDS: Readonly<Record<HiddenKind, string>> = {
  shelved: 'SHELVED',
  suppressed: 'SUPPRESSED',
  'out-of-service': 'OUT OF SERVICE',
};

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  ms: (value) => quantityText(durationOf(value)),
  percent: (value) => quantityText(percentOf(value)),
  count: (value) => quantityText(countOf(value)),
  'per-minute': (value) => `${quantityText(countOf(value))} /min`,
  times: (value) => `${quantityText(countOf(value))} ×`,
  bytes: (value) => quantityText(sizeOf(value)),
  state: (value) => quantityText(countOf(value)),
};

/** A number in its unit; none is a dash. */
export const inUnit = (unit: Unit, value: number | null) => (value === null ? NOTHING : FORMATS[unit](value));

/** `≥ 6.2 min`: a floor says that it is one. */
export function valueText({ value, unit, isFloor }: AlarmReading): string {
  return value === null ? 'NO DATA' : `${isFloor ? '≥ ' : ''}${FORMATS[unit](value)}`;
}

/** `limit above 5.0 min`. */
export function limitText({ limit, unit, side }: AlarmReading): string {
  return limit === null ? '' : `limit ${side} ${FORMATS[unit](limit)}`;
}

/** Above this a time of day alone could be read as today's. */
const SAME_DAY_MS = 20 * 3_600_000;

/** `07:00`, with its day when it could be another one's. */
export function momentText(atMs: number, nowMs: number): string {
  const isNear = Math.abs(atMs - nowMs) < SAME_DAY_MS;
  return isNear ? minuteText(atMs) : `${dayText(atMs)} ${minuteText(atMs)}`;
}

/** `until 07:00 (3.1 h left)`; what has no end says so. */
export function untilText(untilMs: number | null, nowMs: number): string {
  if (untilMs === null) return 'until somebody ends it';
  const leftMs = untilMs - nowMs;
  if (leftMs <= 0) return `ended ${momentText(untilMs, nowMs)}`;
  return `until ${momentText(untilMs, nowMs)} (${quantityText(durationOf(leftMs))} left)`;
}

/** `SHELVED by Ada until 07:00 (3.1 h left): known, provider works on it`. */
export function hiddenText({ kind, by, reason, untilMs }: Hidden, nowMs: number): string {
  return `${HIDDEN_WORDS[kind]} by ${by} ${untilText(untilMs, nowMs)}: ${reason}`;
}

const counted = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;

/** Where a row happens: the tenant, or how many and on which clusters. */
export function placeText(row: AlarmRow): string {
  if (row.kind === 'alarm') return row.lead.scopeName;
  const { kind } = row.lead.scope;
  const isOneKind = row.alarms.every(({ scope }) => scope.kind === kind);
  if (!isOneKind || kind === 'external' || kind === 'platform') return counted(row.alarms.length, 'alarm');
  // Of one cause a tenant may have two alarms: places are counted once.
  const places = new Set(row.alarms.map(({ scope }) => scope.id)).size;
  const more = places < row.alarms.length ? `, ${row.alarms.length} alarms` : '';
  return `${counted(places, kind)}${more}`;
}

/** `cluster A`, `clusters A, B`; empty where there is none. */
export function clustersText(clusters: readonly string[]): string {
  if (clusters.length === 0) return '';
  return `cluster${clusters.length > 1 ? 's' : ''} ${clusters.join(', ')}`;
}

/** Whether a value is worse than another, for what it is held against. */
const isWorse = (reading: AlarmReading, a: number, b: number) => (reading.side === 'above' ? a > b : a < b);

/** The one of several whose number is the worst now; those without a number come last. */
export function worstOf(alarms: readonly AlarmView[]): AlarmView | null {
  return alarms.reduce<AlarmView | null>((worst, alarm) => {
    if (!worst) return alarm;
    const [a, b] = [alarm.reading.value, worst.reading.value];
    if (a === null) return worst;
    return b === null || isWorse(alarm.reading, a, b) ? alarm : worst;
  }, null);
}

const MATCHED = [
  ['rules', 'rule'],
  ['tenants', 'tenant'],
  ['clusters', 'cluster'],
  ['sources', 'source'],
  ['destinations', 'destination'],
  ['screens', 'screen'],
] as const;

/** What a matcher takes in, in words. */
export function matcherText(matcher: Matcher): string {
  const parts = MATCHED.flatMap(([list, word]) => {
    const ids = matcher[list];
    return ids?.length ? `${word} ${ids.join(', ')}` : [];
  });
  if (matcher.upTo) parts.push(`up to ${PRIORITY_WORDS[matcher.upTo]}`);
  return parts.length === 0 ? 'EVERYTHING' : parts.join(' · ');
}

const WEEKDAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** When a maintenance window is. */
export function windowText(when: MaintenanceTime, nowMs: number): string {
  if (when.kind === 'once')
    return `once, ${momentText(when.fromMs, nowMs)} to ${momentText(when.untilMs, nowMs)}`;
  const days = when.weekdays.map((day) => WEEKDAYS[day] ?? '?').join(', ');
  const length = quantityText(durationOf(when.minutes * 60_000));
  return `every ${days} ${when.from} for ${length} (${when.zone}), last before ${dayText(when.untilMs)}`;
}

/** Who has it. Of several, how many are somebody's: one that is must not look like all of them. */
export function ownersText(alarms: readonly AlarmView[]): string {
  const owned = alarms.filter(({ acknowledged }) => acknowledged !== null);
  const names = [...new Set(owned.map(({ acknowledged }) => acknowledged?.by))].join(', ');
  if (owned.length === 0) return 'nobody has it';
  if (owned.length === alarms.length) return `${names} has it`;
  return `${names} has ${owned.length}, nobody ${alarms.length - owned.length}`;
}

/** Mailboxes of all places, each counted once; a floor where some are not known; empty where none are. */
export function mailboxesText(alarms: readonly AlarmView[]): string {
  const places = new Map(alarms.map(({ scope, mailboxes }) => [`${scope.kind} ${scope.id}`, mailboxes]));
  const known = [...places.values()].flatMap((n) => n ?? []);
  if (known.length === 0) return '';
  const sum = known.reduce((a, b) => a + b, 0);
  // Of the tenants in trouble, all: how many of them feel it is foresight's to say.
  const more = known.length < places.size ? ', and of some not known' : '';
  return `up to ${quantityText(countOf(sum))} mailboxes${more}`;
}

/** What is said aloud when alarms come. */
export function loudText(alarms: readonly AlarmView[]): string {
  const [first] = alarms;
  if (!first) return '';
  const more = alarms.length > 1 ? ` and ${alarms.length - 1} more` : '';
  return `New alarm, ${first.priority}: ${first.title}, ${first.scopeName}${more}`;
}
