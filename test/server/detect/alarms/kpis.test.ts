import { describe, expect, it } from 'vitest';
import type { Kpi, TransitionKind, TransitionRecord } from '../../../../shared/alarms.ts';
import { kpisOf } from '../../../../server/detect/alarms/kpis.ts';
import { recordOf } from '../../../../server/detect/alarms/record-of.ts';
import { HOUR, MINUTE, SECOND, T, tenant } from './support.ts';

let n = 0;
function line(kind: TransitionKind, atMs: number, change: Partial<TransitionRecord> = {}): TransitionRecord {
  const id = `a${n++}`;
  const about = { alarmId: id, groupId: id, rule: 'lag', scope: tenant('a1'), ruleVersion: 1, atMs };
  return recordOf(kind, { by: 'mailvigil', reason: 'x' }, { ...about, ...change });
}

function figures(records: readonly TransitionRecord[], change: Partial<Parameters<typeof kpisOf>[0]> = {}) {
  const input = {
    fromMs: T,
    toMs: T + 8 * HOUR,
    coveredFromMs: T,
    standing: 0,
    nameOf: ({ id }: { id: string }) => id,
  };
  const result = kpisOf({ records, ...input, ...change });
  const of = (name: Kpi['name']) => result.kpis.find((one) => one.name === name)!;
  return { ...result, of };
}

describe('the figures of a shift', () => {
  it('ALM-28: a mean and a peak are counted by groups: what came together was one thing to look at', () => {
    const storm = Array.from({ length: 12 }, (_, i) => line('raised', T + HOUR + i * 45 * SECOND));
    const together = Array.from({ length: 40 }, (_, i) => line('raised', T + 3 * HOUR + i, { groupId: 'g' }));
    const { of, raised } = figures([...storm, ...together]);
    expect(raised).toBe(52);
    expect(of('rate')).toMatchObject({ value: 13 / 48, limit: 1, isWithin: true });
    expect(of('rate').detail).toBe('52 alarms in 13 groups, in 8 h');
    expect(of('peak10min')).toMatchObject({ value: 12, limit: 10, isWithin: false });
  });

  it('ALM-28: of time that the record does not reach nothing is said', () => {
    const { kpis, coveredFromMs } = figures([], { coveredFromMs: T + 9 * HOUR });
    expect(kpis.map(({ value }) => value)).toEqual(kpis.map(() => null));
    expect(kpis.map(({ isWithin }) => isWithin)).toEqual(kpis.map(() => null));
    expect(coveredFromMs).toBe(T + 8 * HOUR);
    const half = figures([line('raised', T + HOUR), line('raised', T + 6 * HOUR)], {
      coveredFromMs: T + 4 * HOUR,
    });
    expect(half.of('rate').value).toBe(1 / 24);
  });

  it('ALM-28: what was hidden when it came loaded nobody', () => {
    const hidden = line('raised', T + HOUR);
    const shelved = line('shelved', T + 2 * HOUR, { scope: tenant('b1') });
    const again = line('raised', T + 3 * HOUR, { scope: tenant('b1') });
    const { raised } = figures([
      hidden,
      { ...hidden, kind: 'suppressed' },
      shelved,
      again,
      line('raised', T + 4 * HOUR, { scope: tenant('c1') }),
    ]);
    expect(raised).toBe(1);
  });

  it('ALM-28: flood time, chattering and fleeting ones, and those up for a day, stand against their limits', () => {
    const short = line('raised', T + MINUTE);
    const long = line('raised', T + MINUTE, { scope: tenant('b') });
    const { of } = figures(
      [
        line('flood-began', T - HOUR),
        short,
        long,
        { ...short, kind: 'returned', atMs: T + MINUTE + 50 * SECOND },
        { ...long, kind: 'returned', atMs: T + 3 * MINUTE },
        line('flood-ended', T + 12 * MINUTE),
        line('chattering', T + HOUR),
        line('chattering', T + 2 * HOUR),
        line('chattering', T + 2 * HOUR, { rule: 'other' }),
        line('flood-began', T + 8 * HOUR - 12 * MINUTE),
      ],
      { standing: 6 },
    );
    expect(of('floodPercent')).toMatchObject({ value: 5, limit: 1, isWithin: false });
    expect(of('chattering')).toMatchObject({ value: 2, limit: 0, isWithin: false });
    expect(of('fleeting')).toMatchObject({ value: 1, limit: null, isWithin: null });
    expect(of('standing')).toMatchObject({ value: 6, limit: 5, isWithin: false });
  });

  it('ALM-28: shares are told of enough alarms only, with who raised most', () => {
    const few = figures([line('raised', T), line('raised', T + 1)]);
    expect([few.of('topTen').value, few.of('priorities').value]).toEqual([null, null]);
    const many = Array.from({ length: 200 }, (_, i) =>
      line('raised', T + i, { scope: tenant(`t${i % 20}`), priority: i % 10 === 0 ? 'critical' : 'low' }),
    );
    const { of, contributors } = figures([...many, line('raised', T + HOUR, { scope: tenant('t3') })]);
    expect(of('topTen').value).toBeCloseTo((100 * 101) / 201);
    expect(of('priorities').value).toBeCloseTo((100 * 20) / 201);
    expect(contributors[0]).toMatchObject({ rule: 'lag', scopeName: 't3', raises: 11 });
  });
});
