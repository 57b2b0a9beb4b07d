import { ONSETS_KEPT, SCALAR, type State } from './state.ts';

/** Points after an onset in which only a clearly stronger one is told. */
const REFRACTORY_POINTS = 30;
/** Below this share of the last onset a point within the refractory time is more of the same. */
const SAME = 0.85;
/** Earlier onsets of at least this share of a height count as its equals. */
const EQUAL = 0.85;
/** How fast the worth of an onset falls with the number of its equals so far. */
const WEAR = 0.4;
/** Points in which a height fades by a factor of e; after a sixth of them it is no equal of a new one any more. */
const FADE_POINTS = 100_000;
/** Height at which the score is one half: look here. One setting for every series. */
const HALF_HEIGHT = 2;
/** How fast the score rises there: it only spreads the scores, their order stays. */
const SHARPNESS = 6;

/** The score of a point from its height: of an onset only, and less the more often this series had such onsets before. */
export function onsetScore(state: State, height: number): number {
  const { scalars } = state;
  const worth = height * (1 + equals(state, height)) ** -WEAR;
  const age = (scalars[SCALAR.seen] ?? 0) - (scalars[SCALAR.onsetAt] ?? 0);
  const isSame = age <= REFRACTORY_POINTS && worth * SAME <= (scalars[SCALAR.onsetHeight] ?? 0);
  if (isSame || worth <= 0) return 0;
  fade(state, age);
  scalars[SCALAR.onsetAt] = scalars[SCALAR.seen] ?? 0;
  scalars[SCALAR.onsetHeight] = worth;
  keepOnset(state, height);
  const odds = (worth / HALF_HEIGHT) ** SHARPNESS;
  return odds / (1 + odds);
}

function equals({ onsetHeights, scalars }: State, height: number): number {
  const kept = Math.min(scalars[SCALAR.onsets] ?? 0, ONSETS_KEPT);
  const bound = Math.fround(height * EQUAL);
  let count = 0;
  while (count < kept && (onsetHeights[count] ?? 0) >= bound) count += 1;
  return count;
}

/** Heights fade, so that in the end a series is not held to what it did long ago. */
function fade({ onsetHeights, scalars }: State, points: number): void {
  const kept = Math.min(scalars[SCALAR.onsets] ?? 0, ONSETS_KEPT);
  const factor = Math.exp(-points / FADE_POINTS);
  for (let i = 0; i < kept; i++) onsetHeights[i] = (onsetHeights[i] ?? 0) * factor;
}

/** Keeps the strongest, strongest first; a height below all of them has as many equals as there can be. */
function keepOnset({ onsetHeights, scalars }: State, height: number): void {
  const count = scalars[SCALAR.onsets] ?? 0;
  const kept = Math.min(count, ONSETS_KEPT);
  scalars[SCALAR.onsets] = count + 1;
  let place = kept;
  while (place > 0 && (onsetHeights[place - 1] ?? 0) < height) place -= 1;
  if (place >= ONSETS_KEPT) return;
  onsetHeights.copyWithin(place + 1, place, Math.min(kept, ONSETS_KEPT - 1));
  onsetHeights[place] = height;
}
