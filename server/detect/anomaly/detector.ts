import { onsetScore } from './onset.ts';
import { rarity } from './rarity.ts';
import { endMissing, isFlatLine, isMissing } from './runs.ts';
import { createState, openState, SCALAR, VALUES_KEPT, VIEWS, type State, type View } from './state.ts';
import { look } from './views.ts';

/** Why a point has its score: `known` is more of what was told or nothing new, `learning` is too early to say. */
export type AnomalyReason = View | 'flat-line' | 'missing' | 'known' | 'learning';

export interface Anomaly {
  /** 0 nothing, 0.5 worth a look, 1 never seen from any side; falls with the number of such onsets so far. */
  readonly score: number;
  readonly reason: AnomalyReason;
  /** To which side; null where there is none. */
  readonly direction: 'up' | 'down' | null;
  /** Points since the series last looked as strange from that side; null where that says nothing. */
  readonly pointsSince: number | null;
}

export interface DetectorOptions {
  /** Hour of the local week, 0..167, of a time in epoch ms; UTC without it. */
  readonly hourOfWeek?: (atMs: number) => number;
  /** What `save` gave; bytes of another version start anew. */
  readonly saved?: Uint8Array;
}

export interface Detector {
  /** Takes the next value, null where one was due and none came; knows nothing of those after it. */
  readonly next: (atMs: number, value: number | null) => Anomaly;
  /** All of its memory: a detector made from it goes on as this one. */
  readonly save: () => Uint8Array;
}

/** From this score on a point is worth a look. */
export const LOOK_SCORE = 0.5;

/** Points before which nothing is told. */
const LEARNING_POINTS = 50;
/** Scores of the findings that are no matter of degree. */
const RUN_SCORE = 0.5;
const HOUR_MS = 3_600_000;
const KNOWN: Anomaly = { score: 0, reason: 'known', direction: null, pointsSince: null };
const LEARNING: Anomaly = { score: 0, reason: 'learning', direction: null, pointsSince: null };

/** A streaming detector of one series: constant memory, no look-ahead, calibrated by the series itself. */
export function createDetector({ hourOfWeek = hourOfUtcWeek, saved }: DetectorOptions = {}): Detector {
  const state = (saved && openState(saved)) ?? createState();
  const views = new Float64Array(VIEWS.length);
  return {
    next: (atMs, value) => {
      if (value === null || !Number.isFinite(value)) return missing(state);
      endMissing(state);
      const isFlat = isFlatLine(state, isEqualToLast(state, value));
      look(state, value, hourOfWeek(atMs), views);
      const found = judge(state, views);
      state.scalars[SCALAR.seen] = (state.scalars[SCALAR.seen] ?? 0) + 1;
      return isFlat && found.score < RUN_SCORE ? finding('flat-line') : found;
    },
    save: () => state.bytes.slice(),
  };
}

function judge(state: State, views: Float64Array): Anomaly {
  const { height, view, isUp, pointsSince } = rarity(state, views);
  if ((state.scalars[SCALAR.seen] ?? 0) < LEARNING_POINTS) return LEARNING;
  const score = onsetScore(state, height);
  return score === 0 ? KNOWN : { score, reason: view, direction: isUp ? 'up' : 'down', pointsSince };
}

function missing(state: State): Anomaly {
  return isMissing(state) ? finding('missing') : KNOWN;
}

function finding(reason: 'flat-line' | 'missing'): Anomaly {
  return { score: RUN_SCORE, reason, direction: null, pointsSince: null };
}

function isEqualToLast({ scalars, values }: State, value: number): boolean {
  const seen = scalars[SCALAR.seen] ?? 0;
  return seen > 0 && values[(seen - 1) & (VALUES_KEPT - 1)] === value - (scalars[SCALAR.origin] ?? 0);
}

function hourOfUtcWeek(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) % 168;
}
