import { describe, expect, it } from 'vitest';
import {
  darkOf,
  displayTitle,
  displayViews,
  type DisplaySeen,
  muteOf,
} from '../../../../server/publish/screens/display-views.ts';
import { displayOf, tellOf } from '../../../support/displays.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
const HOUR_MS = 3_600_000;

function seenOf(change: Partial<DisplaySeen> = {}): DisplaySeen {
  return {
    ...{ expectedFromMs: NOW - HOUR_MS, paintedAtMs: NOW - 4_000, isConnected: true, leftAtMs: null },
    ...{ told: tellOf(), silencedSinceMs: null, excuse: null },
    ...change,
  };
}
const viewOf = (seen: DisplaySeen | undefined, display = displayOf('d1')) =>
  displayViews([display], new Map(seen ? [['d1', seen]] : []), NOW)[0]!;

describe('the view of a display', () => {
  it.each<[string, Partial<DisplaySeen>, string, string]>([
    ['that painted', {}, 'painting', 'painted 4 s ago'],
    ['whose report is as old as it gets', { paintedAtMs: NOW - 15_000 }, 'painting', 'painted 15 s ago'],
    [
      'that is connected and frozen',
      { paintedAtMs: NOW - 21_000 },
      'dark',
      'connected, nothing painted for 21 s',
    ],
    [
      'whose page is behind another one',
      { paintedAtMs: NOW - 21_000, told: tellOf({ isVisible: false }) },
      'dark',
      'connected, nothing painted for 21 s, its page is not in front',
    ],
    [
      'that never painted after connecting',
      { paintedAtMs: null, expectedFromMs: NOW - 21_000 },
      'dark',
      'connected, nothing painted for 21 s or longer',
    ],
    [
      'that has left a moment ago',
      { paintedAtMs: NOW - 9_000, isConnected: false, leftAtMs: NOW - 3_000 },
      'painting',
      'not connected for 3 s',
    ],
    [
      'that has left for good',
      { paintedAtMs: NOW - 190_000, isConnected: false, leftAtMs: NOW - 180_000 },
      'dark',
      'not connected for 3 min',
    ],
    [
      'that has not come since the server started',
      { paintedAtMs: null, isConnected: false, expectedFromMs: NOW - 60_000 },
      'dark',
      'not connected for 1 min or longer',
    ],
    [
      'that was asked to reload',
      { paintedAtMs: NOW - 17_000, excuse: { untilMs: NOW + 1_000, reason: 'asked to reload a moment ago' } },
      'painting',
      'asked to reload a moment ago',
    ],
    [
      'that was asked to reload and did not come back',
      { paintedAtMs: NOW - 21_000, excuse: { untilMs: NOW, reason: 'asked to reload a moment ago' } },
      'dark',
      'connected, nothing painted for 21 s',
    ],
  ])('SCR-31: of one %s says how it is, and why', (_what, change, state, reason) => {
    expect(viewOf(seenOf(change))).toMatchObject({ state, reason });
  });

  it('SCR-31: keeps when it painted last after it has left', () => {
    const seen = seenOf({
      isConnected: false,
      leftAtMs: NOW - 90_000,
      paintedAtMs: NOW - 95_000,
      told: null,
    });
    expect(viewOf(seen)).toMatchObject({ paintedAtMs: NOW - 95_000, isConnected: false, told: null });
  });

  it('SCR-31: of a revoked one says by whom and why, and calls it nothing else', () => {
    const revoked = { atMs: NOW - 1, by: 'kim', reason: 'stolen' };
    expect(viewOf(seenOf(), displayOf('d1', { revoked }))).toMatchObject({
      state: 'revoked',
      reason: 'revoked by kim: stolen',
    });
  });

  it('SCR-31: of one that was approved and has not come for its identity says so', () => {
    expect(viewOf(undefined)).toMatchObject({
      ...{ state: 'waiting', isConnected: false, paintedAtMs: null },
      reason: 'approved; the screen has not come for it yet',
    });
  });

  it('names a display by its place when it has one', () => {
    expect(displayTitle({ name: 'Night wall', place: 'control room' })).toBe('Night wall (control room)');
    expect(displayTitle({ name: 'Night wall', place: '' })).toBe('Night wall');
  });
});

describe('how long a display has been dark', () => {
  it('SCR-32: is not known before it could have painted, and is this or more when only a restart is known', () => {
    const expectedFromMs = NOW - 15_000;
    expect(darkOf(seenOf({ paintedAtMs: null, expectedFromMs }), NOW)).toEqual({
      ...{ ms: null, isFloor: true, noData: 'nothing painted yet, expected for 15 s' },
    });
    expect(darkOf(seenOf({ paintedAtMs: null, expectedFromMs }), NOW + 1)).toEqual({
      ...{ ms: 15_001, isFloor: true, noData: null },
    });
  });

  it('is never less than nothing, whatever the clock of this machine does', () => {
    expect(darkOf(seenOf({ paintedAtMs: NOW + 60_000 }), NOW)).toMatchObject({ ms: 0 });
  });
});

describe('whether a display can sound', () => {
  it.each<[string, Partial<DisplaySeen>, 0 | 1 | string]>([
    ['it sounds', {}, 0],
    ['its browser holds sound back', { told: tellOf({ sound: 'blocked' }) }, 1],
    ['it is not meant to', { told: tellOf({ sound: 'off' }) }, 0],
    ['its page has no sound', { told: tellOf({ sound: 'none' }) }, 0],
    [
      'it is silenced for half an hour',
      { told: tellOf({ sound: 'silenced', silencedUntilMs: NOW + HOUR_MS / 2 }), silencedSinceMs: NOW },
      0,
    ],
    [
      'it is silenced for two hours',
      { told: tellOf({ sound: 'silenced', silencedUntilMs: NOW + 2 * HOUR_MS }), silencedSinceMs: NOW },
      1,
    ],
    [
      'its silence was prolonged again and again',
      {
        told: tellOf({ sound: 'silenced', silencedUntilMs: NOW + 60_000 }),
        silencedSinceMs: NOW - HOUR_MS - 1,
      },
      1,
    ],
    ['it has not told', { told: null }, 'it has not told yet'],
    ['it is away', { isConnected: false, told: null }, 'it is not connected'],
  ])('SCR-33: %s', (_what, change, answer) => {
    expect(muteOf(seenOf(change), NOW)).toBe(answer);
  });
});
