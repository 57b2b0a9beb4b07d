import { describe, expect, it } from 'vitest';
import type { SeriesAnswer } from '../../../shared/history.ts';
import { dataFacts, fileName, paceMs, pointsFor, type FactsOf } from '../../../client/stores/data-facts.ts';
import { T0 } from '../fixtures.ts';

const MINUTE = 60_000;
const answer = (change: Partial<SeriesAnswer> = {}): SeriesAnswer => ({
  fromMs: T0 - 4 * MINUTE,
  stepMs: MINUTE,
  metrics: {},
  coverage: [1, 1, 1, 1],
  tierSeconds: 60,
  asOfMs: T0 - 5_000,
  marks: [],
  ...change,
});
const told = (change: Partial<SeriesAnswer> = {}, of: Partial<FactsOf> = {}) =>
  dataFacts({
    answer: answer(change),
    bounds: { fromMs: T0 - 4 * MINUTE, toMs: T0 },
    isLive: true,
    now: { serverMs: T0, speed: 1 },
    timeZone: 'UTC',
    ...of,
  });
const fact = (id: string, ...of: Parameters<typeof told>) => told(...of).find((one) => one.id === id);

describe('what is said of the data', () => {
  it('is how fine, how old and how complete it is (TEN-6)', () => {
    expect(told().map(({ text }) => text)).toEqual([
      'step 1 min from 1 min windows',
      'complete up to Mon 14 May 19:34:55 · 5s old',
      'coverage 100 %',
    ]);
  });

  it('is loud when live data is old (TEN-6)', () => {
    expect(fact('age', { asOfMs: T0 - 3 * MINUTE })).toMatchObject({ state: 'bad' });
    expect(fact('age', { asOfMs: T0 - 3 * MINUTE })?.text).toContain('STALE: 3m old');
  });

  it('is not loud about the age of a fixed range: it does not get older', () => {
    expect(fact('age', { asOfMs: T0 - 99 * MINUTE }, { isLive: false })).toEqual({
      id: 'age',
      text: 'complete up to Mon 14 May 17:56:00',
      state: 'plain',
    });
  });

  it('says how many steps have no data or only a part of it (TEN-6)', () => {
    expect(fact('coverage', { coverage: [1, 0, 0.5, 1] })).toEqual({
      id: 'coverage',
      text: 'coverage 62.5 %: 1 of 4 steps without data, 1 partial',
      state: 'warn',
    });
  });

  it('says since when anything is kept, when the range begins before (TEN-6)', () => {
    expect(fact('kept', { coverage: [null, null, 1, 1] })?.text).toBe(
      'Kept since Mon 14 May 19:33:00; nothing is known before',
    );
    expect(fact('kept', { fromMs: T0 - 2 * MINUTE, coverage: [1, 1] })?.text).toContain('19:33:00');
    expect(fact('kept')).toBeUndefined();
  });

  it('says that nothing at all is known, and not since when (TEN-6)', () => {
    expect(fact('nothing', { coverage: [null, null], asOfMs: null })).toMatchObject({ state: 'bad' });
    expect(fact('kept', { coverage: [null, null], asOfMs: null })).toBeUndefined();
  });

  it('passes on what the server noted', () => {
    const notes = ['nothing is kept of last week'];
    expect(fact('note', { notes })?.text).toBe(notes[0]);
  });
});

describe('what is asked', () => {
  it('is never more points than can be drawn, nor finer than ten seconds over a quarter of an hour', () => {
    expect(pointsFor(470, { fromMs: 0, toMs: 86_400_000 })).toBe(450);
    expect(pointsFor(470, { fromMs: 0, toMs: 900_000 })).toBe(91);
    expect(pointsFor(470, { fromMs: 0, toMs: 60_000 })).toBe(61);
    expect(pointsFor(9_000, { fromMs: 0, toMs: 86_400_000 })).toBe(1_000);
    expect(pointsFor(3, { fromMs: 0, toMs: 86_400_000 })).toBe(50);
  });

  it('does not change with every pixel of the window', () => {
    const day = { fromMs: 0, toMs: 86_400_000 };
    expect(pointsFor(455, day)).toBe(pointsFor(495, day));
  });

  it('is asked again at the pace of its steps, within reason, faster when the clock runs faster', () => {
    expect([paceMs(1_000, 1), paceMs(10_000, 1), paceMs(7_200_000, 1)]).toEqual([5_000, 10_000, 60_000]);
    expect([paceMs(60_000, 10), paceMs(10_000, 60)]).toEqual([6_000, 2_000]);
  });
});

describe('a file', () => {
  it('is named by tenant, what it holds, and the stretch in UTC (TEN-9)', () => {
    expect(fileName('aurora', 'lag', { fromMs: T0 - 900_000, toMs: T0 }, 'png')).toBe(
      'mailvigil-aurora-lag-20070514T192000Z-20070514T193500Z.png',
    );
  });

  it('has no signs in its name that a file system takes amiss', () => {
    expect(fileName('../a b/ü', 'all', { fromMs: 0, toMs: 1_000 }, 'csv')).toMatch(/^[A-Za-z0-9_.-]+\.csv$/);
  });
});
