import { describe, expect, it } from 'vitest';
import { createDetector, LOOK_SCORE, type Anomaly } from '../../../../server/detect/anomaly/detector.ts';
import { createRandom } from '../../../support/random.ts';

const STEP_MS = 300_000;
const DAY_POINTS = 288;

type Shape = (row: number, noise: () => number) => number | null;

/** Values in multiples of 1/64, so that scaling and shifting them is exact. */
function series(points: number, seed: number, shape: Shape): (number | null)[] {
  const random = createRandom(seed);
  const noise = () => random() + random() + random() + random() - 2;
  return Array.from({ length: points }, (_, row) => {
    const value = shape(row, noise);
    return value === null ? null : Math.round(value * 64) / 64;
  });
}

function run(values: readonly (number | null)[], detector = createDetector(), fromRow = 0): Anomaly[] {
  return values.map((value, i) => detector.next((fromRow + i) * STEP_MS, value));
}

const looks = (found: readonly Anomaly[], from = 0, to = found.length) =>
  found.flatMap(({ score }, row) => (row >= from && row < to && score >= LOOK_SCORE ? [row] : []));
const daily = (row: number) => 60 - 50 * Math.cos((2 * Math.PI * row) / DAY_POINTS);

describe('the memory of the detector', () => {
  const values = series(3_000, 1, (row, noise) => (row % 97 === 5 ? null : daily(row) + 4 * noise()));

  it('ANO-1: what is said of a row does not depend on rows after it', () => {
    const whole = run(values);
    for (const length of [1, 60, 777, 2_000]) {
      const other = [...values.slice(0, length), 1e6, -1e6, null, 0];
      expect(run(other).slice(0, length)).toEqual(whole.slice(0, length));
    }
  });

  it.each([0, 1, 31, 64, 500, 2_999])(
    'ANO-2: restored after %i rows it says what it would have said',
    (row) => {
      const first = createDetector();
      run(values.slice(0, row), first);
      const second = createDetector({ saved: first.save() });
      expect(run(values.slice(row), second, row)).toEqual(run(values.slice(row), first, row));
    },
  );

  it('ANO-2: bytes of another form are not taken for a memory', () => {
    const fresh = run(values.slice(0, 300));
    const foreign = createDetector().save();
    foreign[0] = 0xff;
    for (const saved of [new Uint8Array(3), foreign]) {
      expect(run(values.slice(0, 300), createDetector({ saved }))).toEqual(fresh);
    }
  });

  it('ANO-3: a series takes the same bytes on its first day and after a year, at most 4 KB', () => {
    const detector = createDetector();
    const before = detector.save().length;
    const random = createRandom(3);
    for (let row = 0; row < 365 * DAY_POINTS; row++) detector.next(row * STEP_MS, 1_000_000 - row + random());
    expect(detector.save().length).toBe(before);
    expect(before).toBeLessThanOrEqual(4_096);
  });

  it('ANO-2: saving changes nothing, and what was saved does not change later', () => {
    const detector = createDetector();
    run(values.slice(0, 500), detector);
    const saved = detector.save();
    const copy = saved.slice();
    run(values.slice(500), detector, 500);
    expect(saved).toEqual(copy);
  });
});

describe('the scale of a series', () => {
  const values = series(
    3_000,
    4,
    (row, noise) => daily(row) + 4 * noise() + (row === 2_200 ? 90 : 0),
  ) as number[];

  it.each([
    ['times 1024', 1_024, 0],
    ['divided by 1024', 1 / 1_024, 0],
    ['shifted by a million', 1, 1_000_000],
    ['scaled and shifted', 8, -65_536],
  ])('ANO-4: does not matter: %s', (_, scale, shift) => {
    expect(run(values.map((value) => value * scale + shift))).toEqual(run(values));
  });

  it('ANO-4: does not matter by its sign: what rose falls, as strangely', () => {
    const upright = run(values);
    const mirrored = run(values.map((value) => -value));
    upright.forEach(({ score }, row) => expect(mirrored[row]!.score).toBeCloseTo(score, 9));
    expect([upright[2_200]!.direction, mirrored[2_200]!.direction]).toEqual(['up', 'down']);
  });
});

