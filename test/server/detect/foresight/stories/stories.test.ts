import { describe, expect, it } from 'vitest';
import { judgeLeak } from '../../../../support/stories/leak.ts';
import { plainNight } from '../../../../support/stories/night.ts';
import { judgeNight, wrongOnes } from '../../../../support/stories/rates.ts';

describe('nights like the stories', () => {
  it('CAN-13, CMP-20: leak-2007 as it was: the webmail is named in time, with its campaign from first to last', () => {
    const score = judgeLeak(plainNight(42, 0.08));
    expect(wrongOnes([score])).toEqual([]);
    expect(score.claims.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining([
        'the store is named within 5 min of the second hit',
        'the campaign, pictures, is tied to the store',
        'it is told from the first to the last of its mail',
      ]),
    );
  }, 120_000);

  it('CAN-13: at another hour and of another size it is the webmail as well', () => {
    expect(wrongOnes([judgeNight('leak-2007', 2)])).toEqual([]);
  }, 120_000);

  it('CAU-10: at another hour and of another size the change still comes first', () => {
    expect(wrongOnes([judgeNight('relapse-2021', 2)])).toEqual([]);
  }, 120_000);

  it('DRN-17: backlog-2008 to its end: the end is within what is said, of the platform as of its cluster', () => {
    expect(wrongOnes([judgeNight('drain-2008', 2)])).toEqual([]);
  }, 120_000);
});
