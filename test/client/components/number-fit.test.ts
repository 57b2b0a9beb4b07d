import { describe, expect, it } from 'vitest';
import { rowPlan, tilePlan } from '../../../client/components/wall/layout.ts';
import { rowFit, tileFit } from '../../../client/components/wall/number-fit.ts';
import { angleSizes } from '../../../client/components/wall/visual-angle.ts';
import { notesOf, type Reading } from '../../../client/stores/reading.ts';

const FAR = angleSizes({ diagonalInches: 55, distanceM: 5 }, { width: 1_920, height: 1_080 });
const TILE = { width: 376, height: 243 };

const lag = (change: Partial<Reading> = {}): Reading => ({
  ...{
    name: 'lagP95Ms',
    letter: 'L',
    word: 'lag p95',
    prefix: '≥',
    quantity: { value: '41.3', unit: 'min' },
  },
  ...{ state: 'late', age: '4s', note: '4s', isPartial: false },
  ...change,
});
const fresh = lag({ state: 'fresh', note: '' });

describe('the large number of a tile (WAL-163)', () => {
  const plan = tilePlan(TILE, FAR);

  it('is as large as planned while there is nothing to say beside it', () => {
    expect(tileFit(fresh, '', plan)).toEqual({ px: plan.mainPx, hasNotes: true });
  });

  it('gives room for its age, and is never smaller than can be read', () => {
    const { px, hasNotes } = tileFit(lag(), '', plan);
    expect(hasNotes).toBe(true);
    expect(px).toBeLessThan(plan.mainPx);
    expect(px).toBeGreaterThanOrEqual(FAR.minimum);
  });

  it('is never smaller in a wider tile, and keeps its size where there is room for all', () => {
    const sizes = Array.from({ length: 60 }, (_, i) => ({ ...plan, headPx: plan.headPx + 10 * i })).map(
      (wider) => tileFit(lag({ isPartial: true }), 'L', wider),
    );
    const said = sizes.filter(({ hasNotes }) => hasNotes);
    expect(said.map(({ px }) => px)).toEqual(said.map(({ px }) => px).toSorted((a, b) => a - b));
    expect(sizes.at(-1)).toEqual({ px: plan.mainPx, hasNotes: true });
  });

  it('says nothing rather than half of it where even the least has no room', () => {
    const narrow = { ...plan, headPx: 6 * FAR.minimum };
    expect(tileFit(lag(), '', narrow)).toEqual({ px: plan.mainPx, hasNotes: false });
  });

  it('has as notes its age and that sources are missing, the latter not of a number that is lost', () => {
    expect(notesOf(lag({ isPartial: true }))).toEqual(['4s', 'partial']);
    expect(notesOf(lag({ isPartial: true, state: 'lost', note: 'LOST 2m' }))).toEqual(['LOST 2m']);
    expect(notesOf(fresh)).toEqual([]);
  });
});

describe('a number in a row (WAL-163)', () => {
  const plan = rowPlan(12, { width: 1_141, height: 750 }, null);
  if (!plan) throw new Error('no rows');

  it('is set smaller to give room for its age, and one that needs none is not', () => {
    const { px, hasNotes } = rowFit(lag(), plan);
    expect(hasNotes).toBe(true);
    expect(px).toBeLessThan(plan.mainPx);
    expect(px).toBeGreaterThanOrEqual(0.7 * plan.mainPx);
    expect(rowFit(fresh, plan).px).toBe(plan.mainPx);
    const short = lag({ prefix: '', quantity: { value: '5', unit: 's' } });
    expect(rowFit(short, plan)).toEqual({ px: plan.mainPx, hasNotes: true });
  });

  it('says nothing rather than half of it', () => {
    expect(rowFit(lag({ isPartial: true }), plan)).toEqual({ px: plan.mainPx, hasNotes: false });
  });

  it('always says that it is lost: the number gives way to the word', () => {
    expect(rowFit(lag({ state: 'lost', note: 'LOST 41s' }), plan)).toEqual({
      px: plan.mainPx,
      hasNotes: true,
    });
  });
});
