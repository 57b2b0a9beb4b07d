import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTempDir, type TempDir } from '../../../support/temp-dir.ts';
import { createStory, tell } from './story.ts';

let dir: TempDir;
beforeEach(() => {
  dir = createTempDir('fuzz');
});
afterEach(() => dir.remove());

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

describe('a follower under random writes, rotations, compressions, stops and starts', () => {
  it.each(SEEDS)('reads every line exactly once and in order (seed %i)', async (seed) => {
    const { expected, read, losses } = await tell(dir.path, createStory(seed, 150));
    expect(read).toEqual(expected);
    expect(losses).toEqual([]);
  });

  it.each(SEEDS)('does so too when things happen in the middle of a look (seed %i)', async (seed) => {
    const meanwhile = createStory(seed + 1_000_000, 600);
    const { expected, read, losses } = await tell(dir.path, createStory(seed, 150), meanwhile);
    expect(read).toEqual(expected);
    expect(losses).toEqual([]);
  });
});
