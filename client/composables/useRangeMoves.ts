import {
  LIVE_NAMES,
  nearestLive,
  panBy,
  zoomAround,
  zoomTo,
  DEFAULT_RANGE,
  type Bounds,
} from '../stores/range.ts';
import type { PageQueryHandle } from './usePageQuery.ts';

interface MovesOf {
  readonly page: PageQueryHandle;
  readonly bounds: () => Bounds | null;
  readonly cursorMs: () => number | null;
  /** Server time; the viewer's own until it is known. */
  readonly nowMs: () => number;
}

const FACTOR = 2;

/** Ways to move the range that is shown; each ends in the address. */
export function useRangeMoves({ page, bounds, cursorMs, nowMs }: MovesOf) {
  function fix(make: (from: Bounds) => Bounds, how: 'step' | 'glide' = 'step'): void {
    const from = bounds();
    if (from) page.change({ range: { kind: 'fixed', ...make(from) } }, how);
  }
  const zoom = (atMs: number, factor: number) =>
    fix((from) => zoomAround(from, atMs, factor, nowMs()), 'glide');

  /** While it is live, and nobody points anywhere, it stays live. */
  function zoomByKey(factor: number): void {
    const { range } = page.query.value;
    const from = bounds();
    const cursor = cursorMs();
    const next =
      range.kind === 'live' ? LIVE_NAMES[LIVE_NAMES.indexOf(range.name) + (factor > 1 ? 1 : -1)] : undefined;
    if (cursor === null && next) return page.change({ range: { kind: 'live', name: next } });
    if (from) zoom(cursor ?? (range.kind === 'live' ? from.toMs : (from.fromMs + from.toMs) / 2), factor);
  }

  return {
    select: (oneMs: number, otherMs: number) => fix(() => zoomTo(oneMs, otherMs, nowMs())),
    zoom,
    zoomIn: () => zoomByKey(1 / FACTOR),
    zoomOut: () => zoomByKey(FACTOR),
    pan: (lengths: number) => fix((from) => panBy(from, lengths, nowMs()), 'glide'),
    live: () => {
      const from = bounds();
      page.change({ range: { kind: 'live', name: nearestLive(from ? from.toMs - from.fromMs : 0) } });
    },
    reset: () => page.change({ range: DEFAULT_RANGE }),
    /** The range before this one; a longer one when there was none. */
    back: () => {
      if (!page.back()) fix((from) => zoomAround(from, (from.fromMs + from.toMs) / 2, FACTOR, nowMs()));
    },
  };
}
