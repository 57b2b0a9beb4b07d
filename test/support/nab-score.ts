/** The Numenta Anomaly Benchmark's published scoring (v1.1): earliest detection in a window counts, others outside cost. */

/** Weight of a found window, a missed one, and of a false alarm. */
export const NAB_PROFILES = {
  standard: { found: 1, missed: 1, false: 0.11 },
  'low FP': { found: 1, missed: 1, false: 0.22 },
  'low FN': { found: 1, missed: 2, false: 0.11 },
} as const;
export type NabProfile = keyof typeof NAB_PROFILES;

/** Scores of one file, and the windows of rows (both ends included) in which something was wrong. */
export interface NabFile {
  readonly name: string;
  readonly scores: ArrayLike<number>;
  readonly windows: readonly (readonly [first: number, last: number])[];
}

export interface NabScore {
  /** 0 a silent detector, 100 a perfect one; may be negative. */
  readonly score: number;
  /** The one threshold for all files; Infinity when silence is best. */
  readonly threshold: number;
}

interface Point {
  readonly score: number;
  readonly gain: number;
  /** Number of the window over all files, or -1. */
  readonly window: number;
}

/** Share of a file that is not scored, of at most so many rows. */
const [PROBATION_SHARE, PROBATION_ROWS] = [0.15, 5_000];

/** The normalised score at the best threshold for these files, as the benchmark takes it, or at a given one. */
export function nabScore(files: readonly NabFile[], profile: NabProfile, threshold?: number): NabScore {
  const weights = NAB_PROFILES[profile];
  let metWindows = 0;
  const points: Point[] = [];
  for (const file of files) metWindows += addPoints(points, file, weights, metWindows);
  points.sort((a, b) => b.score - a.score);
  const silent = -weights.missed * metWindows;
  const perfect = weights.found * files.reduce((sum, { windows }) => sum + windows.length, 0);
  const normalised = (total: number) => (100 * (total - silent)) / (perfect - silent);
  const best = sweep(points, metWindows, weights.missed, threshold);
  return { score: normalised(best.total), threshold: best.threshold };
}

type Weights = (typeof NAB_PROFILES)[NabProfile];

/** Adds the scored points of a file; gives the number of its windows that reach beyond the probation. */
function addPoints(
  points: Point[],
  { scores, windows }: NabFile,
  weights: Weights,
  firstWindow: number,
): number {
  const rows = scores.length;
  const probation = Math.floor(PROBATION_SHARE * Math.min(rows, PROBATION_ROWS));
  const met = windows.filter(([, last]) => last >= probation);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    while (next < windows.length && row > windows[next]![1]) next += 1;
    if (row < probation) continue;
    const within = windows[next] !== undefined && row >= windows[next]![0] ? windows[next]! : undefined;
    points.push({
      score: scores[row]!,
      gain: within
        ? weights.found * gainWithin(row, within)
        : weights.false * costAfter(row, windows[next - 1]),
      window: within ? firstWindow + met.indexOf(within) : -1,
    });
  }
  return met.length;
}

/** 1 at the first row of a window, near 0 at its last. */
function gainWithin(row: number, [first, last]: readonly [number, number]): number {
  return sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);
}

/** Near 0 just behind a window, -1 far from any. */
function costAfter(row: number, before: readonly [number, number] | undefined): number {
  if (!before) return -1;
  const length = before[1] - before[0];
  return length === 0 ? -1 : sigmoid((row - before[1]) / length);
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}

/** Lowers the threshold from score to score; points of equal score come together. */
function sweep(points: readonly Point[], windows: number, missed: number, given: number | undefined) {
  const gains = new Float64Array(windows).fill(-missed);
  let total = -missed * windows;
  let best = { total, threshold: Infinity };
  for (let i = 0; i < points.length;) {
    const threshold = points[i]!.score;
    if (given !== undefined && threshold < given) break;
    for (; points[i]?.score === threshold; i++) {
      const { gain, window } = points[i]!;
      if (window < 0) total += gain;
      else if (gain > gains[window]!) {
        total += gain - gains[window]!;
        gains[window] = gain;
      }
    }
    if (given === undefined && total > best.total) best = { total, threshold };
  }
  return given === undefined ? best : { total, threshold: given };
}
