import { describe, expect, it } from 'vitest';
import { judgeBacklogNight } from '../../../../support/stories/backlog.ts';
import { plainNight } from '../../../../support/stories/night.ts';
import { wrongOnes } from '../../../../support/stories/rates.ts';

describe('legitimate mail held in the night of 2008', () => {
  it('HLD-7, HLD-8, CAU-6: from minute five on the ranges hold the true counts, only cluster A is hit, and it is the cause', () => {
    const score = judgeBacklogNight(plainNight(42, 0.1));
    expect(wrongOnes([score])).toEqual([]);
    expect(score.claims.map(({ claim }) => claim).sort()).toEqual([
      'cluster A is what they share',
      'only tenants of cluster A are hit',
      'the bounds of affected mailboxes hold those with mail waiting and are of cluster A',
      'the cable service is never said to be hit',
      'the cable service is told as not hit',
      'the range of held mail holds the true count',
      'the range of mailboxes with mail waiting holds the true count',
    ]);
    expect(score.claims.every(({ asked }) => asked >= 95)).toBe(true);
  }, 240_000);
});
