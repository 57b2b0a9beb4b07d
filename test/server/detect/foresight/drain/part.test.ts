import { describe, expect, it } from 'vitest';
import { IN } from '../../../../../server/aggregate/scope.ts';
import { createDrainPart, SCORE_ROW } from '../../../../../server/detect/foresight/drain/part.ts';
import type { ForesightFacts, ScopeInfo } from '../../../../../server/detect/foresight/types.ts';

const START = Date.parse('2026-11-20T01:00:00Z');
const MINUTE_MS = 60_000;
const HEARD = { expected: 1, fresh: 1, asOfMs: 0 };
const PLATFORM: ScopeInfo = {
  ...{ kind: 'platform', id: '', name: 'platform', cluster: null, mailboxes: null, places: [0] },
};
/** 120 come a minute; nothing goes from minute 30 to 60, 300 a minute after that while there is a queue. */
const COME = 2;
const GO = 5;
const DOWN = [30 * 60, 60 * 60] as const;

/** What left in each second, and what waited at its end. */
function lived(seconds: number) {
  const left: number[] = [];
  const waits: number[] = [];
  for (let s = 0, waiting = 0; s < seconds; s++) {
    const isDown = s >= DOWN[0] && s < DOWN[1];
    const gone = isDown ? 0 : Math.min(waiting + COME, GO);
    waiting += COME - gone;
    left.push(gone);
    waits.push(waiting);
  }
  return { left, waits };
}

function factsOf(
  { left, waits }: ReturnType<typeof lived>,
  second: number,
  scopes: readonly ScopeInfo[] = [PLATFORM],
  queueHeard: object = HEARD,
): ForesightFacts {
  const countsAt = (at: number) => ({ delivered: left[at - START / 1_000] ?? 0 });
  const others = { bounced: 0, expired: 0, deleted: 0, held: 0, deferred: 0 };
  const waiting = waits[second] ?? 0;
  return {
    ...{ atMs: START + second * 1_000, scopes, season: { usual: () => null } },
    books: { ledger: { all: () => [] } },
    live: {
      ...{
        scopes: { platform: 0 },
        state: { coverage: { '': { flow: HEARD, queue: queueHeard }, A: { flow: HEARD, queue: HEARD } } },
      },
      recent: {
        ring: {
          at: (at: number, _place: number, direction: number) =>
            direction === IN ? { counts: { ...others, ...countsAt(at) } } : undefined,
        },
        queue: (_place: number, direction: number) =>
          direction === IN ? { incoming: 0, active: waiting, waiting: { count: waiting } } : undefined,
      },
    },
  } as unknown as ForesightFacts;
}

describe('the forecasts of a backlog', () => {
  it.each([5, 61, 130])(
    'DRN-15: are scored once it is over, though it is looked at each %i s only',
    (step) => {
      const part = createDrainPart();
      const life = lived(150 * 60);
      const look = () => part.view().get('_platform');
      let lastMs = 0;
      let scoredMs = 0;
      for (let second = 0; second < 150 * 60; second += step) {
        part.advance(factsOf(life, second));
        if (look()?.now.state === 'forecast') lastMs = START + second * 1_000;
        if (look()?.score && scoredMs === 0) scoredMs = START + second * 1_000;
      }
      // 3,600 wait at the end of the outage, 180 fewer each minute.
      expect(lastMs - START).toBeGreaterThan(75 * MINUTE_MS);
      expect(lastMs - START).toBeLessThan(82 * MINUTE_MS);
      expect(scoredMs - lastMs).toBeGreaterThanOrEqual(15 * MINUTE_MS);
      expect(scoredMs - lastMs).toBeLessThan(22 * MINUTE_MS);
      const score = look()?.score;
      expect(score?.n).toBeGreaterThanOrEqual(2);
      // Also that none was made of the first minutes of the outage.
      expect(score?.insideShare).toBe(1);
      expect(part.takeRows?.()).toMatchObject([{ kind: SCORE_ROW, scope: '_platform' }]);
      const again = createDrainPart(part.takeKept?.());
      again.advance(factsOf(life, 0));
      expect(again.view().get('_platform')?.score).toEqual(score);
    },
  );

  it.each([
    [{ expected: 1, fresh: 0, asOfMs: null }, 'no-estimate'],
    [{ expected: 3, fresh: 1, asOfMs: null }, 'no-estimate'],
    [{ expected: 0, fresh: 0, asOfMs: null }, 'clear'],
    [HEARD, 'clear'],
  ])('DRN-5: a log alone tells no queue that should be listed: %j is %s', (queue, state) => {
    const part = createDrainPart();
    const life = lived(25 * 60);
    for (let second = 0; second < 25 * 60; second += 60)
      part.advance(factsOf(life, second, [PLATFORM], queue));
    expect(part.view().get('_platform')?.now.state).toBe(state);
  });

  it('DRN-16: the platform says what its cluster says, by name', () => {
    const cluster: ScopeInfo = { ...PLATFORM, kind: 'cluster', id: 'A', name: 'cluster A', cluster: 'A' };
    const part = createDrainPart();
    const life = lived(75 * 60);
    for (let second = 0; second < 70 * 60; second += 60)
      part.advance(factsOf(life, second, [cluster, PLATFORM]));
    const [own, whole] = ['cluster:A', '_platform'].map((key) => part.view().get(key)?.now);
    expect(own?.state).toBe('forecast');
    expect(whole).toEqual({ ...own, reason: `cluster A: ${own?.reason ?? ''}` });
  });
});
