/** Which stretch of time a page shows, and how its address says so. All pure. */

/** A stretch of time, epoch ms. */
export interface Bounds {
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Ranges that move with the clock. */
export const LIVE_SPANS = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
} as const;
export type LiveName = keyof typeof LIVE_SPANS;
export const LIVE_NAMES = Object.keys(LIVE_SPANS) as readonly LiveName[];
export const LIVE_WORDS: Readonly<Record<LiveName, string>> = {
  '15m': 'last 15 minutes',
  '1h': 'last hour',
  '6h': 'last 6 hours',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
  '90d': 'last 90 days',
};

/** `live` ends now and moves; `fixed` shows the same to everybody at any time. */
export type Range =
  { readonly kind: 'live'; readonly name: LiveName } | ({ readonly kind: 'fixed' } & Bounds);

export const DEFAULT_RANGE: Range = { kind: 'live', name: '15m' };

/** Where a range lies now. */
export function boundsOf(range: Range, nowMs: number): Bounds {
  if (range.kind === 'fixed') return { fromMs: range.fromMs, toMs: range.toMs };
  return { fromMs: nowMs - LIVE_SPANS[range.name], toMs: nowMs };
}

/** The live range that is nearest to a span in length. */
export function nearestLive(spanMs: number): LiveName {
  const far = (name: LiveName) => Math.abs(Math.log(LIVE_SPANS[name] / Math.max(1, spanMs)));
  return LIVE_NAMES.reduce((best, name) => (far(name) < far(best) ? name : best));
}

/** Nothing is known in finer steps than seconds. */
export const LEAST_SPAN_MS = 10_000;
/** Nothing is kept for longer than three years. */
export const MOST_SPAN_MS = 3 * 366 * DAY_MS;

/** A stretch of whole seconds, neither shorter nor longer than can be shown, that ends now at the latest. */
export function clampBounds({ fromMs, toMs }: Bounds, nowMs: number): Bounds {
  const span = Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, toMs - fromMs));
  // What is too short grows on both sides; what is too long keeps its end, as the newest is known best.
  const wantedEnd = toMs - fromMs < span ? (fromMs + toMs + span) / 2 : toMs;
  const end = Math.floor(Math.min(nowMs, wantedEnd) / 1_000) * 1_000;
  const start = Math.max(0, Math.round((end - span) / 1_000) * 1_000);
  return { fromMs: start, toMs: Math.max(end, start + LEAST_SPAN_MS) };
}

/** From one instant to the other, whichever came first. */
export function zoomTo(oneMs: number, otherMs: number, nowMs: number): Bounds {
  return clampBounds({ fromMs: Math.min(oneMs, otherMs), toMs: Math.max(oneMs, otherMs) }, nowMs);
}

/** Longer (factor above 1) or shorter, so that `atMs` keeps its place. */
export function zoomAround({ fromMs, toMs }: Bounds, atMs: number, factor: number, nowMs: number): Bounds {
  return clampBounds({ fromMs: atMs - (atMs - fromMs) * factor, toMs: atMs + (toMs - atMs) * factor }, nowMs);
}

/** Moved by so many of its own lengths; the length stays. */
export function panBy({ fromMs, toMs }: Bounds, lengths: number, nowMs: number): Bounds {
  const move = (toMs - fromMs) * lengths;
  return clampBounds({ fromMs: fromMs + move, toMs: toMs + move }, nowMs);
}
