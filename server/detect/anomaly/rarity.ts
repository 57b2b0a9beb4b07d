import { keepRecord, pointsSince } from './records.ts';
import { SCALAR, VIEWS, type State, type View } from './state.ts';

/** Values within this share of the standard deviation count as equally high. */
const TIE = 0.1;
/** Points over which mean and standard deviation are taken. */
const SPREAD_POINTS = 1_000;
/** What the distance of a value never seen so high adds, and the most standard deviations that count. */
const [BEYOND, BEYOND_BOUND] = [0.5, 20];

export interface Rarity {
  /** Cubic mean over all tails of the logarithm of the points since a value as strange was last seen. */
  readonly height: number;
  /** The tail that was seen least lately. */
  readonly view: View;
  readonly isUp: boolean;
  readonly pointsSince: number;
}

/** How long it is that a value looked as strange as this from each side; then all sides learn it. */
export function rarity(state: State, views: Float64Array): Rarity {
  let cubes = 0;
  let rarest = 0;
  let rarestTail = 0;
  for (let view = 0; view < VIEWS.length; view++) {
    const x = views[view] ?? 0;
    const deviation = Math.sqrt(state.squares[view] ?? 0);
    const z = deviation > 0 ? (x - (state.means[view] ?? 0)) / deviation : 0;
    for (let tail = 2 * view; tail <= 2 * view + 1; tail++) {
      const sign = tail % 2 === 0 ? 1 : -1;
      const points = pointsSince(state, tail, sign * x - TIE * deviation);
      const rare = Math.log(points) + beyond(state, points, sign * z);
      cubes += rare * rare * rare;
      keepRecord(state, tail, sign * x);
      if (points > rarest) [rarest, rarestTail] = [points, tail];
    }
    learnSpread(state, view, x);
  }
  return {
    height: Math.cbrt(cubes / (2 * VIEWS.length)),
    view: VIEWS[rarestTail >> 1] ?? VIEWS[0],
    isUp: rarestTail % 2 === 0,
    pointsSince: rarest,
  };
}

/** Time alone can't tell how far a value lies beyond all that was seen. */
function beyond({ scalars }: State, points: number, z: number): number {
  const isSeen = points <= (scalars[SCALAR.seen] ?? 0);
  return isSeen || z <= 0 ? 0 : BEYOND * Math.log1p(Math.min(z, BEYOND_BOUND));
}

function learnSpread({ means, squares, scalars }: State, view: number, x: number): void {
  const weight = 1 / Math.min((scalars[SCALAR.seen] ?? 0) + 1, SPREAD_POINTS);
  const distance = x - (means[view] ?? 0);
  means[view] = (means[view] ?? 0) + distance * weight;
  squares[view] = (squares[view] ?? 0) + (distance * distance - (squares[view] ?? 0)) * weight;
}
