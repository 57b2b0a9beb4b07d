import type { DirectionName, ScopeRef } from '../../../shared/history.ts';
import { type Direction, DIRECTIONS, IN, OUT } from '../../aggregate/scope.ts';
import { type Step, type StepPart, stepPart, sumNumbers } from '../steps.ts';
import {
  clusterScope,
  PLATFORM,
  type StoredWindow,
  type Tier,
  type Wanted,
  type WindowReader,
} from '../store.ts';
import { CoverageBook, GAUGE_AGE_MS } from './coverage.ts';
import { digestedParts, readDigested } from './digested.ts';
import type { Extents } from './tier.ts';

/** Runs of coverage this long before a range tell whether a source was there before. */
const COVERAGE_BEFORE_MS = 86_400_000;

/** Steps of one scope, as they are to be made. */
export interface StepFrame {
  readonly scope: string;
  readonly tier: Tier;
  readonly firstMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly directions: readonly Direction[];
  readonly wanted: Wanted;
}

/** The name under which windows of a scope are stored. */
export function scopeName(scope: ScopeRef): string {
  if (scope.kind === 'platform') return PLATFORM;
  return scope.kind === 'cluster' ? clusterScope(scope.id) : scope.id;
}

export function directionsOf(direction: DirectionName | undefined): readonly Direction[] {
  return direction === undefined ? DIRECTIONS : [direction === 'in' ? IN : OUT];
}

export function extentsOf(reader: WindowReader): Extents {
  return { 10: reader.extent(10), 60: reader.extent(60), 3_600: reader.extent(3_600) };
}

/** Coverage of [fromMs, toMs) for tenants of a cluster (`''`: any). */
export function readCoverage(
  reader: WindowReader,
  cluster: string,
  fromMs: number,
  toMs: number,
): CoverageBook {
  return new CoverageBook(reader.coverage(fromMs - COVERAGE_BEFORE_MS, toMs), cluster);
}

/**
 * Windows of one scope in [fromMs, toMs), oldest first. A coarser tier is made some time after the finer one: what it
 * does not hold yet is taken from there, so the answer is the same whichever tier is read.
 */
export function readRange(
  reader: WindowReader,
  of: { readonly scope: string; readonly tier: Tier; readonly wanted: Wanted },
  fromMs: number,
  toMs: number,
): readonly StoredWindow[] {
  const { scope, tier, wanted } = of;
  const finer = finerThan(tier);
  if (finer === undefined) return reader.range(tier, scope, fromMs, toMs, wanted);
  const restMs = Math.max(fromMs, rolledUpTo(reader, tier));
  const read = fromMs < restMs ? reader.range(tier, scope, fromMs, Math.min(restMs, toMs), wanted) : [];
  if (restMs >= toMs) return read;
  return [...read, ...readRange(reader, { scope, tier: finer, wanted }, restMs, toMs)];
}

export function finerThan(tier: Tier): Tier | undefined {
  return tier === 3_600 ? 60 : tier === 60 ? 10 : undefined;
}

/** Until when a tier has been made: the end of its newest slot. */
export function rolledUpTo(reader: WindowReader, tier: Tier): number {
  const extent = reader.extent(tier);
  return extent ? extent.newestMs + tier * 1000 : 0;
}

/** Steps made from stored windows, oldest first. */
export function storedSteps(reader: WindowReader, frame: StepFrame, book: CoverageBook): Step[] {
  const { firstMs, stepMs, steps, directions } = frame;
  const { made, gaps } = readDigested(reader, frame);
  const byStep = new Map<number, StoredWindow[]>();
  for (const { fromMs, toMs } of gaps)
    for (const stored of readRange(reader, frame, fromMs, toMs)) {
      const i = Math.floor((stored.slotMs - firstMs) / stepMs);
      const others = byStep.get(i);
      if (others) others.push(stored);
      else byStep.set(i, [stored]);
    }
  return Array.from({ length: steps }, (_, i) => {
    const beginMs = firstMs + i * stepMs;
    const step = made.get(i);
    const parts = step ? digestedParts(step, directions) : storedParts(byStep.get(i) ?? [], directions);
    return makeStep(parts, { beginMs, endMs: beginMs + stepMs }, book);
  });
}

/** By direction, out of the stored windows of one step. */
export function storedParts(
  stored: readonly StoredWindow[],
  directions: readonly Direction[],
): readonly StepPart[] {
  return directions.map((direction) => stepPart(stored.flatMap((each) => each.parts[direction] ?? [])));
}

/** One step out of its parts. */
export function makeStep(
  parts: readonly StepPart[],
  { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number },
  book: CoverageBook,
): Step {
  const window = sumNumbers(parts.map((part) => part.window));
  const known = book.step(beginMs, endMs);
  // Who waited earlier in the step does so no more when the last slots tell of nobody.
  const sinceMs = book.gaugeEndMs(endMs) - GAUGE_AGE_MS;
  const queues = parts.flatMap(({ window: { queue } }) => (queue && queue.atMs >= sinceMs ? [queue] : []));
  return { window, parts, queues, ...known };
}
