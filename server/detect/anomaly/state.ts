/** What a value is looked at by. Each view is read upwards and downwards: two tails. */
export const VIEWS = [
  'level',
  'level-of-4',
  'level-of-16',
  'step',
  'step-of-4',
  'step-of-16',
  'restlessness',
  'season',
  'season-of-4',
  'season-of-16',
  'season-of-64',
  'hour-of-day',
  'slow-leak',
] as const;
export type View = (typeof VIEWS)[number];

/** Slots of the seasonal means. */
export const [HOURS_OF_WEEK, HOURS_OF_DAY] = [168, 24];
/** Values and residuals kept as they came: what the longest means over them need. */
export const [VALUES_KEPT, RESIDUALS_KEPT] = [32, 64];
/** Records kept per tail: their number grows with the logarithm of time, and the closest two are merged. */
export const RECORDS_KEPT = 8;
/** Heights of the strongest onsets that are remembered. */
export const ONSETS_KEPT = 32;

/** The single numbers of a series, by their place. */
export const SCALAR = {
  version: 0,
  /** Values seen, without missing ones. */
  seen: 1,
  /** The first value: everything is kept relative to it, so that a large offset costs no precision. */
  origin: 2,
  leakUp: 3,
  leakDown: 4,
  onsetAt: 5,
  onsetHeight: 6,
  onsets: 7,
  changes: 8,
  /** Length of the present run of equal values, and of the longest one that ended. */
  flatRun: 9,
  longestFlat: 10,
  missingRun: 11,
  longestMissing: 12,
} as const;

const VERSION = 1;
const TAILS = 2 * VIEWS.length;
const F64 = [Object.keys(SCALAR).length, VALUES_KEPT, RESIDUALS_KEPT, VIEWS.length, VIEWS.length] as const;
const F32 = [HOURS_OF_WEEK, HOURS_OF_DAY, TAILS * RECORDS_KEPT, ONSETS_KEPT] as const;
const U32 = [TAILS * RECORDS_KEPT] as const;
const U8 = [HOURS_OF_WEEK, HOURS_OF_DAY, TAILS] as const;
const sum = (lengths: readonly number[]): number => lengths.reduce((total, length) => total + length, 0);

/** Bytes of a series: all of its memory, the same on its first day and after a year. */
export const STATE_BYTES = 8 * sum(F64) + 4 * (sum(F32) + sum(U32)) + sum(U8);

/** All that is known of one series, in one block of bytes. */
export type State = ReturnType<typeof createState>;

/** An empty series, or one as it was saved; bytes of another form give `undefined`. */
export function openState(saved: Uint8Array): State | undefined {
  if (saved.length !== STATE_BYTES) return undefined;
  const state = createState();
  state.bytes.set(saved);
  return state.scalars[SCALAR.version] === VERSION ? state : undefined;
}

/** A series of which nothing was seen. */
export function createState() {
  const buffer = new ArrayBuffer(STATE_BYTES);
  let at = 0;
  const doubles = (index: number) => {
    const array = new Float64Array(buffer, at, F64[index]);
    at += array.byteLength;
    return array;
  };
  const floats = (index: number) => {
    const array = new Float32Array(buffer, at, F32[index]);
    at += array.byteLength;
    return array;
  };
  const octets = (index: number) => {
    const array = new Uint8Array(buffer, at, U8[index]);
    at += array.byteLength;
    return array;
  };
  const [scalars, values, residuals, means, squares] = [0, 1, 2, 3, 4].map(doubles) as Five;
  const [weekMeans, dayMeans, recordHeights, onsetHeights] = [0, 1, 2, 3].map(floats) as Four;
  const recordTimes = new Uint32Array(buffer, at, U32[0]);
  at += recordTimes.byteLength;
  const [weekCounts, dayCounts, recordCounts] = [0, 1, 2].map(octets) as Three;
  scalars[SCALAR.version] = VERSION;
  return {
    bytes: new Uint8Array(buffer),
    scalars,
    /** The last values, relative to the origin, in a ring. */
    values,
    /** The last differences from the hour of week, in a ring. */
    residuals,
    /** Running mean and variance of each view. */
    means,
    squares,
    weekMeans,
    dayMeans,
    weekCounts,
    dayCounts,
    recordHeights,
    recordTimes,
    recordCounts,
    onsetHeights,
  };
}

type Five = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
type Four = [Float32Array, Float32Array, Float32Array, Float32Array];
type Three = [Uint8Array, Uint8Array, Uint8Array];
