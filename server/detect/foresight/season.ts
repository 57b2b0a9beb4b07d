/** What is usual at an hour of the week, per five minutes: learnt from stored hours, and from the platform's shape until there are enough. */
import type { SamplesAnswer } from '../../history/query/types.ts';
import { medianOf } from './median.ts';

export const SEASON_METRICS = [
  'accepted',
  'delivered',
  'queued',
  'scanned',
  'spamPercent',
  'loginOk',
  'queueDepth',
] as const;
/** Counts of five minutes of one scope, both directions; a share and a gauge as they are. */
export type SeasonMetric = (typeof SEASON_METRICS)[number];

/** What is usual for one hour of the week. */
export interface Usual {
  readonly median: number;
  /** Median absolute deviation, as it is (not scaled). */
  readonly mad: number;
  /** Hours behind it. */
  readonly n: number;
  /** Own hours were too few: the platform's shape, scaled by what is known of the scope. */
  readonly isPooled: boolean;
}

export interface Season {
  /** Null: nothing can be said (yet). `scope`: tenant id, `cluster:<id>` or `_platform`. */
  usual(metric: SeasonMetric, scope: string, atMs: number): Usual | null;
}

/** Weeks of the same hour from which on a scope's own hours are believed. */
export const OWN_WEEKS = 2;
const HOURS = 168;
const HOUR_MS = 3_600_000;
/** A share or a gauge is not scaled by volume. */
const INTENSIVE: ReadonlySet<SeasonMetric> = new Set(['spamPercent']);

/** One metric of one scope: by hour of the week, and over all hours. */
interface Profile {
  readonly hours: readonly (Omit<Usual, 'isPooled'> | null)[];
  readonly overall: number | null;
}
export type Profiles = Readonly<Record<SeasonMetric, Profile>>;

/** Hour of the local week, 0 (Monday 00) to 167. */
export type HourOfWeek = (atMs: number) => number;

/** The week of one scope out of its stored hours; hours of which nothing is known are left out. */
export function profilesOf(answer: SamplesAnswer, hourOfWeek: HourOfWeek): Profiles {
  const of = (metric: SeasonMetric) => profileOf(answer, metric, hourOfWeek);
  return {
    accepted: of('accepted'),
    delivered: of('delivered'),
    queued: of('queued'),
    scanned: of('scanned'),
    spamPercent: of('spamPercent'),
    loginOk: of('loginOk'),
    queueDepth: of('queueDepth'),
  };
}

function profileOf(answer: SamplesAnswer, metric: SeasonMetric, hourOfWeek: HourOfWeek): Profile {
  const column = answer.columns[metric];
  const byHour: number[][] = Array.from({ length: HOURS }, () => []);
  const all: number[] = [];
  for (let i = 0; column && i < answer.steps; i++) {
    const value = column.value[i] ?? NaN;
    if (Number.isNaN(value)) continue;
    byHour[hourOfWeek(answer.firstMs + i * HOUR_MS)]?.push(value);
    all.push(value);
  }
  return { hours: byHour.map(usualOf), overall: medianOf(all) };
}

function usualOf(values: readonly number[]): Omit<Usual, 'isPooled'> | null {
  const median = medianOf(values);
  if (median === null) return null;
  return { median, mad: medianOf(values.map((value) => Math.abs(value - median))) ?? 0, n: values.length };
}

/** What is usual by a scope's own hours, else by the shape of the whole platform (metrics: pooled prior for two weeks). */
export function usualBy(
  metric: SeasonMetric,
  hour: number,
  own: Profiles | undefined,
  platform: Profiles | undefined,
): Usual | null {
  const mine = own?.[metric];
  const known = mine?.hours[hour];
  if (known && known.n >= OWN_WEEKS) return { ...known, isPooled: false };
  const shape = platform?.[metric];
  const pooled = shape?.hours[hour];
  if (!pooled || !mine || mine.overall === null || !shape || shape.overall === null) return null;
  if (INTENSIVE.has(metric)) return { ...pooled, isPooled: true };
  if (shape.overall === 0) return null;
  const ratio = mine.overall / shape.overall;
  return { median: pooled.median * ratio, mad: pooled.mad * ratio, n: pooled.n, isPooled: true };
}
