import { describe, expect, it } from 'vitest';
import { clusterFreshness, platformFreshness } from '../../../client/live/freshness.ts';
import { platformReadings } from '../../../client/stores/platform.ts';
import { ageLine, readingText } from '../../../client/stores/reading.ts';
import { coverage, feed, feeds, platform, T0 } from '../fixtures.ts';

const now = { serverMs: T0 + 2_000, speed: 1 };
const readings = (row = platform(), cover = coverage()) =>
  Object.fromEntries(
    platformReadings(row, platformFreshness(clusterFreshness(cover, now))).map((reading) => [
      reading.name,
      reading,
    ]),
  );

describe('the platform strip', () => {
  it('shows every total with its unit and its age', () => {
    const all = Object.values(readings()).map(
      (reading) => `${reading.word}: ${readingText(reading)}, ${ageLine(reading)}`,
    );
    expect(all).toEqual([
      'in queue: 4.81 k, 2s old',
      'oldest waiting: 15.0 min, 2s old',
      'lag p95: 6.1 s, 2s old',
      'delivered / min: 9.90 k, 2s old',
      'spam: 8.31 %, 2s old',
      'access: 99.9 %, 2s old',
      'unattributed: 0.42 %, 2s old',
    ]);
  });

  it('marks a lag that is at least this', () => {
    expect(readingText(readings(platform({ isLagFloor: true }))['lagP95Ms']!)).toBe('≥ 6.1 s');
  });

  it('says that nothing waits only when the queue is known to be empty', () => {
    const oldest = (queueDepth: number | null) =>
      readingText(readings(platform({ queueDepth, oldestWaitingMs: null }))['oldestWaitingMs']!);
    expect(oldest(0)).toBe('— none');
    expect(oldest(4)).toBe('— no data');
    expect(oldest(null)).toBe('— no data');
  });

  it('says that a total is partial when a cluster is lost', () => {
    const lost = feeds({ flow: feed({ asOfMs: T0 - 90_000 }) });
    const { deliveredPerMinute } = readings(platform(), { A: feeds(), B: lost });
    expect(ageLine(deliveredPerMinute!)).toBe('2s old · partial');
  });
});
