import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AGAIN_MS,
  ATTEMPT_MS,
  createRetry,
  FIRST_WITHIN_MS,
  IDLE,
  nextLookMs,
  stepRetry,
  type RetryInput,
  type RetryState,
} from '../../../client/live/retry.ts';
import { transportsFor } from '../../../client/live/socket.ts';
import { createRandom } from '../../support/random.ts';

const trying: RetryState = { phase: 'trying', failures: 2, sinceMs: 10_000 };
const did = (state: RetryState, input: RetryInput, nowMs = 10_000, chance = 0.5) => {
  const { effect, reason } = stepRetry(state, input, nowMs, chance);
  return `${effect}: ${reason}`;
};

describe('trying to connect', () => {
  it('begins at once', () => {
    expect(did(IDLE, 'start')).toBe('connect: started');
  });

  it('waits by chance after a loss, so that all walls do not come back together (WAL-124)', () => {
    expect(stepRetry(IDLE, 'lost', 1_000, 0).state).toMatchObject({ phase: 'waiting', atMs: 1_000 });
    expect(stepRetry(IDLE, 'lost', 1_000, 1).state).toMatchObject({ atMs: 1_000 + FIRST_WITHIN_MS });
  });

  it('counts the wait after a failure from the beginning of the attempt, and never hammers (WAL-124)', () => {
    const next = (nowMs: number, chance: number) => stepRetry(trying, 'failed', nowMs, chance).state;
    expect(next(10_001, 0)).toEqual({ phase: 'waiting', failures: 3, atMs: 10_000 + AGAIN_MS.least });
    expect(next(10_001, 1)).toMatchObject({ atMs: 10_000 + AGAIN_MS.most });
    expect(next(12_000, 0)).toMatchObject({ atMs: 12_250 });
    expect(next(10_000 + ATTEMPT_MS, 0)).toMatchObject({ atMs: 10_000 + ATTEMPT_MS + AGAIN_MS.least });
  });

  it('gives up an attempt that nothing comes of', () => {
    expect(did(trying, 'time', 10_000 + ATTEMPT_MS - 1)).toBe('none: nothing-to-do');
    expect(did(trying, 'time', 10_000 + ATTEMPT_MS)).toBe('drop: no-answer');
  });

  it('tries at once when the machine or its network is back (WAL-128)', () => {
    expect(did({ phase: 'waiting', failures: 3, atMs: 99_000 }, 'wake')).toBe('connect: woken');
    expect(did(trying, 'wake', 11_000)).toBe('connect: woken');
    expect(did(trying, 'wake', 10_999)).toBe('none: nothing-to-do');
    expect(did(IDLE, 'wake')).toBe('none: nothing-to-do');
  });

  it('takes no notice of what comes too late', () => {
    expect(did({ phase: 'waiting', failures: 1, atMs: 99_000 }, 'failed')).toBe('none: nothing-to-do');
    expect(did({ phase: 'waiting', failures: 1, atMs: 99_000 }, 'lost')).toBe('none: nothing-to-do');
    expect(did(trying, 'lost')).toBe('none: nothing-to-do');
  });

  it('starts to count anew once it is connected', () => {
    expect(stepRetry(trying, 'connected', 0, 0).state).toEqual(IDLE);
  });
});

/** When each of many walls reaches a server that is away from `fromMs` for `awayMs`, from its return on. */
function arrivals(walls: number, awayMs: number, isSilent: boolean): readonly number[] {
  const next = createRandom(7);
  return Array.from({ length: walls }, () => {
    let { state } = stepRetry(IDLE, 'lost', 0, next());
    for (;;) {
      const nowMs = nextLookMs(state) ?? 0;
      state = stepRetry(state, 'time', nowMs, next()).state;
      if (state.phase === 'trying' && nowMs >= awayMs) return nowMs - awayMs;
      // A machine whose server is stopped takes connections, and answers them all when it goes on.
      if (state.phase === 'trying' && isSilent && nowMs + ATTEMPT_MS > awayMs) return 0;
      if (state.phase === 'trying' && !isSilent) state = stepRetry(state, 'failed', nowMs + 2, next()).state;
    }
  });
}

const busiest = (times: readonly number[]) =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));

describe('a thousand walls', () => {
  it('are right within ten seconds, also when their attempts went into the void until the very end (WAL-124)', () => {
    // The rest is for the answer, the snapshot and the paint.
    expect(ATTEMPT_MS + AGAIN_MS.most).toBeLessThanOrEqual(8_500);
  });

  it.each([0, 1_500, 5_000, 60_000, 300_000])(
    'come back spread out over seconds after %d ms without a server, and all in time (WAL-124)',
    (awayMs) => {
      const times = arrivals(1_000, awayMs, false);
      expect(busiest(times)).toBeLessThan(450);
      expect(Math.max(...times)).toBeLessThanOrEqual(AGAIN_MS.most);
    },
  );

  it('that a server which hangs left waiting do not all wait for it, and are at most as late (WAL-124)', () => {
    const times = arrivals(1_000, 60_000, true);
    expect(busiest(times)).toBeLessThan(700);
    expect(Math.max(...times)).toBeLessThanOrEqual(AGAIN_MS.most);
  });
});

describe('the one who tries', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes on for ever, one attempt at a time, and stops when it is stopped', () => {
    const deeds: string[] = [];
    const retry = createRetry({
      localMs: () => Date.now(),
      random: () => 0.5,
      connect: (failures) => void deeds.push(`connect ${failures}`),
      drop: () => void deeds.push('drop'),
    });
    retry.feed('start');
    vi.advanceTimersByTime(ATTEMPT_MS);
    expect(deeds).toEqual(['connect 0', 'drop']);
    vi.advanceTimersByTime(60_000);
    expect(deeds.length).toBeGreaterThan(12);
    retry.feed('connected');
    expect(retry.isConnected()).toBe(true);
    deeds.length = 0;
    vi.advanceTimersByTime(60_000);
    expect(deeds).toEqual([]);
    retry.feed('lost');
    retry.stop();
    vi.advanceTimersByTime(60_000);
    expect(deeds).toEqual(['drop']);
  });
});

describe('what is tried first', () => {
  it('is WebSocket and plain requests by turns, until one is known to get through (WAL-131)', () => {
    const first = (failures: number, didWebSocket: boolean) => transportsFor(failures, didWebSocket)[0];
    expect([0, 1, 2, 3].map((failures) => first(failures, false))).toEqual([
      'websocket',
      'polling',
      'websocket',
      'polling',
    ]);
    const known = Array.from({ length: 21 }, (_, failures) => first(failures, true));
    expect(known.flatMap((name, failures) => (name === 'polling' ? [failures] : []))).toEqual([10, 15, 20]);
  });
});
