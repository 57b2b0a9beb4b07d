import { z } from 'zod';
import type { AnomalyFinding } from '../../../../shared/foresight.ts';
import { createLiveBases, type LiveBases } from '../../rules/live-bases.ts';
import { metricInfo, readerOf } from '../../rules/metrics.ts';
import type { ForesightViews } from '../engine.ts';
import type { HourOfWeek } from '../season.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { type Found, RareSeries, Series } from './series.ts';

const MINUTE_MS = 60_000;
const RARE_MS = 5 * MINUTE_MS;
/** Looked at each minute. */
export const WATCHED = [
  'acceptedPerMinute',
  'deliveredPerMinute',
  'queueDepth',
  'lagP95Ms',
  'spamPercent',
  'deferralPercent',
  'accessPercent',
] as const;
/** Counted each five minutes: what hardly ever happens. */
export const RARE = ['expired', 'held', 'loginFault'] as const;
/** Behind a share below this there is nothing to be strange. */
const LEAST_N = 20;
/** Findings of the last hours that are told, the strangest first. */
const TOLD_MS = 6 * 3_600_000;
const MAX_TOLD = 200;
/** What is remembered over a restart: the platform, its clusters and the largest tenants, once an hour. */
const KEPT_TENANTS = 40;
const KEEP_MS = 3_600_000;
/** Smallest changes that are worth a word, by unit. */
const LEAST: Readonly<Record<string, number>> = { ms: 10_000, percent: 5, count: 20, 'per-minute': 5 };
const SHARES: ReadonlySet<string> = new Set(['spamPercent', 'deferralPercent', 'accessPercent']);

const Kept = z.record(z.string(), z.string());

/** Detectors on the live numbers of every scope. An anomaly says look; only rules page. */
export function createAnomaliesPart(
  hourOfWeek: HourOfWeek,
  kept?: string,
): ForesightPart<ForesightViews['anomalies']> {
  return new Anomalies(hourOfWeek, kept);
}

class Anomalies implements ForesightPart<ForesightViews['anomalies']> {
  readonly #hourOfWeek: HourOfWeek;
  readonly #saved: Readonly<Record<string, string>>;
  readonly #series = new Map<string, Series>();
  readonly #rare = new Map<string, RareSeries>();
  readonly #told = new Map<string, AnomalyFinding>();
  #bases: LiveBases | null = null;
  #scopes: readonly ScopeInfo[] = [];
  #minute = -1;
  #keptMs: number | null = null;
  #atMs = 0;

  constructor(hourOfWeek: HourOfWeek, kept?: string) {
    this.#hourOfWeek = hourOfWeek;
    this.#saved = Kept.safeParse(kept === undefined ? {} : parse(kept)).data ?? {};
  }

