/** Whether more customers report than usual: different people, against what is usual at the hour. */
import type { ReportSurge } from '../../../../shared/foresight.ts';
import { gammaPoissonTail } from '../../anomaly/tails.ts';

/** Reports of the last hour are one surge. */
export const SURGE_MS = 3_600_000;
/** Different people below which nothing is said: one angry thread is no surge. */
export const LEAST_REPORTERS = 3;
const SURGE_P = 1e-4;
/** Believed of an hour of the week before any was seen: half a reporter an hour. */
const PRIOR = { shape: 0.5, rate: 1 } as const;

export interface SurgeInput {
  readonly reporters: number;
  /** Reporters in the same hour of earlier weeks, and how many weeks. */
  readonly earlier: { readonly sum: number; readonly weeks: number };
}

export function surgeOf({ reporters, earlier }: SurgeInput): Pick<ReportSurge, 'state' | 'p' | 'usual'> {
  const belief = { shape: PRIOR.shape + earlier.sum, rate: PRIOR.rate + earlier.weeks };
  const p = gammaPoissonTail(reporters, belief, 1);
  const usual = belief.shape / belief.rate;
  if (reporters < LEAST_REPORTERS) return { state: 'insufficient', p, usual };
  return { state: p <= SURGE_P ? 'surge' : 'usual', p, usual };
}
