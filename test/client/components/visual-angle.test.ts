import { describe, expect, it } from 'vitest';
import {
  angleSizes,
  arcMinutesOf,
  pixelsOfAngle,
  viewingOf,
  type Viewing,
} from '../../../client/components/wall/visual-angle.ts';

const HD = { width: 1_920, height: 1_080 };
const at = (diagonalInches: number, distanceM: number): Viewing => viewingOf(diagonalInches, distanceM)!;
const sizes = (diagonal: number, distance: number, screen = HD) => {
  const { minimum, preferred, headline } = angleSizes(at(diagonal, distance), screen);
  return [minimum, preferred, headline].map(Math.round);
};

describe('the size of text', () => {
  it.each([
    [43, 3, [39, 49, 73]],
    [43, 5, [65, 81, 122]],
    [55, 3, [31, 38, 57]],
    [55, 5, [51, 64, 96]],
    [55, 8, [82, 102, 153]],
    [75, 5, [37, 47, 70]],
    [98, 8, [46, 57, 86]],
  ] as const)(
    'on %d inches seen from %d m is 16, 20 and 30 minutes of arc: %o px (WAL-40)',
    (inches, metres, px) => {
      sizes(inches, metres).forEach((size, i) => expect(Math.abs(size - px[i]!)).toBeLessThanOrEqual(1));
    },
  );

  it('is 23, 29 and 44 mm of capitals at 5 m, whatever the screen (WAL-40)', () => {
    const viewing = at(55, 5);
    const mm = (55 * 25.4) / Math.hypot(1_920, 1_080);
    expect([16, 20, 30].map((angle) => Math.round(pixelsOfAngle(angle, viewing, HD) * mm))).toEqual([
      23, 29, 44,
    ]);
  });

  it('doubles where a screen of the same size has twice the pixels (WAL-41)', () => {
    const uhd = angleSizes(at(55, 5), { width: 3_840, height: 2_160 });
    expect(uhd.minimum / angleSizes(at(55, 5), HD).minimum).toBeCloseTo(2, 6);
  });

  it('grows with the distance and shrinks with the size of the screen (WAL-41)', () => {
    const minimum = (inches: number, metres: number) => angleSizes(at(inches, metres), HD).minimum;
    const distances = [0.5, 1, 2, 3, 5, 8, 13, 21, 50];
    const diagonals = [13, 24, 32, 43, 55, 75, 98, 150];
    distances
      .slice(1)
      .forEach((metres, i) => expect(minimum(55, metres)).toBeGreaterThan(minimum(55, distances[i]!)));
    diagonals
      .slice(1)
      .forEach((inches, i) => expect(minimum(inches, 5)).toBeLessThan(minimum(diagonals[i]!, 5)));
  });

  it('is the same on a screen that is turned (WAL-41)', () => {
    expect(sizes(55, 5, { width: 1_080, height: 1_920 })).toEqual(sizes(55, 5));
  });

  it('can be measured back from what was drawn', () => {
    const viewing = at(75, 8);
    expect(arcMinutesOf(angleSizes(viewing, HD).minimum, viewing, HD)).toBeCloseTo(16, 1);
    expect(arcMinutesOf(angleSizes(viewing, HD).headline, viewing, HD)).toBeCloseTo(30, 1);
  });

  it.each([
    [0, 5],
    [55, 0],
    [-55, 5],
    [NaN, 5],
    [55, Infinity],
    [9_999, 5],
  ])('is not worked out of what no screen can be: %d inches, %d m (WAL-42)', (inches, metres) => {
    expect(viewingOf(inches, metres)).toBeNull();
  });
});
