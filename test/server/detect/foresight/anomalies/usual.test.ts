import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../server/demo/random.ts';
import { RareSeries, Series } from '../../../../../server/detect/foresight/anomalies/series.ts';
import { inTrouble } from '../../../../../server/detect/foresight/anomalies/trouble.ts';
import { scopeInfos } from '../../../../../server/detect/foresight/facts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const hourOfWeek = (atMs: number) => Math.floor(atMs / HOUR) % 168;
const noisy = (n: number, level: number, seed = 1) => {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => level * (0.9 + 0.2 * random.next()));
};
function run(series: Series, from: number, values: readonly (number | null)[], isTrouble = false) {
  return values.map((value, i) => {
    const found = series.next((from + i) * MINUTE, value, isTrouble);
    return found && { ...found };
  });
}

describe('what is usual of a live series', () => {
  it('ANO-34: what was not known since the start is not “not known any more”; what was known and is gone is', () => {
    const series = new Series(hourOfWeek, 5);
    expect(
      run(
        series,
        0,
        Array.from({ length: 20 }, () => null),
      ).every((one) => one === null),
    ).toBe(true);
    run(series, 20, noisy(60, 100));
    const gone = run(
      series,
      80,
      Array.from({ length: 60 }, () => null),
    );
    expect(gone.find((one) => one !== null)).toMatchObject({ kind: 'missing' });
  });

  it('ANO-35: an alarm that is up for half a day does not make its backlog usual, and the next one is as strange', () => {
    const series = new Series(hourOfWeek, 5);
    run(series, 0, noisy(300, 100));
    const first = run(series, 300, noisy(12 * 60, 900, 2), true);
    expect(first.at(-1)).toMatchObject({ direction: 'up', toMs: null });
    expect(first.at(-1)?.usual?.high).toBeLessThan(115);
    expect(run(series, 1_020, noisy(60, 100, 3)).at(-1)).toBeNull();
    const again = run(series, 1_080, noisy(30, 900, 4), true).find((one) => one !== null);
    expect(again).toMatchObject({ direction: 'up' });
    expect(again?.usual?.high).toBeLessThan(115);
  });

  it('ANO-36: without an alarm a level that stays for six hours is the new usual', () => {
    const series = new Series(hourOfWeek, 5);
    run(series, 0, noisy(300, 100));
    const stays = run(series, 300, noisy(400, 900, 2));
    expect(stays[60]).not.toBeNull();
    expect(stays.at(-1)).toBeNull();
    const back = run(series, 700, noisy(120, 900, 3));
    expect(back.every((one) => one === null)).toBe(true);
  });

  it('ANO-37: after a restart it is known at once what is usual, unless that is hours ago', () => {
    const before = new Series(hourOfWeek, 5);
    run(before, 0, noisy(200, 100));
    const saved = before.save(200 * MINUTE);
    const soon = new Series(hourOfWeek, 5, saved);
    expect(run(soon, 210, noisy(5, 900, 2)).at(-1)).toMatchObject({ direction: 'up' });
    const late = new Series(hourOfWeek, 5, saved);
    expect(run(late, 200 + 5 * 60, noisy(5, 900, 2)).at(-1)).toBeNull();
    const damaged = new Series(hourOfWeek, 5, saved.subarray(0, 1_000));
    expect(run(damaged, 210, noisy(5, 900, 2)).at(-1)).toBeNull();
  });

  it('ANO-35: rare things that come with an alarm stay rare', () => {
    const rare = new RareSeries();
    for (let i = 0; i < 100; i++) rare.next(i * 5 * MINUTE, 0);
    for (let i = 100; i < 200; i++) rare.next(i * 5 * MINUTE, 2, true);
    expect(rare.next(200 * 5 * MINUTE, 8)).toMatchObject({ kind: 'rare-count' });
    const taught = new RareSeries();
    for (let i = 0; i < 100; i++) taught.next(i * 5 * MINUTE, 0);
    for (let i = 100; i < 200; i++) taught.next(i * 5 * MINUTE, 2);
    expect(taught.next(200 * 5 * MINUTE, 8)).toBeNull();
  });
});

describe('who is in trouble', () => {
  const tenants = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id, cluster: 'A', mailboxes: 1 }));
  const others = ['v', 'w', 'x', 'y', 'z'].map((id) => ({ id, name: id, cluster: 'B', mailboxes: 1 }));
  const scopes = scopeInfos([...tenants, ...others, { id: '_unattributed', name: 'Unattributed' }]);
  const alarm = (kind: string, id: string) => ({
    ...{ rule: 'r', scope: { kind, id }, sinceMs: 0, raisedAtMs: 0 },
  });
  it.each([
    ['its own alarm', [alarm('tenant', 'a')], ['a']],
    ['its cluster’s alarm', [alarm('cluster', 'A')], ['a', 'b', 'c', 'd', 'e', 'cluster', 'platform']],
    [
      'alarms of a good part of a cluster',
      [alarm('tenant', 'a'), alarm('tenant', 'b')],
      ['a', 'b', 'cluster'],
    ],
    ['alarms of the platform and of screens', [alarm('platform', ''), alarm('screen', 'a')], []],
  ])('ANO-38: by %s', (_, alarms, expected) => {
    const hit = inTrouble(scopes, alarms);
    const names = [...hit].map((key) => (key.includes('A') ? 'cluster' : key.length > 1 ? 'platform' : key));
    expect(names).toEqual(expected);
  });
});
