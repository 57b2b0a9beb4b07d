import { describe, expect, it } from 'vitest';
import {
  HANDS_OFF_AFTER_MS,
  isOtherBuild,
  renewalStep,
  type RenewalFacts,
} from '../../../client/live/renewal.ts';

const facts: RenewalFacts = {
  wish: { cause: 'build b2', title: 'New version' },
  criticals: 0,
  isLive: true,
  idleMs: Infinity,
  calmMs: 5_000,
  spreadMs: 4_000,
};
const did = (change: Partial<RenewalFacts>) => {
  const { action, reason, note } = renewalStep({ ...facts, ...change });
  return [action, reason, note];
};

describe('loading the page anew', () => {
  it('is done when nothing speaks against it (WAL-126)', () => {
    expect(did({})).toEqual(['reload', 'calm', '']);
    expect(did({ wish: null })).toEqual(['none', 'nothing-asked', '']);
  });

  it('waits while a critical alarm is unacknowledged, and says so (WAL-126)', () => {
    expect(did({ criticals: 1 })).toEqual([
      'wait',
      'critical',
      'New version waits: a critical alarm is unacknowledged',
    ]);
  });

  it('waits while the server is lost: what is shown would be gone (WAL-126)', () => {
    expect(did({ isLive: false, criticals: 1 })).toEqual(['wait', 'not-live', '']);
  });

  it('waits for hands that are on this screen (WAL-126)', () => {
    expect(did({ idleMs: HANDS_OFF_AFTER_MS - 1 })[1]).toBe('hands-on');
    expect(did({ idleMs: HANDS_OFF_AFTER_MS })[0]).toBe('reload');
  });

  it('is spread out, so that not all walls ask for the page in the same second (WAL-126)', () => {
    expect(did({ calmMs: 3_999 })[1]).toBe('spread');
  });

  it.each([
    ['a', 'b', true],
    ['a', 'a', false],
    ['a', undefined, false],
    [undefined, 'b', false],
    ['', 'b', false],
  ])('own build %j and served build %j: other is %s (WAL-126)', (own, served, isOther) => {
    expect(isOtherBuild(own, served)).toBe(isOther);
  });
});
