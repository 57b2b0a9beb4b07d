import { describe, expect, it } from 'vitest';
import { AGE_MINUTES, type WaitingMatrix } from '../../../shared/history.ts';
import { AGE_HEADS, matrixRows, shadeOf, SHADES } from '../../../client/stores/matrix-model.ts';
import { T0 } from '../fixtures.ts';

const ages = (change: Record<number, number>) =>
  Array.from({ length: AGE_MINUTES.length + 1 }, (_, i) => change[i] ?? 0);
const matrix: WaitingMatrix = {
  atMs: T0,
  rows: [
    { destination: 'web.example', total: 10_001, ages: ages({ 0: 10_000, 3: 1 }) },
    { destination: 'other', total: 4, ages: ages({ 9: 4 }) },
    { destination: '(not yet named)', total: 2, ages: ages({ 0: 2 }) },
  ],
  total: ages({ 0: 10_002, 3: 1, 9: 4 }),
  otherDestinations: 3,
};
const query = (href: string | undefined) => new URLSearchParams(href?.split('?')[1]);

describe('the waiting matrix', () => {
  it('shades no one not, the largest most, and even one of ten thousand a little (TEN-8)', () => {
    expect([shadeOf(0, 10_000), shadeOf(1, 10_000), shadeOf(10_000, 10_000)]).toEqual([0, 1, SHADES]);
    expect(shadeOf(0, 0)).toBe(0);
    expect(shadeOf(1, 1)).toBe(SHADES);
  });

  it('never shades a larger number less', () => {
    const shades = Array.from({ length: 500 }, (_, n) => shadeOf(n, 499));
    expect(shades).toEqual(shades.toSorted((a, b) => a - b));
  });

  it('has a head for each age that qshape has, and one beyond', () => {
    expect(AGE_HEADS.map(({ head }) => head)).toEqual([
      ...AGE_MINUTES.map((m) => `< ${m} min`),
      '≥ 1280 min',
    ]);
    expect(AGE_HEADS[1]?.speech).toBe('5 to 10 minutes');
  });

  it('leads from a number to the attempts to that destination since mail of that age came (TEN-5)', () => {
    const [row] = matrixRows(matrix, 'aurora');
    const asked = query(row?.cells[3]?.href);
    expect(Object.fromEntries(asked)).toEqual({
      tenant: 'aurora',
      from: String(T0 - 40 * 60_000),
      to: String(T0),
      status: 'deferred',
      toDomain: 'web.example',
    });
  });

  it('does not lead from nothing to nothing', () => {
    const [row] = matrixRows(matrix, 'aurora');
    expect(row?.cells[1]).toEqual({ count: 0, shade: 0 });
  });

  it('does not ask for a domain where a row stands for no one domain', () => {
    const [, other, unnamed] = matrixRows(matrix, 'aurora');
    expect(query(other?.href).has('toDomain')).toBe(false);
    expect(query(unnamed?.href).has('toDomain')).toBe(false);
    expect(query(other?.cells[9]?.href).get('from')).toBe(String(T0 - 5 * 86_400_000));
  });
});
