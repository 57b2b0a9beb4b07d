/** Figures of a shift against the limits of EEMUA 191 and ISA-18.2. Null: nothing is known. */
import {
  type AlarmScope,
  type Kpi,
  PRIORITIES,
  type Priority,
  type ShiftKpis,
  type TransitionRecord,
} from '../../../shared/alarms.ts';
import { keyOf } from '../rules/types.ts';
import { durationText } from './duration-text.ts';

const TEN_MINUTES_MS = 600_000;
export const STANDING_MS = 86_400_000;
/** Gone before anybody could have looked. */
const FLEETING_MS = 60_000;
const TOP = 10;
const LIMITS = { rate: 1, peak10min: 10, floodPercent: 1, chattering: 0, standing: 5, topTen: 5, urgent: 5 };
/** With fewer alarms a share says nothing: ten of a hundred are ten percent whatever they are. */
const SHARES_FROM = 20;
const TOP_TEN_FROM = 200;

export interface KpiInput {
  /** Oldest first; those before `fromMs` say how the range began. */
  readonly records: readonly TransitionRecord[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The record reaches back to here. */
  readonly coveredFromMs: number;
  /** Alarms up for more than STANDING_MS at the end; null: not known. */
  readonly standing: number | null;
  readonly nameOf: (scope: AlarmScope) => string;
}

interface Raise {
  readonly record: TransitionRecord;
  readonly key: string;
}

export function kpisOf(input: KpiInput): ShiftKpis {
  const { fromMs, toMs, coveredFromMs } = input;
  const startMs = Math.max(fromMs, coveredFromMs);
  const coveredMs = Math.max(0, toMs - startMs);
  const records = input.records.filter(({ atMs }) => atMs >= startMs && atMs < toMs);
  const raises = raisesOf(records);
  const isKnown = coveredMs > 0;
  const values = isKnown
    ? [
        ...rates(raises, coveredMs),
        floodPercent(input.records, startMs, toMs),
        chattering(records),
        fleeting(records),
      ]
    : UNKNOWN;
  return {
    fromMs,
    toMs,
    coveredFromMs: Math.min(toMs, startMs),
    raised: raises.length,
    kpis: [
      ...values,
      standing(isKnown ? input.standing : null),
      topTen(raises, isKnown),
      priorities(raises, isKnown),
    ],
    contributors: contributors(raises, input.nameOf).slice(0, TOP),
  };
}

type Values = Pick<Kpi, 'value' | 'detail'> & { readonly limit?: number | null };
const LABELS: Readonly<Record<Kpi['name'], readonly [label: string, unit: Kpi['unit']]>> = {
  rate: ['alarms per 10 min, mean', 'per-10-min'],
  peak10min: ['most in 10 min', 'alarms'],
  floodPercent: ['time in flood', 'percent'],
  chattering: ['chattering', 'alarms'],
  fleeting: ['gone within a minute', 'alarms'],
  standing: ['up for more than a day', 'alarms'],
  topTen: ['share of the ten most frequent', 'percent'],
  priorities: ['share of high and critical', 'percent'],
};

function kpi(name: Kpi['name'], { value, limit = null, detail }: Values): Kpi {
  const [label, unit] = LABELS[name];
  const isWithin = value === null || limit === null ? null : value <= limit;
  return { name, label, value, unit, limit, isWithin, detail };
}

const NOTHING_KNOWN = 'the record does not reach back so far';
const UNKNOWN = [
  kpi('rate', { value: null, limit: LIMITS.rate, detail: NOTHING_KNOWN }),
  kpi('peak10min', { value: null, limit: LIMITS.peak10min, detail: NOTHING_KNOWN }),
  kpi('floodPercent', { value: null, limit: LIMITS.floodPercent, detail: NOTHING_KNOWN }),
  kpi('chattering', { value: null, limit: LIMITS.chattering, detail: NOTHING_KNOWN }),
  kpi('fleeting', { value: null, detail: NOTHING_KNOWN }),
];

const HIDES: ReadonlySet<string> = new Set(['shelved', 'suppressed', 'out-of-service']);
const SHOWS: ReadonlySet<string> = new Set(['unshelved', 'unsuppressed', 'in-service']);

/** Raises that somebody was told of: what was hidden when it came loaded nobody. */
function raisesOf(records: readonly TransitionRecord[]): Raise[] {
  const hidden = new Map<string, Set<string>>();
  const raises = new Map<string, Raise & { readonly atMs: number }>();
  let n = 0;
  for (const record of records) {
    const { kind, alarmId, atMs } = record;
    const key = keyOf(record.rule, record.scope);
    const reasons = hidden.get(key) ?? new Set<string>();
    if (HIDES.has(kind)) {
      reasons.add(kind);
      // Found hidden at the moment it came.
      const last = raises.get(alarmId);
      if (last?.atMs === atMs) raises.delete(alarmId);
    } else if (SHOWS.has(kind)) reasons.clear();
    hidden.set(key, reasons);
    if ((kind !== 'raised' && kind !== 'reraised') || reasons.size > 0) continue;
    const before = raises.get(alarmId);
    if (before) raises.set(`${alarmId}\n${n++}`, before);
    raises.set(alarmId, { record, key, atMs });
  }
  return [...raises.values()].sort((a, b) => a.atMs - b.atMs);
}

/** By groups: what came together was one thing to look at. */
function rates(raises: readonly Raise[], coveredMs: number): Kpi[] {
  const first = new Map<string, number>();
  for (const { record } of raises) if (!first.has(record.groupId)) first.set(record.groupId, record.atMs);
  const times = [...first.values()].sort((a, b) => a - b);
  let from = 0;
  let peak = 0;
  times.forEach((atMs, i) => {
    while (atMs - (times[from] ?? atMs) >= TEN_MINUTES_MS) from++;
    peak = Math.max(peak, i - from + 1);
  });
  const rate = times.length / Math.max(1, coveredMs / TEN_MINUTES_MS);
  const detail = `${raises.length} alarms in ${times.length} groups, in ${durationText(coveredMs)}`;
  return [
    kpi('rate', { value: rate, limit: LIMITS.rate, detail }),
    kpi('peak10min', { value: peak, limit: LIMITS.peak10min, detail: 'groups that came within 10 min' }),
  ];
}

function floodPercent(records: readonly TransitionRecord[], startMs: number, toMs: number): Kpi {
  let sinceMs: number | null = null;
  let totalMs = 0;
  for (const { kind, atMs } of records) {
    if (atMs >= toMs) break;
    if (kind === 'flood-began') sinceMs = Math.max(atMs, startMs);
    if (kind !== 'flood-ended') continue;
    if (atMs > startMs) totalMs += atMs - (sinceMs ?? startMs);
    sinceMs = null;
  }
  if (sinceMs !== null) totalMs += toMs - sinceMs;
  const value = (100 * Math.max(0, totalMs)) / (toMs - startMs);
  return kpi('floodPercent', { value, limit: LIMITS.floodPercent, detail: durationText(totalMs) });
}

function chattering(records: readonly TransitionRecord[]): Kpi {
  const points = new Set(
    records.filter(({ kind }) => kind === 'chattering').map(({ rule, scope }) => keyOf(rule, scope)),
  );
  const detail = 'raised three times in a short while';
  return kpi('chattering', { value: points.size, limit: LIMITS.chattering, detail });
}

function fleeting(records: readonly TransitionRecord[]): Kpi {
  const raisedAt = new Map<string, number>();
  let value = 0;
  for (const { kind, alarmId, atMs } of records) {
    if (kind === 'raised' || kind === 'reraised') raisedAt.set(alarmId, atMs);
    if (kind === 'acknowledged') raisedAt.delete(alarmId);
    const since = raisedAt.get(alarmId);
    if (kind === 'returned' && since !== undefined && atMs - since < FLEETING_MS) value++;
  }
  return kpi('fleeting', { value, detail: 'back to normal within a minute, before anybody had it' });
}

function standing(value: number | null): Kpi {
  const detail = value === null ? 'known of the shift under way only' : 'now';
  return kpi('standing', { value, limit: LIMITS.standing, detail });
}

function contributors(
  raises: readonly Raise[],
  nameOf: KpiInput['nameOf'],
): ShiftKpis['contributors'][number][] {
  const byKey = new Map<string, { raise: Raise; n: number }>();
  for (const raise of raises) {
    const entry = byKey.get(raise.key);
    if (entry) entry.n++;
    else byKey.set(raise.key, { raise, n: 1 });
  }
  return [...byKey.values()]
    .sort((a, b) => b.n - a.n || (a.raise.key < b.raise.key ? -1 : 1))
    .map(({ raise: { record }, n }) => ({
      rule: record.rule,
      scopeName: nameOf(record.scope),
      raises: n,
      percent: (100 * n) / raises.length,
    }));
}

function topTen(raises: readonly Raise[], isKnown: boolean): Kpi {
  if (!isKnown || raises.length < TOP_TEN_FROM) {
    const detail = isKnown ? `says nothing of fewer than ${TOP_TEN_FROM} alarms` : NOTHING_KNOWN;
    return kpi('topTen', { value: null, limit: LIMITS.topTen, detail });
  }
  const top = contributors(raises, ({ id }) => id).slice(0, TOP);
  const value = top.reduce((sum, { percent }) => sum + percent, 0);
  return kpi('topTen', { value, limit: LIMITS.topTen, detail: top.map(({ rule }) => rule).join(', ') });
}

function priorities(raises: readonly Raise[], isKnown: boolean): Kpi {
  if (!isKnown || raises.length < SHARES_FROM) {
    const detail = isKnown ? `says nothing of fewer than ${SHARES_FROM} alarms` : NOTHING_KNOWN;
    return kpi('priorities', { value: null, limit: LIMITS.urgent, detail });
  }
  const share = (priority: Priority): number =>
    (100 * raises.filter(({ record }) => record.priority === priority).length) / raises.length;
  const detail = PRIORITIES.map((priority) => `${priority} ${Math.round(share(priority))} %`).join(', ');
  const value = share('high') + share('critical');
  return kpi('priorities', { value, limit: LIMITS.urgent, detail: `${detail}; published: 80, 15, 5` });
}
