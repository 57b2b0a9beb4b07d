import type { ScopeRef, SeriesAnswer } from '../../../shared/history.ts';
import type { Direction } from '../../aggregate/scope.ts';
import type { SeriesContext } from '../point.ts';
import { columnsOf } from '../series.ts';
import { PLATFORM, type Wanted, type WindowReader } from '../store.ts';
import type { CoverageBook } from './coverage.ts';
import { readCoverage, readRange, scopeName, storedSteps } from './steps.ts';
import type { TierChoice } from './tier.ts';
import type { TenantRef } from './types.ts';

/** Shares and lag look back this far at finer steps. */
const TRAIL_MS = 60_000;
/** Whether Postfix' log tells of milters that refuse spam is looked for over this much of the end of a range. */
const MILTER_LOOK_MS = 86_400_000;

/** What a series is read from: the answer's frame, and where its columns come from. */
export interface SeriesPlan extends Omit<TierChoice, 'reason'> {
  readonly metrics: readonly string[];
  readonly directions: readonly Direction[];
  readonly wanted: Wanted;
}

/** Columns of one scope, and until when they are known. */
export function readColumns(
  reader: WindowReader,
  plan: SeriesPlan,
  scope: ScopeRef,
  tenants: readonly TenantRef[],
): Pick<SeriesAnswer, 'metrics' | 'coverage' | 'asOfMs'> {
  const { firstMs, stepMs, steps } = plan;
  const lead = Math.ceil(TRAIL_MS / stepMs) - 1;
  const toMs = firstMs + steps * stepMs;
  const book = readCoverage(reader, clusterOf(scope, tenants), firstMs - lead * stepMs, toMs);
  const frame = { ...plan, scope: scopeName(scope), firstMs: firstMs - lead * stepMs, steps: steps + lead };
  const all = storedSteps(reader, frame, book);
  const context = contextOf(reader, plan.metrics, lead, toMs);
  return {
    metrics: columnsOf(plan.metrics, all, lead, context),
    coverage: all.slice(lead).map(({ coverage }) => coverage),
    asOfMs: asOf(book, toMs),
  };
}

/** Where the charts of a scope take their numbers from. */
export function contextOf(
  reader: WindowReader,
  metrics: readonly string[],
  lead: number,
  toMs: number,
): SeriesContext {
  const isAsked = metrics.some((name) => /^(spam|hostile)/.test(name));
  return { milterSeen: isAsked && isMilterSeen(reader, toMs), trail: lead + 1 };
}

/** Whether milters refused spam on this platform in the day before; then a day without a refusal is 0 % and not unknown. */
export function isMilterSeen(reader: WindowReader, toMs: number): boolean {
  const of = { scope: PLATFORM, tier: 3_600, wanted: {} } as const;
  return readRange(reader, of, toMs - MILTER_LOOK_MS, toMs).some(({ parts }) =>
    parts.some((part) => part !== null && part.counts.milterSpam > 0),
  );
}

/** The cluster whose sources tell of a scope; `''`: all of them. */
export function clusterOf(scope: ScopeRef, tenants: readonly TenantRef[]): string {
  if (scope.kind === 'cluster') return scope.id;
  if (scope.kind === 'platform') return '';
  return tenants.find(({ id }) => id === scope.id)?.cluster ?? '';
}

function asOf({ knownToMs }: CoverageBook, toMs: number): number | null {
  return knownToMs === null ? null : Math.min(knownToMs, toMs);
}
