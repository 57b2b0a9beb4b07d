import { describe, expect, it } from 'vitest';
import { keepFigures } from '../support/browser.ts';
import { soak } from '../support/soak.ts';

const FRAMES = 3_600;
const PARTS = 6;

describe('an hour of frames, played as fast as the page takes them', () => {
  it.each([
    ['wall', '/'],
    ['desk', '/desk'],
  ])(
    'WAL-145: leaves the %s with no more than it had: heap, nodes and listeners do not grow',
    async (name, path) => {
      const { parts, reconnected, ...rest } = await soak({
        ...{ name: `soak-${name}`, path, tenants: 40, frames: FRAMES, parts: PARTS, reconnects: 2 },
      });
      keepFigures(`soak-${name}`, { parts, reconnected, ...rest });
      expect(reconnected).toBe(2);
      // The first part is the warming up: what is made once is made in it.
      const [, first, ...later] = parts;
      const last = later.at(-1)!;
      expect(last.frames).toBe(FRAMES);
      expect(last.heapBytes).toBeLessThan(first!.heapBytes * 1.1);
      expect(last.detachedNodes).toBeLessThan(first!.detachedNodes + 20);
      expect(last.nodes).toBeLessThan(first!.nodes * 1.1);
      expect(last.listeners).toBeLessThan(first!.listeners * 1.1 + 10);
      // Nearly all of them were shown one by one; else little would have been tried.
      expect(rest.missed).toBeLessThan(FRAMES / 10);
    },
  );
});
