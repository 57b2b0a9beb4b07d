/** Terms below this share of the sum change nothing any more. */
const NEGLIGIBLE = 1e-17;

/** Rate of rare events as it is believed before counting: `shape` events seen in `rate` units of exposure. */
export interface RateBelief {
  readonly shape: number;
  readonly rate: number;
}

/** Probability of `count` or more events where `mean` are expected: exact, for counts too sparse for any normal curve. */
export function poissonTail(count: number, mean: number): number {
  if (count <= 0) return 1;
  if (mean <= 0) return 0;
  const first = (k: number) => Math.exp(k * Math.log(mean) - mean - logGamma(k + 1));
  return tail(count, mean, { first, ratio: (k) => mean / (k + 1) });
}

/**
 * Probability of `count` or more events in an exposure when the rate itself is uncertain (gamma-Poisson, a negative
 * binomial): a new series with two hits is less of a surprise than an old one.
 */
export function gammaPoissonTail(count: number, { shape, rate }: RateBelief, exposure: number): number {
  if (count <= 0) return 1;
  if (exposure <= 0 || shape <= 0) return 0;
  const hit = exposure / (rate + exposure);
  const first = (k: number) =>
    Math.exp(
      logGamma(k + shape) - logGamma(shape) - logGamma(k + 1) + shape * Math.log1p(-hit) + k * Math.log(hit),
    );
  return tail(count, (shape * exposure) / rate, { first, ratio: (k) => (hit * (k + shape)) / (k + 1) });
}

/** Of a distribution of counts: the probability of a count, and that of the next one beside it. */
interface Terms {
  readonly first: (count: number) => number;
  readonly ratio: (count: number) => number;
}

/** Adds up the side that holds less, away from the count, so that a tiny tail keeps all of its digits. */
function tail(count: number, mean: number, { first, ratio }: Terms): number {
  let sum = 0;
  if (count > mean) {
    for (let k = count, term = first(k); term > sum * NEGLIGIBLE; term *= ratio(k), k++) sum += term;
    return Math.min(1, sum);
  }
  for (let k = count - 1, term = first(k); k >= 0 && term > sum * NEGLIGIBLE; k--) {
    sum += term;
    if (k > 0) term /= ratio(k - 1);
  }
  return Math.max(0, 1 - sum);
}

/** Lanczos' approximation with g = 7 and nine terms: 15 digits. */
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first = 0, ...rest] = LANCZOS;
  const sum = rest.reduce((total, term, i) => total + term / (x + i), first);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
