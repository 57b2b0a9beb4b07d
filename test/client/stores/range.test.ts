import { describe, expect, it } from 'vitest';
import {
  boundsOf,
  clampBounds,
  LEAST_SPAN_MS,
  LIVE_NAMES,
  LIVE_SPANS,
  MOST_SPAN_MS,
  nearestLive,
  panBy,
  zoomAround,
  zoomTo,
} from '../../../client/stores/range.ts';
import { T0 } from '../fixtures.ts';

const HOUR = 3_600_000;
const hour = { fromMs: T0 - 2 * HOUR, toMs: T0 - HOUR };
const span = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs - fromMs;

describe('a range of time', () => {
  it.each(LIVE_NAMES)('that is live (%s) ends now and has its length', (name) => {
    expect(boundsOf({ kind: 'live', name }, T0)).toEqual({ fromMs: T0 - LIVE_SPANS[name], toMs: T0 });
  });

  it('that is fixed stays where it is, whatever the time', () => {
    expect(boundsOf({ kind: 'fixed', ...hour }, T0)).toEqual(hour);
    expect(boundsOf({ kind: 'fixed', ...hour }, T0 + 9 * HOUR)).toEqual(hour);
  });

  it.each([
    [60_000, '15m'],
    [2_900_000, '1h'],
    [20 * HOUR, '24h'],
    [24 * 80 * HOUR, '90d'],
    [0, '15m'],
  ] as const)('goes live with about its length: %i ms is %s', (length, name) => {
    expect(nearestLive(length)).toBe(name);
  });

  it('zooms to what was drawn over, in whichever direction (TEN-2)', () => {
    expect(zoomTo(T0 - 60_000, T0 - 120_000, T0)).toEqual({ fromMs: T0 - 120_000, toMs: T0 - 60_000 });
    expect(zoomTo(T0 - 120_000, T0 - 60_000, T0)).toEqual({ fromMs: T0 - 120_000, toMs: T0 - 60_000 });
  });

  it.each([0, 0.25, 0.5, 1])(
    'keeps the place under the pointer when it zooms around %d of it (TEN-2)',
    (share) => {
      const atMs = hour.fromMs + share * HOUR;
      const zoomed = zoomAround(hour, atMs, 0.5, T0);
      expect(span(zoomed)).toBe(HOUR / 2);
      expect((atMs - zoomed.fromMs) / span(zoomed)).toBeCloseTo(share, 3);
    },
  );

  it('comes back to where it was when zoomed in and out again', () => {
    const atMs = hour.fromMs + HOUR / 4;
    expect(zoomAround(zoomAround(hour, atMs, 0.5, T0), atMs, 2, T0)).toEqual(hour);
  });

  it('keeps its length when it is moved, and moves back to where it was (TEN-2)', () => {
    const moved = panBy(hour, -0.25, T0);
    expect(moved).toEqual({ fromMs: hour.fromMs - HOUR / 4, toMs: hour.toMs - HOUR / 4 });
    expect(panBy(moved, 0.25, T0)).toEqual(hour);
  });

  it('never ends after now: it is pushed back, not cut (TEN-2)', () => {
    expect(panBy(hour, 5, T0)).toEqual({ fromMs: T0 - HOUR, toMs: T0 });
    const wide = zoomAround(hour, hour.toMs, 8, T0);
    expect(wide.toMs).toBeLessThanOrEqual(T0);
    expect(span(wide)).toBe(8 * HOUR);
  });

  it('is never shorter than ten seconds nor longer than three years (TEN-2)', () => {
    expect(span(zoomTo(T0 - HOUR, T0 - HOUR + 3, T0))).toBe(LEAST_SPAN_MS);
    expect(span(zoomAround(hour, T0 - HOUR, 1e9, T0))).toBe(MOST_SPAN_MS);
    expect(span(clampBounds({ fromMs: T0 - 5, toMs: T0 }, T0))).toBe(LEAST_SPAN_MS);
  });

  it('begins and ends at whole seconds, so that an address is short and means the same to all', () => {
    const { fromMs, toMs } = zoomTo(T0 - 123_456, T0 - 23_456, T0);
    expect([fromMs % 1_000, toMs % 1_000]).toEqual([0, 0]);
  });
});
