/** Seeded pseudo-random numbers (sfc32): the same seed gives the same platform to the last byte. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, n). */
  int(n: number): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Gaps of a Poisson process with this mean. */
  exponential(mean: number): number;
  /** Right-skewed times: scans, transmissions, sessions. */
  lognormal(median: number, sigma: number): number;
  hex(digits: number): string;
}

/** A generator of its own for each simulation. */
export function createRandom(seed: number): Random {
  const step = sfc32(seed);
  for (let i = 0; i < 12; i++) step();
  const next = () => step() / 4_294_967_296;
  const int = (n: number) => Math.floor(next() * n);
  return {
    next,
    int,
    between: (from, to) => from + (to - from) * next(),
    chance: (probability) => next() < probability,
    pick: (items) => at(items, int(items.length)),
    exponential: (mean) => -Math.log(1 - next()) * mean,
    lognormal: (median, sigma) => median * Math.exp(sigma * gaussian(next)),
    hex: (digits) => hex(step, digits),
  };
}

/** Chris Doty-Humphrey's small fast counter generator, 128 bits of state, public domain. */
function sfc32(seed: number): () => number {
  let a = seed >>> 0;
  let b = Math.floor(seed / 4_294_967_296) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
}

/** Sum of uniforms is near enough to a bell here and cheaper than Box-Muller. */
function gaussian(next: () => number): number {
  return (next() + next() + next() + next() - 2) * 1.732;
}

function hex(step: () => number, digits: number): string {
  let text = '';
  while (text.length < digits) text += (step() >>> 0).toString(16).padStart(8, '0');
  return text.slice(0, digits);
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError('pick from an empty list');
  return item;
}
