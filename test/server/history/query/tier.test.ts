import { describe, expect, it } from 'vitest';
import { chooseTier, type Extents, snapRange } from '../../../../server/history/query/tier.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const since = (...ms: readonly [number, number, number]): Extents => ({
  10: { oldestMs: NOW - ms[0], newestMs: NOW - 10_000 },
  60: { oldestMs: NOW - ms[1], newestMs: NOW - MINUTE },
  3_600: { oldestMs: NOW - ms[2], newestMs: NOW - HOUR },
});
const FULL = since(7 * DAY, 90 * DAY, 1_095 * DAY);
const choose = (backMs: number, points = 1_000, extents = FULL) =>
  chooseTier({ fromMs: NOW - backMs, toMs: NOW, points }, extents, NOW);

describe('the choice of tier', () => {
  it.each([
    [15 * MINUTE, 1_000, 10, 10_000, 90],
    [HOUR, 1_000, 10, 10_000, 360],
    [6 * HOUR, 1_000, 10, 30_000, 720],
    [6 * HOUR, 100, 60, 300_000, 72],
    [DAY, 1_000, 60, 120_000, 720],
    [7 * DAY, 1_000, 3_600, HOUR, 168],
    [90 * DAY, 1_000, 3_600, 3 * HOUR, 720],
    [1_000 * DAY, 1_000, 3_600, 2 * DAY, 500],
  ])(
    'HIS-55: %i ms in %i points reads windows of %i s, in steps of %i ms',
    (backMs, points, tier, stepMs, steps) => {
      const chosen = choose(backMs, points);
      expect({ ...chosen, firstMs: 0 }).toMatchObject({ tier, stepMs });
      // One more where the range begins within a step.
      expect([steps, steps + 1]).toContain(chosen.steps);
    },
  );

  it('HIS-55: what is no longer kept finely is read coarsely, and the reason says so', () => {
    const chosen = chooseTier(
      { fromMs: NOW - 8 * DAY, toMs: NOW - 8 * DAY + HOUR, points: 1_000 },
      FULL,
      NOW,
    );
    expect([chosen.tier, chosen.stepMs]).toEqual([60, MINUTE]);
    expect(chosen.reason).toBe('1 min: 60 rows; 10 s does not reach back that far');
  });

  it('HIS-55: a store that is younger than the range is read as finely as it is', () => {
    const young = since(20 * MINUTE, 20 * MINUTE, 20 * MINUTE);
    const hour: Extents = { ...young, 3_600: { oldestMs: NOW - HOUR, newestMs: NOW - HOUR } };
    expect(choose(2 * HOUR, 1_000, hour).tier).toBe(10);
    expect(choose(2 * HOUR, 1_000, { 10: null, 60: null, 3_600: null }).tier).toBe(10);
  });

  it('HIS-55: a range in the future has no steps', () => {
    const chosen = chooseTier({ fromMs: NOW + HOUR, toMs: NOW + 2 * HOUR, points: 10 }, FULL, NOW);
    expect(chosen.steps).toBe(0);
  });

  it('HIS-56: a range for tables moves out to whole windows', () => {
    expect(snapRange(NOW - 8 * DAY + 1, NOW - 1, FULL)).toEqual({
      tier: 3_600,
      fromMs: NOW - 8 * DAY,
      toMs: NOW,
    });
  });
});
