import { describe, expect, it } from 'vitest';
import { judgeBacklog, judgeChange, runCauses } from '../../../../support/foresight-nights.ts';

describe('the cause that nights share', () => {
  it('CAU-7: relapse-2021 ranks the change first, in the first trouble and in the relapse', () => {
    const relapse = Date.parse('2021-07-08T08:07:00-04:00');
    const first = new Set<string>();
    runCauses({ scenario: 'relapse-2021', seed: 42, minutes: 155, volume: 0.1 }, (causes, atMs) => {
      const refused = causes.find(({ symptom }) => symptom === 'mail is refused for now');
      const phase = atMs > relapse + 8 * 60_000 ? 'relapse' : atMs < relapse - 100 * 60_000 ? 'first' : '';
      if (refused && phase !== '' && refused.hit.length > 5)
        first.add(`${phase}: ${refused.candidates[0]?.kind}`);
    });
    expect([...first].sort()).toEqual(['first: change', 'relapse: change']);
  }, 240_000);

  it('CAU-8: on a calm day nothing is shared by anybody', () => {
    const said: string[] = [];
    runCauses({ scenario: 'calm', seed: 7, minutes: 60, volume: 0.2 }, (causes) => {
      for (const { symptom, verdict } of causes) said.push(`${symptom}: ${verdict}`);
    });
    expect(said).toEqual([]);
  }, 120_000);

  it('CAU-9: three other seeds of each story give the same answer', () => {
    const wrong = [101, 102, 103].flatMap((seed) =>
      [judgeBacklog(seed, 0.1), judgeChange(seed, 0.1)].filter(({ isRight }) => !isRight),
    );
    expect(wrong).toEqual([]);
  }, 300_000);
});
