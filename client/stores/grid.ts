/** Values of equal steps of time, and what can be asked of them. All pure. */
import type { SeriesAnswer } from '../../shared/history.ts';
import type { TenantSeries } from '../../shared/protocol.ts';
import type { Bounds } from './range.ts';

export type Values = readonly (number | null)[];

/** Aligned values; step `i` covers `fromMs + i * stepMs` up to the next one. Null is no data. */
export interface Grid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly metrics: Readonly<Record<string, Values>>;
}

/** One metric on its grid. */
export interface Track {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly values: Values;
}

/** The live room's series under the names that the API has. */
export function liveGrid(series: TenantSeries): Grid {
  const { fromMs, stepMs, queue, ...rest } = series;
  return {
    fromMs,
    stepMs,
    metrics: {
      queueIncoming: queue.incoming,
      queueActive: queue.active,
      queueDeferred: queue.deferred,
      queueHold: queue.hold,
      ...rest,
    },
  };
}

/** A metric from the first grid that has it. */
export function trackOf(grids: readonly Grid[], metric: string): Track | null {
  const grid = grids.find(({ metrics }) => metrics[metric] !== undefined);
  const values = grid?.metrics[metric];
  return grid && values ? { fromMs: grid.fromMs, stepMs: grid.stepMs, values } : null;
}

/** The step that an instant lies in, from its start to its end, and its value. Null: outside of what was answered. */
export function stepAt(
  { fromMs, stepMs, values }: Track,
  atMs: number,
): (Bounds & { readonly index: number; readonly value: number | null }) | null {
  const index = Math.floor((atMs - fromMs) / stepMs);
  if (index < 0 || index >= values.length) return null;
  const start = fromMs + index * stepMs;
  return { index, fromMs: start, toMs: start + stepMs, value: values[index] ?? null };
}

/** A line through the middle of each step. A step that stands alone between gaps is a dot: else nobody would see it. */
export function pointsOf({ fromMs, stepMs, values }: Track): {
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  readonly isAlone: readonly boolean[];
} {
  return {
    points: values.map((y, i) => ({ x: fromMs + (i + 0.5) * stepMs, y })),
    isAlone: values.map(
      (y, i) => y !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null,
    ),
  };
}

/** Runs of equal kind, as stretches of time. */
export function runsOf<K>(
  kinds: readonly K[],
  fromMs: number,
  stepMs: number,
): readonly (Bounds & { readonly kind: K })[] {
  const runs: (Bounds & { readonly kind: K })[] = [];
  kinds.forEach((kind, i) => {
    const last = runs.at(-1);
    const toMs = fromMs + (i + 1) * stepMs;
    if (last && last.kind === kind) runs[runs.length - 1] = { ...last, toMs };
    else runs.push({ kind, fromMs: fromMs + i * stepMs, toMs });
  });
  return runs;
}

/** How much of a step is known. `none`: its sources were silent, or nothing is known of it at all. */
export type Cover = 'full' | 'partial' | 'none';

/** Below this share of its reports a number is marked partial (metrics, common part). */
export const PARTIAL_BELOW = 0.9;

export function coverOf(share: number | null): Cover {
  if (share === null || share <= 0) return 'none';
  return share < PARTIAL_BELOW ? 'partial' : 'full';
}

/** Coverage of a stretch of time, as runs. */
export function coverRuns(answer: Pick<SeriesAnswer, 'fromMs' | 'stepMs' | 'coverage'>) {
  return runsOf(answer.coverage.map(coverOf), answer.fromMs, answer.stepMs);
}

/**
 * Where a chart has nothing to draw for want of data. Shares and percentiles of nothing are null as well: a step whose
 * sources all reported is no gap for them, there was just nothing to measure.
 */
export function gapsOf(
  tracks: readonly Track[],
  coverage: Track | null,
  isOfMail: boolean,
): readonly Bounds[] {
  const [first] = tracks;
  if (!first) return [];
  // Where the live room and the API both tell of a panel, the first of them is the newer one.
  const newest = tracks.filter(({ fromMs, stepMs }) => fromMs === first.fromMs && stepMs === first.stepMs);
  const isGap = first.values.map((_, i) => {
    const middleMs = first.fromMs + (i + 0.5) * first.stepMs;
    if (newest.some((track) => (stepAt(track, middleMs)?.value ?? null) !== null)) return false;
    const share = coverage ? (stepAt(coverage, middleMs)?.value ?? null) : null;
    return !(isOfMail && share !== null && share >= PARTIAL_BELOW);
  });
  return runsOf(isGap, first.fromMs, first.stepMs).filter(({ kind }) => kind);
}

/** From when on anything is known, when that is within the stretch: what lies before was not kept, or nobody watched. */
export function knownFrom(coverage: Track): number | null {
  const first = coverage.values.findIndex((share) => coverOf(share) !== 'none');
  return first > 0 ? coverage.fromMs + first * coverage.stepMs : null;
}
