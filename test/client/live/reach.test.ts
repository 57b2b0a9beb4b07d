import { describe, expect, it } from 'vitest';
import { createReacher, reachOf, type Reach } from '../../../client/live/reach.ts';

describe('the way to the server', () => {
  it.each([
    [{ status: 200, tookMs: 5 }, 'answers'],
    [{ status: 403, tookMs: 5 }, 'answers'],
    [{ status: 503, tookMs: 5 }, 'answers'],
    [{ status: 502, tookMs: 5 }, 'refused'],
    [{ status: 504, tookMs: 900 }, 'refused'],
    [{ status: 0, tookMs: 3 }, 'refused'],
    [{ status: 0, tookMs: 2_500 }, 'silent'],
  ] as const)('%j is %s (WAL-122)', (result, reach) => {
    expect(reachOf(result)).toBe(reach);
  });

  it('is asked for while the server is lost, every few seconds, one question at a time (WAL-122)', async () => {
    let nowMs = 0;
    const answers: ((status: number) => void)[] = [];
    const reaches: Reach[] = [];
    const reacher = createReacher({
      localMs: () => nowMs,
      probe: () => new Promise((resolve) => void answers.push(resolve)),
      onReach: (reach) => void reaches.push(reach),
    });
    reacher.tick(false);
    expect(answers).toHaveLength(0);
    for (nowMs = 1_000; nowMs <= 9_000; nowMs += 1_000) reacher.tick(true);
    expect(answers).toHaveLength(1);
    answers[0]?.(200);
    await Promise.resolve();
    expect(reaches).toEqual(['answers']);
    reacher.tick(true);
    expect(answers).toHaveLength(2);
    reacher.tick(false);
    expect(reaches).toEqual(['answers', 'unknown']);
    answers[1]?.(0);
    await Promise.resolve();
    expect(reaches).toEqual(['answers', 'unknown']);
  });
});