describe('what the detector finds', () => {
  it('ANO-5: nothing in a series that never moves, whatever its value', () => {
    for (const value of [0, 0.1, -7, 1e12]) {
      const found = run(new Array<number>(5_000).fill(value));
      expect(Math.max(...found.map(({ score }) => score))).toBe(0);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ANO-6: a single spike in noise at its row, seed %i', (seed) => {
    const found = run(series(2_000, seed, (row, noise) => 100 + noise() + (row === 1_500 ? 15 : 0)));
    expect(found[1_500]).toMatchObject({ direction: 'up' });
    expect(found[1_500]!.score).toBeGreaterThan(0.95);
    expect(found[1_500]!.pointsSince).toBeGreaterThan(1_000);
    const strongest = found.reduce((best, { score }, row) => (score > found[best]!.score ? row : best), 0);
    expect(strongest).toBe(1_500);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'ANO-7: a level shift at its onset, not again while it lasts, seed %i',
    (seed) => {
      const found = run(series(3_000, seed, (row, noise) => 100 + noise() + (row >= 2_000 ? 12 : 0)));
      expect(found[2_000]!.score).toBeGreaterThan(0.95);
      expect(found[2_000]!.direction).toBe('up');
      expect(looks(found, 2_001, 2_030)).toEqual([]);
      expect(looks(found, 2_030, 3_000).length).toBeLessThanOrEqual(4);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ANO-8: a slow leak that no single value shows, seed %i', (seed) => {
    const leaking = (slope: number) => (row: number, noise: () => number) =>
      100 + noise() + Math.max(0, row - 2_000) * slope;
    const calm = run(series(2_400, seed, leaking(0)));
    const found = run(series(2_400, seed, leaking(0.01)));
    expect(found.slice(0, 2_000)).toEqual(calm.slice(0, 2_000));
    expect(looks(calm, 2_000).length).toBeLessThanOrEqual(1);
    expect(looks(found, 2_000, 2_120).length).toBeGreaterThanOrEqual(1);
    expect(looks(found, 2_000).length).toBeGreaterThan(looks(calm, 2_000).length);
    expect(found[looks(found, 2_000)[0]!]!.direction).toBe('up');
  });

  it('ANO-9: a moving series that stands still is a finding of its own, once', () => {
    const found = run(series(2_000, 9, (row, noise) => (row < 1_500 ? 100 + noise() : 100)));
    const flat = found.flatMap(({ reason }, row) => (reason === 'flat-line' ? [row] : []));
    expect(flat.length).toBe(1);
    expect(flat[0]).toBeLessThan(1_540);
    expect(found[flat[0]!]!.score).toBeGreaterThanOrEqual(LOOK_SCORE);
  });

  it('ANO-9: runs as long as usual are no flat line', () => {
    const found = run(series(4_000, 9, (row, noise) => (row % 60 < 50 ? 0 : 20 + noise())));
    expect(found.filter(({ reason }) => reason === 'flat-line')).toEqual([]);
  });

  it('ANO-10: values that stay away are a finding of their own, once, and nothing is learnt from them', () => {
    const full = series(2_000, 10, (_, noise) => 100 + noise());
    const found = run([...full.slice(0, 1_000), ...new Array<null>(50).fill(null)]);
    const missing = found.flatMap(({ reason }, row) => (reason === 'missing' ? [row] : []));
    expect(missing).toEqual([1_002]);
    const detector = createDetector();
    const scores = full.map((value, row) => {
      if (row % 10 === 3) detector.next(row * STEP_MS, null);
      return detector.next(row * STEP_MS, value).score;
    });
    expect(scores).toEqual(run(full).map(({ score }) => score));
  });

  it('ANO-10: a value that is no number is a missing one', () => {
    const found = run([...series(200, 10, (_, noise) => noise()), NaN, Infinity, NaN]);
    expect(found.at(-1)!.reason).toBe('missing');
  });

  it.each([1, 2, 3, 4, 5, 6])('ANO-11: a value usual at noon stands out at night, seed %i', (seed) => {
    const night = 10 * DAY_POINTS + 3;
    const found = run(
      series(11 * DAY_POINTS, seed, (row, noise) => (row === night ? 110 : daily(row) + noise())),
    );
    expect(found[night]!.score).toBeGreaterThan(0.9);
  });

  it('ANO-12: what comes again and again is told less and less', () => {
    const found = run(series(6_000, 12, (row, noise) => noise() + (row % 500 === 400 ? 30 : 0)));
    const spikes = found.filter((_, row) => row % 500 === 400).map(({ score }) => score);
    expect(spikes[0]).toBeGreaterThan(0.9);
    expect(spikes.at(-1)).toBeLessThan(LOOK_SCORE);
  });

  it.each([
    ['normal noise', (noise: () => number) => noise()],
    ['a heavy tail', (noise: () => number) => Math.exp(2 * noise())],
    ['rare counts', (noise: () => number) => Math.max(0, Math.round(noise() * 2 - 1))],
  ])('ANO-13: calibrates itself: fewer than 1 look in 400 points on %s', (_, shape) => {
    for (const seed of [1, 2, 3]) {
      const found = run(series(20_000, seed, (row, noise) => shape(noise) + 0 * row));
      expect(looks(found).length).toBeLessThan(50);
    }
  });

  it('ANO-13: says nothing before it has seen enough', () => {
    const found = run(series(50, 13, (row, noise) => noise() + (row === 30 ? 100 : 0)));
    expect(new Set(found.slice(0, 49).map(({ score, reason }) => `${score} ${reason}`))).toEqual(
      new Set(['0 learning']),
    );
  });

  it('ANO-11: the hour of the week is that of the place it is told', () => {
    const asked: number[] = [];
    createDetector({ hourOfWeek: (atMs) => (asked.push(atMs), 5) }).next(77, 1);
    expect(asked).toEqual([77]);
  });
});
