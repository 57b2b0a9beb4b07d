import { describe, expect, it } from 'vitest';
import {
  isSameReplay,
  momentOf,
  momentText,
  queryOfReplay,
  replayOf,
  type ReplayAddress,
} from '../../../client/stores/replay-url.ts';

const AT = Date.UTC(2026, 10, 21, 3, 12, 0);

describe('the address of a replay', () => {
  it.each<ReplayAddress>([
    { atMs: AT, speed: null, isStaying: false },
    { atMs: AT, speed: 10, isStaying: false },
    { atMs: AT + 7_000, speed: 60, isStaying: true },
  ])('reads back as it was written: %j (REP-5)', (address) => {
    expect(replayOf(queryOfReplay(address))).toEqual(address);
  });

  it('is readable: date, time and zone', () => {
    expect(queryOfReplay({ atMs: AT + 400, speed: 10, isStaying: false })).toEqual({
      at: '2026-11-21T03:12:00Z',
      speed: '10',
    });
  });

  it('of the live wall is empty', () => {
    expect(queryOfReplay(null)).toEqual({});
    expect(replayOf({})).toBeNull();
  });

  it.each(['yesterday', '2026-11-21T03:12:00', '2026-11-21', '', null, ['2026-11-21T03:12:00Z']])(
    'that names no moment beyond doubt is that of the live wall: %j (REP-5)',
    (at) => expect(replayOf({ at })).toBeNull(),
  );

  it.each([
    ['2026-11-21T04:12:00+01:00', AT],
    // A plus that was not escaped reaches the page as a blank.
    ['2026-11-21T04:12:00 01:00', AT],
    ['2026-11-21T03:12Z', AT],
    [String(AT), AT],
  ])('takes %s', (text, atMs) => expect(momentOf(text)).toBe(atMs));

  it('stands still at a speed that there is not', () => {
    expect(replayOf({ at: momentText(AT), speed: '1000' })?.speed).toBeNull();
  });

  it('is the same to the second', () => {
    const address = { atMs: AT, speed: 1, isStaying: false } as const;
    expect(isSameReplay(address, { ...address, atMs: AT + 900 })).toBe(true);
    expect(isSameReplay(address, { ...address, speed: null })).toBe(false);
    expect(isSameReplay(address, null)).toBe(false);
  });
});
