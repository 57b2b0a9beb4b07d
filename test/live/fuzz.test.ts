import { describe, expect, it } from 'vitest';
import type { WallRow } from '../../shared/protocol.ts';
import { until } from '../support/until.ts';
import { createFakePlatform } from './support/fake-platform.ts';
import { startPublisher } from './support/test-publisher.ts';
import { type WallFollower, followWall } from './support/test-screen.ts';

const TENANTS = 12;
const TICKS = 250;
const SCREENS = 6;

/** Seeded, so that a failing run can be run again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('what a screen shows', () => {
  it.each([1, 2, 3])(
    'is at every frame what the server showed at that frame, whatever got lost (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const pick = (count: number) => Math.floor(random() * count);
      const platform = createFakePlatform(TENANTS);
      const server = await startPublisher({}, platform);
      const shown = new Map<number, readonly WallRow[]>([[0, platform.rows()]]);
      const clockwork = await server.connect();
      const followers: WallFollower[] = [];
      let compared = 0;
      const wrong: number[] = [];
      const compare = (seq: number, rows: readonly WallRow[]) => {
        compared += 1;
        if (JSON.stringify(rows) !== JSON.stringify(shown.get(seq))) wrong.push(seq);
      };
      let seq = 0;
      const tick = () => {
        server.tick();
        shown.set((seq += 1), platform.rows());
      };

      for (let round = 0; round < TICKS; round += 1) {
        // Few values, so that one often leaves and comes back: between two ticks, or from one to the next.
        for (let n = pick(5); n > 0; n -= 1)
          platform.set(pick(TENANTS), { queueDepth: pick(3) || null, spamN: pick(2) });
        if (followers.length < SCREENS && random() < 0.1)
          followers.push(await followWall(await server.connect(), compare));
        const follower = followers[pick(SCREENS)];
        if (follower) follower.isDeaf = random() < 0.4;
        tick();
        // Sometimes several ticks come before a screen has answered, as on a slow line. Any answer is a round trip.
        if (random() < 0.7) await clockwork.send('no:event');
      }

      followers.forEach((follower) => (follower.isDeaf = false));
      await until(
        () => {
          tick();
          return followers.every((follower) => seq - follower.seq <= 1);
        },
        { what: 'every screen to be up to date', everyMs: 20 },
      );
      expect(wrong).toEqual([]);
      expect(compared).toBeGreaterThan(TICKS);
      expect(followers).toHaveLength(SCREENS);
      expect(followers.reduce((sum, { rejoins }) => sum + rejoins, 0)).toBeGreaterThan(10);
    },
  );
});
