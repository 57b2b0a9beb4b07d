import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import type { AnomalyRecord } from '../../../../shared/foresight.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import { createLiveBases, type LiveBases } from '../../rules/live-bases.ts';
import { metricInfo, readerOf } from '../../rules/metrics.ts';
import type { ForesightViews } from '../engine.ts';
import type { HourOfWeek } from '../season.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { RareSeries, Series } from './series.ts';
import { ToldBook } from './told.ts';
import { inTrouble } from './trouble.ts';
import { type Stretch, WatchLog } from './watch.ts';

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
  'bouncePercent',
  'hostilePercent',
  'accessPercent',
  'loginOk',
] as const;
/** Counted each five minutes: what hardly ever happens. */
export const RARE = ['expired', 'held', 'loginFault'] as const;
/** Behind a share below this there is nothing to be strange. */
const LEAST_N = 20;
/** What is remembered over a restart: the platform, its clusters and the largest tenants, once an hour. */
const KEPT_TENANTS = 40;
const KEEP_MS = 3_600_000;
/** Smallest changes that are worth a word, by unit. */
const LEAST: Readonly<Record<string, number>> = { ms: 10_000, percent: 5, count: 20, 'per-minute': 5 };
/** Of these none or all is a number like any other: it may stay for as long as it likes. */
const SHARES: ReadonlySet<string> = new Set([
  'spamPercent',
  'deferralPercent',
  'bouncePercent',
  'hostilePercent',
  'accessPercent',
]);

const Kept = z.record(z.string(), z.string());

/** What else it can be asked. */
export interface AnomaliesPart extends ForesightPart<ForesightViews['anomalies']> {
  /** Of the last hours, of one scope (`keyOf`) or of all. */
  records(key?: string): readonly AnomalyRecord[];
  /** The stretch in which it looks now; null: it still learns. */
  watching(): Stretch | null;
}

/** Detectors on the live numbers of every scope. An anomaly says look; only rules page. */
export function createAnomaliesPart(hourOfWeek: HourOfWeek, kept?: string): AnomaliesPart {
  return new Anomalies(hourOfWeek, kept);
}

class Anomalies implements AnomaliesPart {
  readonly #hourOfWeek: HourOfWeek;
  readonly #saved: Readonly<Record<string, string>>;
  readonly #series = new Map<string, Series>();
  readonly #rare = new Map<string, RareSeries>();
  readonly #told = new ToldBook();
  readonly #watch = new WatchLog();
  #bases: LiveBases | null = null;
  #scopes: readonly ScopeInfo[] = [];
  #minute = -1;
  #troubled: ReadonlySet<string> = new Set();
  #keptMs: number | null = null;
  #atMs = 0;

  constructor(hourOfWeek: HourOfWeek, kept?: string) {
    this.#hourOfWeek = hourOfWeek;
    this.#saved = Kept.safeParse(kept === undefined ? {} : jsonOf(kept)).data ?? {};
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
    this.#troubled = inTrouble(scopes, facts.alarms);
    for (const scope of scopes) this.#scope(scope, clusters);
    this.#told.turn(atMs);
    this.#watch.looked(atMs);
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
    return this.#told.view();
  }

  records(key?: string): readonly AnomalyRecord[] {
    return this.#told.records(key);
  }

  watching(): Stretch | null {
    return this.#watch.now();
  }

  takeRows(): readonly ForesightRow[] {
    return [...this.#told.takeRows(), ...this.#watch.takeRows()];
  }

  dropped(): Readonly<Record<string, number>> {
    return { 'findings beyond what is held': this.#told.dropped };
  }

  takeKept(isLast = false): string | undefined {
    this.#keptMs ??= this.#atMs;
    if (!isLast && this.#atMs - this.#keptMs < KEEP_MS) return undefined;
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
        return series ? [[key, Buffer.from(series.save(this.#atMs)).toString('base64')] as const] : [];
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
    const found = this.#seriesOf(scope, metric).next(this.#atMs, value, this.#isTroubled(scope));
    const isPlain = found?.kind === 'flat-line' && SHARES.has(metric) && [0, 100].includes(found.value ?? -1);
    this.#told.tell(scope, metric, isPlain ? null : found, this.#atMs);
  }

  #seriesOf(scope: ScopeInfo, metric: string): Series {
    const key = `${keyOf(scope)} ${metric}`;
    let series = this.#series.get(key);
    if (series) return series;
    const saved = this.#saved[key];
    series = new Series(
      this.#hourOfWeek,
      LEAST[metricInfo(metric)?.unit ?? 'count'] ?? 1,
      saved === undefined ? undefined : Buffer.from(saved, 'base64'),
    );
    this.#series.set(key, series);
    return series;
  }

  #count(scope: ScopeInfo, metric: string, count: number | null): void {
    if (count === null) return;
    const key = `${keyOf(scope)} ${metric}`;
    let series = this.#rare.get(key);
    if (!series) this.#rare.set(key, (series = new RareSeries()));
    this.#told.tell(scope, metric, series.next(this.#atMs, count, this.#isTroubled(scope)), this.#atMs);
  }

  #isTroubled(scope: ScopeInfo): boolean {
    return this.#troubled.has(keyOf(scope));
  }
}
