import { describe, expect, it } from 'vitest';
import type { FollowerStatus } from '../../../server/collect/follow/follower.ts';
import { judgeLog, type LogFacts } from '../../../server/collect/log-state.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const SECOND = 1_000;
const live = (over: Partial<FollowerStatus> = {}): FollowerStatus => ({
  state: 'live',
  behindBytes: 0,
  asOfMs: NOW - SECOND,
  polledAtMs: NOW - SECOND,
  ...over,
});
const failing = (fault: string, asOfMs?: number): FollowerStatus => ({
  state: 'failing',
  fault,
  behindBytes: 0,
  polledAtMs: NOW,
  ...(asOfMs === undefined ? {} : { asOfMs }),
});
const facts = (over: Partial<LogFacts> = {}): LogFacts => ({
  statuses: [live()],
  startedAtMs: NOW - 600 * SECOND,
  lastLineAtMs: NOW - SECOND,
  quietAfterMs: 300 * SECOND,
  ...over,
});
const unread: FollowerStatus = { state: 'starting', behindBytes: 0 };
const behind = (bytes: number, asOfMs?: number): FollowerStatus => ({
  state: 'catching-up',
  behindBytes: bytes,
  polledAtMs: NOW,
  ...(asOfMs === undefined ? {} : { asOfMs }),
});

describe('the state of a log source', () => {
  it.each<[string, LogFacts, object]>([
    ['is ok when it was read a moment ago', facts(), { state: 'ok', asOfMs: NOW - SECOND }],
    [
      'is starting before the first look',
      facts({ statuses: [unread], startedAtMs: NOW - SECOND }),
      { state: 'starting' },
    ],
    [
      'is as old as the oldest of its files',
      facts({ statuses: [live({ asOfMs: NOW }), live({ asOfMs: NOW - 9 * SECOND })] }),
      { state: 'ok', asOfMs: NOW - 9 * SECOND },
    ],
    [
      'has no age while one of its files was never read',
      facts({ statuses: [live(), unread], startedAtMs: NOW - SECOND }),
      { state: 'starting' },
    ],
    [
      'is failing when one file is, with its reason',
      facts({ statuses: [live(), failing('b.log is a directory', NOW - SECOND)] }),
      { state: 'failing', reason: 'b.log is a directory', asOfMs: NOW - SECOND },
    ],
    [
      'is lost after a minute of that',
      facts({ statuses: [failing('gone', NOW - 61 * SECOND)] }),
      { state: 'lost', reason: 'gone', asOfMs: NOW - 61 * SECOND },
    ],
    [
      'is lost a minute after the start when it never was read',
      facts({ statuses: [failing('gone')], startedAtMs: NOW - 61 * SECOND }),
      { state: 'lost', reason: 'gone' },
    ],
    [
      'is lost when a look has not come back for a minute',
      facts({ statuses: [live({ asOfMs: NOW - 62 * SECOND, polledAtMs: NOW - 61 * SECOND })] }),
      {
        state: 'lost',
        reason: 'reading has not come back for more than a minute: see whether the disk or the mount answers',
        asOfMs: NOW - 62 * SECOND,
      },
    ],
    [
      'is late while it catches up, however long that takes',
      facts({ statuses: [behind(1_234_000_000)], startedAtMs: NOW - 900 * SECOND }),
      { state: 'late', reason: 'catching up, 1.2 GB behind' },
    ],
    [
      'is not late in a burst that it has been reading for a second',
      facts({ statuses: [behind(300_000, NOW - SECOND)] }),
      { state: 'ok', asOfMs: NOW - SECOND },
    ],
    [
      'is quiet when no line came for long',
      facts({ lastLineAtMs: NOW - 400 * SECOND }),
      {
        state: 'quiet',
        reason: 'no line for 7 min: see whether the mail host still logs here',
        asOfMs: NOW - SECOND,
      },
    ],
    [
      'tells of a wrong clock for a minute',
      facts({ skew: { text: 'the clock is wrong', atMs: NOW - 59 * SECOND } }),
      { state: 'ok', reason: 'the clock is wrong', asOfMs: NOW - SECOND },
    ],
    [
      'no longer',
      facts({ skew: { text: 'the clock is wrong', atMs: NOW - 61 * SECOND } }),
      { state: 'ok', asOfMs: NOW - SECOND },
    ],
    [
      'tells of a loss for an hour',
      facts({ loss: { text: 'a file is gone', atMs: NOW - 3_599 * SECOND } }),
      { state: 'ok', reason: 'a file is gone', asOfMs: NOW - SECOND },
    ],
    [
      'no longer than that',
      facts({ loss: { text: 'a file is gone', atMs: NOW - 3_601 * SECOND } }),
      { state: 'ok', asOfMs: NOW - SECOND },
    ],
  ])('%s', (_, given, expected) => {
    expect(judgeLog(given, NOW, 1)).toEqual(expected);
  });

  it('goes by real time on a clock that runs sixty times as fast', () => {
    const given = facts({ statuses: [failing('gone', NOW - 61 * SECOND)] });
    expect(judgeLog(given, NOW, 60).state).toBe('failing');
    expect(judgeLog(given, NOW + 60 * 60 * SECOND, 60).state).toBe('lost');
  });
});
