/** Which rules can be held against what was stored, where, and in how fine steps. Pure. */
import type { AlarmScope, BackTestRequest } from '../../../shared/alarms.ts';
import type { TenantEntry } from '../../../shared/protocol.ts';
import type { KeptExtents, SampleStepMs } from '../../history/query/types.ts';
import { readerOf } from '../../history/readings.ts';
import { applies } from '../rules/evaluate.ts';
import { metricsOf } from '../rules/metrics.ts';
import type { Rule, ScopeFacts } from '../rules/types.ts';

/** Of these, windows are stored. */
export const STORED_KINDS = ['tenant', 'cluster', 'platform'] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

export interface Plan {
  readonly rules: readonly Rule[];
  /** By kind, those at which a rule is judged. */
  readonly scopes: Readonly<Record<StoredKind, readonly ScopeFacts[]>>;
  /** By kind, what has to be read. */
  readonly metrics: Readonly<Record<StoredKind, readonly string[]>>;
  readonly stepMs: SampleStepMs;
  /** Before the range: what rules must have seen before they can say anything. */
  readonly warmUpMs: number;
  /** What was left out, and why; what cannot be told in such steps. */
  readonly notes: readonly string[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEAST_WARM_UP_MS = HOUR_MS / 4;
const MOST_WARM_UP_MS = 3 * DAY_MS;
/** Longer ranges in such steps take longer than anybody waits. */
const STEPS: readonly { readonly stepMs: SampleStepMs; readonly mostMs: number }[] = [
  { stepMs: 10_000, mostMs: 2 * DAY_MS },
  { stepMs: 60_000, mostMs: 92 * DAY_MS },
  { stepMs: 3_600_000, mostMs: Infinity },
];
/** Steps of all scopes together. */
const MOST_SAMPLES = 20_000_000;

/** Every scope of which windows are stored. */
export function storedScopes(tenants: readonly TenantEntry[]): Plan['scopes'] {
  const clusters = [...new Set(tenants.flatMap(({ cluster }) => cluster ?? []))];
  const known = { cluster: null, mailboxes: null };
  return {
    tenant: tenants.map(({ id, name, cluster = null, mailboxes = null }) => {
      return { kind: 'tenant', id, name, cluster, mailboxes };
    }),
    cluster: clusters.map((id) => ({ ...known, kind: 'cluster', id, name: `cluster ${id}`, cluster: id })),
    platform: [{ ...known, kind: 'platform', id: '', name: 'the platform' }],
  };
}

/** What is to be done for a request; without rules when none can be tested. */
export function planOf(
  given: readonly Rule[],
  { fromMs, toMs, scope }: Pick<BackTestRequest, 'fromMs' | 'toMs' | 'scope'>,
  known: { readonly tenants: readonly TenantEntry[]; readonly extents: KeptExtents },
): Plan {
  const wanted = given.map((rule) => ({ rule, why: whyNot(rule, scope) }));
  const able = wanted.filter(({ why }) => why === null).map(({ rule }) => rule);
  const all = storedScopes(known.tenants);
  const scopes = byKind((kind) =>
    scopesFor(
      able.filter((rule) => rule.scope === kind),
      all[kind],
      scope,
    ),
  );
  const count = STORED_KINDS.reduce((sum, kind) => sum + scopes[kind].length, 0);
  const { stepMs, note } = stepFor({ fromMs, toMs }, count, known.extents);
  const tooFine = able.filter((rule) => isTooFine(rule, stepMs));
  const rules = able.filter((rule) => !tooFine.includes(rule)).map((rule) => inSteps(rule, stepMs));
  return {
    ...{ rules, scopes, stepMs, warmUpMs: warmUpOf(rules) },
    metrics: byKind((kind) => [...new Set(rules.filter((rule) => rule.scope === kind).flatMap(metricsOf))]),
    notes: [
      ...wanted.flatMap(({ rule, why }) => (why === null ? [] : [`rule '${rule.id}' was left out: ${why}`])),
      ...tooFine.map(({ id }) => `rule '${id}' was left out: it needs minutes, and only hours are stored`),
      ...note,
    ],
  };
}

function byKind<T>(of: (kind: StoredKind) => T): Record<StoredKind, T> {
  return { tenant: of('tenant'), cluster: of('cluster'), platform: of('platform') };
}

function whyNot(rule: Rule, scope: AlarmScope | undefined): string | null {
  if (!(STORED_KINDS as readonly string[]).includes(rule.scope))
    return `it is about a ${rule.scope}, and windows are stored by tenant, cluster and platform only`;
  if (scope && scope.kind !== rule.scope) return `it is about a ${rule.scope}, not a ${scope.kind}`;
  const missing = metricsOf(rule).find((name) => readerOf(name) === undefined);
  return missing === undefined ? null : `${missing} is not stored`;
}

/** Those at which a rule applies; all of them when one is held against its peers. */
function scopesFor(
  rules: readonly Rule[],
  all: readonly ScopeFacts[],
  scope: AlarmScope | undefined,
): readonly ScopeFacts[] {
  if (rules.some(({ when }) => when.kind === 'peers')) return all;
  return all.filter((each) => (!scope || scope.id === each.id) && rules.some((rule) => applies(rule, each)));
}

function stepFor(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  scopes: number,
  { oldestMs }: KeptExtents,
): { readonly stepMs: SampleStepMs; readonly note: readonly string[] } {
  const fits = STEPS.filter(
    ({ stepMs, mostMs }) =>
      toMs - fromMs <= mostMs && (stepMs === HOUR_MS || ((toMs - fromMs) / stepMs) * scopes <= MOST_SAMPLES),
  );
  const reaches = ({ stepMs }: { readonly stepMs: SampleStepMs }) => {
    const oldest = oldestMs[(stepMs / 1000) as keyof KeptExtents['oldestMs']];
    if (oldest === null) return false;
    const coarser = STEPS.filter((other) => other.stepMs > stepMs).map((other) => other.stepMs);
    return (
      oldest <= fromMs ||
      coarser.every((unit) => {
        const other = oldestMs[(unit / 1000) as keyof KeptExtents['oldestMs']];
        return other === null || Math.floor(oldest / unit) * unit <= other;
      })
    );
  };
  const stepMs = (fits.find(reaches) ?? fits[0])?.stepMs ?? HOUR_MS;
  return stepMs < HOUR_MS
    ? { stepMs: stepMs as SampleStepMs, note: [] }
    : {
        stepMs: HOUR_MS,
        note: [
          'windows of an hour: an average five minutes of each hour was judged, and what was shorter is not seen',
        ],
      };
}

function isTooFine({ when }: Rule, stepMs: number): boolean {
  if (when.kind === 'burn') return stepMs > 60_000;
  return when.kind === 'rate' && when.overSeconds * 1000 < 2 * stepMs;
}

/** A time shorter than a step cannot be told; it is taken for none. */
function inSteps(rule: Rule, stepMs: number): Rule {
  const told = (seconds: number) => (seconds * 1000 < stepMs ? 0 : seconds);
  return {
    ...{ ...rule, enabled: true },
    levels: rule.levels.map((level) => ({ ...level, holdSeconds: told(level.holdSeconds) })),
    clearForSeconds: told(rule.clearForSeconds),
    keepFiringSeconds: told(rule.keepFiringSeconds),
  };
}

function warmUpOf(rules: readonly Rule[]): number {
  const needs = rules.map(({ when, levels }) => {
    const holdMs = Math.max(0, ...levels.map(({ holdSeconds }) => holdSeconds * 1000));
    if (when.kind === 'tails') return holdMs + when.hours * HOUR_MS;
    if (when.kind === 'burn')
      return holdMs + Math.max(...when.pairs.map((pair) => pair.longMinutes * 60_000));
    return holdMs + (when.kind === 'rate' ? when.overSeconds * 1000 : 0);
  });
  return Math.min(MOST_WARM_UP_MS, Math.max(LEAST_WARM_UP_MS, ...needs));
}
