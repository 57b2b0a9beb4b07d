import { describe, expect, it } from 'vitest';
import { RareSeries, Series } from '../../../../../server/detect/foresight/anomalies/series.ts';
import { createAnomaliesPart } from '../../../../../server/detect/foresight/anomalies/part.ts';
import { createRandom } from '../../../../../server/demo/random.ts';
import { createForesightRun } from '../../../../support/foresight-run.ts';

const MINUTE = 60_000;
const hourOfWeek = (atMs: number) => Math.floor(atMs / 3_600_000) % 168;

function run(series: Series, from: number, values: readonly (number | null)[]) {
  return values.map((value, i) => series.next((from + i) * MINUTE, value));
}
const noisy = (n: number, level: number, seed = 1) => {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => level * (0.9 + 0.2 * random.next()));
};

describe('anomalies of live series', () => {
  it('ANO-30: a step far from the usual is found, told with what is usual, and ends when it is back', () => {
    const series = new Series(hourOfWeek, 5);
    expect(run(series, 0, noisy(200, 100)).some((found) => found !== null)).toBe(false);
    const found = run(series, 200, noisy(30, 400, 2)).find((one) => one !== null);
    expect(found).toMatchObject({ kind: 'level', direction: 'up', toMs: null });
    expect(found?.usual?.high).toBeLessThan(115);
    expect(run(series, 230, noisy(30, 100, 3)).at(-1)).toBeNull();
  });

  it('ANO-31: a change too small to matter is not told, however strange it is', () => {
    const series = new Series(hourOfWeek, 50);
    run(
      series,
      0,
      Array.from({ length: 200 }, (_, i) => 100 + (i % 2) * 0.01),
    );
    expect(run(series, 200, noisy(30, 110)).every((found) => found === null)).toBe(true);
  });

  it('ANO-32: rare things are judged by exact tails: seven where one in days is usual, not two', () => {
    const rare = new RareSeries();
    for (let i = 0; i < 100; i++) expect(rare.next(i * 5 * MINUTE, i % 50 === 0 ? 1 : 0)).toBeNull();
    expect(rare.next(500 * MINUTE, 2)).toBeNull();
    expect(rare.next(505 * MINUTE, 9)).toMatchObject({ kind: 'rare-count' });
    expect(rare.next(510 * MINUTE, 0)).toBeNull();
  });

  it('ANO-33: the night of 2008 shows, a calm one hardly', () => {
    const found = (scenario: 'calm' | 'backlog-2008', minutes: number) => {
      const part = createAnomaliesPart(hourOfWeek);
      const ids = new Set<string>();
      const scopes = new Set<string>();
      const night = createForesightRun({ scenario, minutes, volume: 0.3, parts: [part] });
      night.live(() => {
        for (const { id, scope } of part.view()) {
          ids.add(id);
          scopes.add(scope.id);
        }
      });
      return { n: ids.size, scopes };
    };
    const bad = found('backlog-2008', 60);
    expect(bad.scopes.has('A')).toBe(true);
    expect(bad.n).toBeGreaterThan(8);
    expect(found('calm', 120).n).toBeLessThan(6);
  }, 180_000);
});
