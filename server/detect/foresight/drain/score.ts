/** Forecasts held against what came: how often the truth lay inside, how far off the middle was, how wide they were. */
import { z } from 'zod';
import type { ForecastScore } from '../../../../shared/foresight.ts';
import { medianOf } from '../median.ts';

/** One forecast of the end of a backlog. */
export interface Made {
  readonly atMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}
export const Outcome = z.strictObject({
  isInside: z.boolean(),
  errorShare: z.number(),
  widthMs: z.number(),
  /** How many times as wide it should have been. */
  needed: z.number(),
});
export type Outcome = z.infer<typeof Outcome>;

/** Outcomes remembered of one scope, and of all. */
export const MAX_OUTCOMES = 200;
/** Outcomes below which an interval is not changed by them. */
const LEAST = 20;
const MOST_WIDENED = 3;
/** Forecasts of one backlog that are held; every second one is let go when there are more. */
const MAX_MADE = 300;

/** The forecasts of one backlog that is not over yet. */
export class Pending {
  #made: Made[] = [];

  note(made: Made): void {
    this.#made.push(made);
    if (this.#made.length > MAX_MADE) this.#made = this.#made.filter((_, i) => i % 2 === 0);
  }

  /** It was over at `clearMs`. What was said in the last slot of it is no forecast. */
  settle(clearMs: number, slotMs: number): readonly Outcome[] {
    const outcomes = this.#made
      .filter(({ atMs }) => clearMs - atMs >= slotMs)
      .map((made) => outcomeOf(made, clearMs));
    this.#made = [];
    return outcomes;
  }
}

function outcomeOf({ atMs, fromMs, toMs }: Made, clearMs: number): Outcome {
  const middleMs = (fromMs + toMs) / 2;
  const halfMs = Math.max(1, (toMs - fromMs) / 2);
  return {
    isInside: clearMs >= fromMs && clearMs <= toMs,
    errorShare: Math.abs(middleMs - clearMs) / (clearMs - atMs),
    widthMs: toMs - fromMs,
    needed: Math.abs(clearMs - middleMs) / halfMs,
  };
}

/** Null: nothing has come due yet. */
export function scoreOf(outcomes: readonly Outcome[]): ForecastScore | null {
  if (outcomes.length === 0) return null;
  return {
    n: outcomes.length,
    insideShare: outcomes.filter(({ isInside }) => isInside).length / outcomes.length,
    medianErrorShare: medianOf(outcomes.map(({ errorShare }) => errorShare)) ?? 0,
    medianWidthMs: medianOf(outcomes.map(({ widthMs }) => widthMs)) ?? 0,
  };
}

/** By how much intervals must be wider so that nine of ten of the past ones would have held the truth; never narrower. */
export function widenBy(outcomes: readonly Outcome[]): number {
  if (outcomes.length < LEAST) return 1;
  const needed = outcomes.map((outcome) => outcome.needed).sort((a, b) => a - b);
  return Math.min(MOST_WIDENED, Math.max(1, needed[Math.floor(0.9 * needed.length)] ?? 1));
}
