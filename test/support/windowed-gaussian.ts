/** Rows of its window, and rows after which the window moves on: the benchmark's own setting. */
const [WINDOW_ROWS, STEP_ROWS] = [6_400, 100];
/** Where all values are equal so far. */
const LEAST_DEVIATION = 1e-6;

/** The benchmark's baseline: one less the tail of a normal distribution fitted to a sliding window. */
export function windowedGaussian(values: readonly number[]): Float64Array {
  const scores = new Float64Array(values.length);
  let from = 0;
  let to = 0;
  let fitted = { mean: 0, deviation: LEAST_DEVIATION };
  values.forEach((value, row) => {
    if (to > from) scores[row] = 1 - tail(Math.abs(value - fitted.mean) / fitted.deviation);
    const isFilling = row < WINDOW_ROWS;
    if (!isFilling && (row + 1 - WINDOW_ROWS) % STEP_ROWS !== 0) return;
    to = row + 1;
    from = Math.max(0, to - WINDOW_ROWS);
    fitted = fit(values, from, to);
  });
  return scores;
}

function fit(values: readonly number[], from: number, to: number) {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i]!;
  const mean = total / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (values[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / (to - from)) || LEAST_DEVIATION };
}

/** Half the complementary error function of z/sqrt 2: a continued fraction far out, a series near zero. */
function tail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / (z + fraction);
    return density / (z + fraction);
  }
  let term = z;
  let sum = z;
  for (let k = 1; k < 80; k++) sum += term *= (z * z) / (2 * k + 1);
  return 0.5 - density * sum;
}
