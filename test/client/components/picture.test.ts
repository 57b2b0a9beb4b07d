import { describe, expect, it } from 'vitest';
import { pictureLayout } from '../../../client/components/tenant/picture.ts';

const size = (n: number) => Array.from({ length: n }, () => ({ width: 500, height: 180 }));

describe('a picture of charts', () => {
  it('is one column for one chart, with room above for whose it is, range, zone and age (TEN-9)', () => {
    const { width, places } = pictureLayout(size(1), 2);
    expect(places).toHaveLength(1);
    expect(width).toBe(500 + 2 * 16);
    expect(places[0]!.y).toBeGreaterThanOrEqual(16 + 24 + 2 * 20);
  });

  it('is two columns for several, none over another, all inside', () => {
    const { width, height, places } = pictureLayout(size(5), 2);
    for (const [i, a] of places.entries()) {
      expect(a.x + 500).toBeLessThanOrEqual(width);
      expect(a.y + 180).toBeLessThanOrEqual(height);
      for (const b of places.slice(i + 1))
        expect(Math.abs(a.x - b.x) >= 500 || Math.abs(a.y - b.y) >= 180).toBe(true);
    }
  });
});
