import { describe, expect, it } from 'vitest';
import { IN } from '../../../../../server/aggregate/scope.ts';
import { paceOf, POSTFIX_PACE } from '../../../../../server/detect/foresight/drain/pace.ts';
import { slotsOf } from '../../../../../server/detect/foresight/drain/slots.ts';
import {
  FORESIGHT_STEP_MS,
  type ForesightFacts,
  type ScopeInfo,
} from '../../../../../server/detect/foresight/types.ts';

const PLATFORM: ScopeInfo = {
  ...{ kind: 'platform', id: '', name: 'platform', cluster: null, mailboxes: null, places: [0] },
};
const HEARD = { expected: 1, fresh: 1, asOfMs: 0 };
/** Two leave each second; so many wait. */
const factsAt = (atMs: number, waiting: number) =>
  ({
    atMs,
    live: {
      scopes: { platform: 0 },
      state: { coverage: { '': { flow: HEARD, queue: HEARD } } },
      recent: {
        ring: {
          at: (_second: number, _place: number, direction: number) =>
            direction === IN
              ? { counts: { delivered: 2, bounced: 0, expired: 0, deleted: 0, held: 0, deferred: 1 } }
              : undefined,
        },
        queue: (_place: number, direction: number) =>
          direction === IN ? { incoming: 0, active: 10, waiting: { count: waiting } } : undefined,
      },
    },
  }) as unknown as ForesightFacts;

describe('the slots of a drain', () => {
  it('DRN-13: are minutes at Postfix’ usual pauses, shorter where it looks at its queue more often, and never longer', () => {
    expect(POSTFIX_PACE).toMatchObject({ slotMs: 60_000, minBackoff: 5, scanEvery: 5 });
    const fast = paceOf({ minimalBackoffMs: 45_000, maximalBackoffMs: 240_000, queueRunDelayMs: 45_000 });
    expect(fast).toEqual({ slotMs: 10_000, minBackoff: 4.5, maxBackoff: 24, scanEvery: 5 });
    expect(fast.slotMs % FORESIGHT_STEP_MS).toBe(0);
    const slow = paceOf({ minimalBackoffMs: 900_000, maximalBackoffMs: 60_000, queueRunDelayMs: 3_600_000 });
    expect(slow).toMatchObject({ slotMs: 60_000, minBackoff: 15, maxBackoff: 15, scanEvery: 60 });
  });

  it('DRN-14: that nobody asked for in time are made up for, each with what left in it', () => {
    const at = 60_000 * 1_000;
    const [one] = slotsOf(factsAt(at, 500), PLATFORM, { pace: POSTFIX_PACE, passed: 1, before: 600 });
    expect(one).toEqual({ departed: 120, deferred: 60, arrived: 20, ready: 10, waiting: 500 });
    const three = slotsOf(factsAt(at, 300), PLATFORM, { pace: POSTFIX_PACE, passed: 3, before: 600 });
    expect(three.map(({ waiting }) => waiting)).toEqual([500, 400, 300]);
    expect(three.map(({ departed, arrived }) => [departed, arrived])).toEqual([
      [120, 20],
      [120, 20],
      [120, 20],
    ]);
    expect(
      slotsOf(factsAt(at, 300), PLATFORM, { pace: POSTFIX_PACE, passed: 900, before: 600 }),
    ).toHaveLength(5);
  });
});
