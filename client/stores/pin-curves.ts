/** Which curves tell what is pinned, and how long they reach back. All pure. */
import type { AlarmReading, AlarmScope } from '../../shared/alarms.ts';
import type { TenantEntry } from '../../shared/protocol.ts';
import { ASKED_METRICS } from './panels.ts';
import type { Pin } from './pin-model.ts';
import type { Bounds } from './range.ts';
import type { Tile } from './tile.ts';

/** One curve to be asked for. */
export interface CurveWish {
  readonly key: string;
  readonly scope: AlarmScope;
  readonly name: string;
  /** As series name it. */
  readonly metric: string;
  /** What it is of, where that is not the number of the alarm; else empty. */
  readonly label: string;
  /** What the alarm holds against it; null: no alarm. */
  readonly reading: AlarmReading | null;
}

/** More are not read at a glance. */
export const MOST_CURVES = 3;
const HOUR_MS = 3_600_000;
/** The calm before it is what shows that it began. */
const BEFORE_MS = 15 * 60_000;
/** Beyond this a minute is narrower than a pixel. */
const LONGEST_MS = 12 * HOUR_MS;

/** Metrics that rules name in another way than series do. */
const SERIES_NAMES: Readonly<Record<string, string>> = {
  acceptedPerMinute: 'accepted',
  deliveredPerMinute: 'delivered',
};
/** Numbers of which no series is kept: what moves with them, and what that is called. */
const RELATED: Readonly<Record<string, readonly [metric: string, label: string]>> = {
  tempRejectPercent: ['rejected', 'refused'],
  softRejectPercent: ['rejected', 'refused'],
  policyRefusedPercent: ['bounced', 'bounced'],
  outboundLagP95Ms: ['lagP95Ms', 'lag, in and out'],
  messagesBeyond: ['lagP95Ms', 'lag'],
  readyMinutes: ['queueActive', 'active queue'],
  queueReady: ['queueActive', 'active queue'],
  accessFailing: ['accessPercent', 'access'],
};
const KEPT: ReadonlySet<string> = new Set(ASKED_METRICS);
/** Of which scopes series are kept. */
const STORED: readonly string[] = ['tenant', 'cluster', 'platform'];

type Line = Pick<CurveWish, 'metric' | 'label' | 'reading'>;

const wish = (scope: AlarmScope, name: string, line: Line): CurveWish => ({
  key: `${scope.kind} ${scope.id} ${line.metric}`,
  scope,
  name,
  ...line,
});

/** The line that tells a number: its own, or one that moves with it; null: none does. */
function lineOf(reading: AlarmReading): Line | null {
  const own = SERIES_NAMES[reading.metric] ?? reading.metric;
  if (KEPT.has(own)) return { metric: own, label: '', reading };
  const [metric, label] = RELATED[reading.metric] ?? [];
  // Its limit is of another number: it is no height on this scale.
  return metric && label ? { metric, label, reading: null } : null;
}

/** The tenants of these names; a name that two have, or none, is of nobody. */
function named(names: readonly string[], tenants: readonly TenantEntry[]): readonly TenantEntry[] {
  return names.flatMap((name) => {
    const all = tenants.filter((tenant) => tenant.name === name);
    return all.length === 1 ? all : [];
  });
}

function groupCurves({ group }: Pin, tenants: readonly TenantEntry[]): readonly CurveWish[] {
  const lead = group?.lead;
  if (!lead || !STORED.includes(lead.scope.kind)) return [];
  const { scope, scopeName, reading, names } = lead;
  const line = reading.unit === 'state' ? null : lineOf(reading);
  if (!line) return [];
  const first = wish(scope, scopeName, line);
  if (scope.kind !== 'tenant') return [first];
  const others = named(names, tenants).filter(({ id }) => id !== scope.id);
  return [first, ...others.map(({ id, name }) => wish({ kind: 'tenant', id }, name, line))];
}

const TWO_LINES = [
  ['lagP95Ms', 'lag'],
  ['queueDepth', 'queue'],
] as const;

/** What is wrong with the tenant; what is in order is told by lag and queue. */
function tileCurves(tile: Tile): readonly CurveWish[] {
  const { headline, id, name } = tile;
  const metrics = headline ? [[headline.name, '']] : TWO_LINES;
  return metrics.map(([metric = '', label = '']) =>
    wish({ kind: 'tenant', id }, name, { metric, label, reading: null }),
  );
}

/** The curves of what is pinned, the worst first. */
export function curvesOf(
  pin: Pin,
  tenants: readonly TenantEntry[],
  tile: Tile | undefined,
): readonly CurveWish[] {
  const all = pin.tenantId === null ? groupCurves(pin, tenants) : tile ? tileCurves(tile) : [];
  return all.slice(0, MOST_CURVES);
}

/** Why there is no curve at all; empty when there is one. */
export function noCurveText(pin: Pin, wishes: readonly CurveWish[]): string {
  if (wishes.length > 0) return '';
  if (pin.tenantId !== null) return 'This screen does not have that tenant: there is no curve of it.';
  const lead = pin.group?.lead;
  if (!lead) return 'It is not told which number this rests on: there is no curve of it.';
  if (!STORED.includes(lead.scope.kind)) return `No curve is kept of a ${lead.scope.kind}.`;
  const { unit, metric } = lead.reading;
  if (unit === 'state' || metric === '') return 'This is a state and no number: there is no curve of it.';
  return 'No curve is kept of this number.';
}

/** The last hour, or from before it began, up to now. */
export function curveBounds(sinceMs: number | null, nowMs: number): Bounds {
  const beganMs = sinceMs === null ? nowMs : sinceMs - BEFORE_MS;
  return { fromMs: Math.max(nowMs - LONGEST_MS, Math.min(nowMs - HOUR_MS, beganMs)), toMs: nowMs };
}
