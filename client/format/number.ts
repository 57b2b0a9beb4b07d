/** A number ready to be read: three significant figures and the unit apart, so that the unit can be set smaller. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** What stands where a number would, when there is none. Never a zero. */
export const NOTHING = '—';

const THOUSANDS = ['', 'k', 'M', 'G', 'T'] as const;

/** Decimals that leave three significant figures of a number that is already rounded to three. */
function decimals(rounded: number): number {
  if (rounded === 0) return 0;
  return Math.min(2, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded)))));
}

/** Counts and rates: `0`, `42`, `12.3 k`, `1.00 M`. */
export function countOf(count: number): Quantity {
  const rounded = Number(count.toPrecision(3));
  const size = Math.abs(rounded);
  const step = size < 1000 ? 0 : Math.min(THOUSANDS.length - 1, Math.floor(Math.log10(size) / 3));
  const unit = THOUSANDS[step] ?? '';
  if (step === 0 && Number.isInteger(count)) return { value: String(count), unit };
  const scaled = rounded / 1000 ** step;
  return { value: scaled.toFixed(decimals(scaled)), unit };
}

/** Shares: `3.20 %`. What is not all is never rounded up to 100, what is not nothing never down to 0. */
export function percentOf(percent: number): Quantity {
  const unit = '%';
  if (percent > 0 && percent < 0.01) return { value: '<0.01', unit };
  if (percent >= 99.95 && percent < 100)
    return { value: percent > 99.99 ? '>99.99' : percent.toFixed(2), unit };
  const rounded = Number(percent.toPrecision(3));
  return { value: rounded.toFixed(decimals(rounded)), unit };
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Durations: `840 ms`, `4.2 s`, `41 s`, `6.2 min`, `3.1 h`, `2.0 d`. */
export function durationOf(durationMs: number): Quantity {
  const ms = Math.round(durationMs);
  if (ms < SECOND_MS) return { value: String(ms), unit: 'ms' };
  if (ms < 9_950) return { value: (ms / SECOND_MS).toFixed(1), unit: 's' };
  if (ms < 59_500) return { value: String(Math.round(ms / SECOND_MS)), unit: 's' };
  // Each limit lies where the smaller unit would round up to a full larger one.
  if (ms < HOUR_MS - 0.05 * MINUTE_MS) return { value: Math.max(1, ms / MINUTE_MS).toFixed(1), unit: 'min' };
  if (ms < 2 * DAY_MS - 0.05 * HOUR_MS) return { value: Math.max(1, ms / HOUR_MS).toFixed(1), unit: 'h' };
  return { value: Math.max(2, ms / DAY_MS).toFixed(1), unit: 'd' };
}

/** Age of data, as short as it can be said, rounded down: `4s`, `2m`, `3h`, `5d`. */
export function ageText(ageMs: number): string {
  const ms = Math.max(0, ageMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

/** Value and unit in one text; no number is a dash, to which the caller adds the word why. */
export function quantityText(quantity: Quantity | null): string {
  if (!quantity) return NOTHING;
  return quantity.unit === '' ? quantity.value : `${quantity.value} ${quantity.unit}`;
}

/** Applies a format to a number that may be missing. */
export function orNothing(format: (n: number) => Quantity, n: number | null): string {
  return n === null ? NOTHING : quantityText(format(n));
}
