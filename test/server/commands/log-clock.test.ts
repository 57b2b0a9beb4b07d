import { describe, expect, it } from 'vitest';
import { LogClock } from '../../../server/commands/log-clock.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;
const T = Date.parse('2026-11-17T00:00:00Z');

/** Times of the clock at these stamps, all since T as the stamps are. */
function follow(stamps: readonly number[]) {
  const clock = new LogClock();
  clock.begin(stamps.map((sinceMs) => T + sinceMs));
  const times = stamps.map((sinceMs) => clock.take(T + sinceMs) - T);
  return { times, strays: clock.strays, endMs: clock.end() - T };
}

const steady = (fromMs: number, count: number) =>
  Array.from({ length: count }, (_, i) => fromMs + i * SECOND);

describe('the clock of a log', () => {
  it('CMD-4: is the newest stamp, and does not go back for lines in disorder', () => {
    expect(follow([0, 5 * SECOND, 2 * SECOND, 4 * MINUTE, 3 * MINUTE])).toEqual({
      times: [0, 5 * SECOND, 5 * SECOND, 4 * MINUTE, 4 * MINUTE],
      strays: 0,
      endMs: 4 * MINUTE,
    });
  });

  it.each([HOUR, -HOUR, 3_650 * DAY, -3_650 * DAY])(
    'CMD-4: does not follow a stamp that strays by %i ms',
    (byMs) => {
      const stamps = steady(0, 100);
      const astray = stamps.map((sinceMs, i) => (i % 30 === 15 ? sinceMs + byMs : sinceMs));
      const { times, strays, endMs } = follow(astray);
      expect(times).toEqual(stamps.map((sinceMs, i) => (i % 30 === 15 ? sinceMs - SECOND : sinceMs)));
      expect({ strays, endMs }).toEqual({ strays: 3, endMs: 99 * SECOND });
    },
  );

  it('CMD-4: begins where the first lines agree, whatever the very first one says', () => {
    for (const first of [HOUR, 3_650 * DAY, -3_650 * DAY])
      expect(follow([first, ...steady(0, 50)])).toMatchObject({ strays: 1, endMs: 49 * SECOND });
    expect(follow([-3_650 * DAY, ...steady(0, 50)]).times[0]).toBe(0);
  });

  it('CMD-4: goes on after a pause with the first lines that stand by each other', () => {
    const { times, strays } = follow([0, SECOND, ...steady(HOUR, 60)]);
    expect(times.slice(0, 12)).toEqual([0, ...Array<number>(11).fill(SECOND)]);
    expect(times.slice(12)).toEqual(steady(HOUR + 10 * SECOND, 50));
    expect(strays).toBe(0);
    expect(follow([0, HOUR]).endMs).toBe(HOUR);
  });

  it('CMD-4: keeps up with a log that tells something every ten minutes', () => {
    const stamps = Array.from({ length: 50 }, (_, i) => i * 10 * MINUTE);
    const { times, strays, endMs } = follow(stamps);
    times.forEach((atMs, i) => expect(stamps[i]! - atMs).toBeLessThanOrEqual(10 * MINUTE));
    expect({ strays, endMs }).toEqual({ strays: 0, endMs: 490 * MINUTE });
  });

  it('CMD-4: goes back once so many lines in a row say so, and not for a host that is behind', () => {
    const { times } = follow([...steady(HOUR, 50), ...steady(0, 50)]);
    expect(times.at(-1)).toBe(49 * SECOND);
    const mixed = steady(0, 100).flatMap((sinceMs) => [sinceMs, sinceMs, sinceMs - HOUR]);
    expect(follow(mixed)).toMatchObject({ strays: 99, endMs: 99 * SECOND });
  });
});