  advance(facts: ForesightFacts): void {
    const { atMs, scopes, live } = facts;
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#atMs = atMs;
    this.#scopes = scopes;
    const clusters = scopes.filter(({ kind }) => kind === 'cluster').map(({ id }) => id);
    this.#bases ??= createLiveBases(live, null, clusters);
    this.#bases.move(atMs);
    for (const scope of scopes) this.#scope(scope, clusters);
    for (const [id, finding] of this.#told)
      if (atMs - (finding.toMs ?? finding.fromMs) > TOLD_MS) this.#told.delete(id);
  }

  #scope(scope: ScopeInfo, clusters: readonly string[]): void {
    const place = scope.kind === 'cluster' ? clusters.indexOf(scope.id) : (scope.places[0] ?? 0);
    const basis = this.#bases?.of(scope.kind, place);
    if (!basis) return;
    const read = (metric: string) => readerOf(metric)?.(basis) ?? { value: null, n: null };
    for (const metric of WATCHED) this.#look(scope, metric, read(metric));
    if (this.#atMs % RARE_MS >= MINUTE_MS) return;
    for (const metric of RARE) this.#count(scope, metric, read(metric).value);
  }

  view(): ForesightViews['anomalies'] {
    return [...this.#told.values()]
      .sort((a, b) => b.score - a.score || b.fromMs - a.fromMs)
      .slice(0, MAX_TOLD);
  }

  takeKept(): string | undefined {
    this.#keptMs ??= this.#atMs;
    if (this.#atMs - this.#keptMs < KEEP_MS) return undefined;
    this.#keptMs = this.#atMs;
    const bySize = this.#scopes
      .filter(({ kind }) => kind === 'tenant')
      .sort((a, b) => (b.mailboxes ?? 0) - (a.mailboxes ?? 0))
      .slice(0, KEPT_TENANTS);
    const wanted = [...this.#scopes.filter(({ kind }) => kind !== 'tenant'), ...bySize];
    const saved = wanted.flatMap((scope) =>
      WATCHED.flatMap((metric) => {
        const key = `${keyOf(scope)} ${metric}`;
        const series = this.#series.get(key);
        return series ? [[key, Buffer.from(series.save()).toString('base64')] as const] : [];
      }),
    );
    return JSON.stringify(Object.fromEntries(saved));
  }

  #look(
    scope: ScopeInfo,
    metric: string,
    {
      value,
      n,
      noData,
    }: { readonly value: number | null; readonly n: number | null; readonly noData?: string },
  ): void {
    // Nothing to measure is not a number that is missing.
    const isMissing = value === null && noData !== undefined;
    if (value === null && !isMissing) return;
    if (SHARES.has(metric) && (n ?? 0) < LEAST_N && !isMissing) return;
    const key = `${keyOf(scope)} ${metric}`;
    let series = this.#series.get(key);
    if (!series) {
      const saved = this.#saved[key];
      series = new Series(
        this.#hourOfWeek,
        LEAST[metricInfo(metric)?.unit ?? 'count'] ?? 1,
        saved === undefined ? undefined : Buffer.from(saved, 'base64'),
      );
      this.#series.set(key, series);
    }
    this.#tell(scope, metric, series.next(this.#atMs, value));
  }

  #count(scope: ScopeInfo, metric: string, count: number | null): void {
    if (count === null) return;
    const key = `${keyOf(scope)} ${metric}`;
    let series = this.#rare.get(key);
    if (!series) this.#rare.set(key, (series = new RareSeries()));
    this.#tell(scope, metric, series.next(this.#atMs, count));
  }

  #tell(scope: ScopeInfo, metric: string, found: Found | null): void {
    const prefix = `${keyOf(scope)} ${metric} `;
    if (!found) {
      for (const [id, finding] of this.#told)
        if (id.startsWith(prefix) && finding.toMs === null)
          this.#told.set(id, { ...finding, toMs: this.#atMs });
      return;
    }
    const { kind, id: scopeId, name } = scope;
    const info = metricInfo(metric);
    const id = `${prefix}${found.fromMs}`;
    this.#told.set(id, {
      id,
      scope: { kind, id: scopeId, name },
      metric,
      label: info?.label ?? metric,
      fromMs: found.fromMs,
      toMs: found.toMs,
      score: found.score,
      kind: found.kind,
      direction: found.direction,
      text: textOf(info?.label ?? metric, info?.unit ?? 'count', found),
    });
  }
}

function textOf(label: string, unit: string, { kind, value, usual }: Found): string {
  if (kind === 'missing') return `${label}: not known any more`;
  if (kind === 'flat-line')
    return `${label}: exactly ${shown(value ?? 0, unit)} for long, as if nobody counted`;
  const now = `${label}: ${shown(value ?? 0, unit)}`;
  return usual ? `${now}, usual here ${shown(usual.low, unit)} to ${shown(usual.high, unit)}` : now;
}

function shown(value: number, unit: string): string {
  const [n, mark] =
    unit === 'ms'
      ? value < 90_000
        ? [value / 1_000, ' s']
        : [value / 60_000, ' min']
      : [value, unit === 'percent' ? ' %' : ''];
  return `${n >= 100 ? Math.round(n) : Math.round(n * 10) / 10}${mark}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged: detectors learn anew.
    return undefined;
  }
}
