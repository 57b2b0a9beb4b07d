import { describe, expect, it } from 'vitest';
import type { BackTestFire } from '../../../shared/alarms.ts';
import {
  backTestBounds,
  backTestScope,
  fireRows,
  rateText,
  stepText,
} from '../../../client/stores/back-test-model.ts';
import { T0 } from '../fixtures.ts';

const DAY = 86_400_000;
const NO_OWN = { from: '', to: '' };
const fire = (change: Partial<BackTestFire> = {}): BackTestFire => ({
  rule: 'effective-lag',
  scope: { kind: 'tenant', id: 'aurora' },
  scopeName: 'Aurora Broadband',
  priority: 'high',
  raisedAtMs: T0 - DAY,
  clearedAtMs: T0 - DAY + 3_600_000,
  worst: 372_000,
  reason: 'lag ≥ 6.2 min',
  ...change,
});
const metrics = [{ name: 'lagP95Ms', label: 'lag', unit: 'ms', scopes: ['tenant'], isShare: false } as const];
const rowsOf = (fires: readonly BackTestFire[]) =>
  fireRows({ fires, toMs: T0 }, [{ id: 'effective-lag', metric: 'lagP95Ms' }], metrics);

describe('a back-test', () => {
  it('goes over the last days, or from and to as typed, never into the future', () => {
    expect(backTestBounds('7d', NO_OWN, T0)).toEqual({ fromMs: T0 - 7 * DAY, toMs: T0 });
    expect(
      backTestBounds(
        'own',
        { from: new Date(T0 - DAY).toISOString(), to: new Date(T0 + DAY).toISOString() },
        T0,
      ),
    ).toEqual({
      fromMs: T0 - DAY,
      toMs: T0,
    });
  });

  it.each([
    [{ from: '', to: '' }, 'both'],
    [{ from: '2007-05-14T12:00', to: '2007-05-14T11:00' }, 'after'],
    [{ from: '2030-05-14T12:00', to: '2030-05-15T11:00' }, 'future'],
  ])('is refused in words over %j', (own, word) => {
    expect(backTestBounds('own', own, T0)).toContain(word);
  });

  it('is of everybody where nobody is named', () => {
    expect(backTestScope('tenant', ' ')).toBeUndefined();
    expect(backTestScope('platform', 'x')).toBeUndefined();
    expect(backTestScope('cluster', ' A ')).toEqual({ kind: 'cluster', id: 'A' });
  });

  it('tells how often, and does not take days without data for days without alarms (ALP-34)', () => {
    expect(rateText({ perDay: null, worstDay: null })).toContain('no day has enough data');
    expect(rateText({ perDay: 0, worstDay: { day: '14 May', fires: 0 } })).toBe('none a day');
    expect(rateText({ perDay: 0.03, worstDay: null })).toBe('less than 0.1 a day');
    expect(rateText({ perDay: 4.333, worstDay: { day: '13 May', fires: 9 } })).toBe(
      '4.3 a day, most on 13 May: 9',
    );
  });

  it('leads from each alarm to the page of the tenant at that time (ALP-34)', () => {
    const [row] = rowsOf([fire()]);
    expect([row?.length, row?.worst]).toEqual(['1.0 h', '6.2 min']);
    const url = new URL(row?.href ?? '', 'http://x');
    expect([url.pathname, url.searchParams.get('from'), url.searchParams.get('to')]).toEqual([
      '/tenant/aurora',
      String(T0 - DAY - 1_800_000),
      String(T0 - DAY + 5_400_000),
    ]);
  });

  it('says that an alarm was still up, and shows no time after the end', () => {
    const [row] = rowsOf([fire({ raisedAtMs: T0 - 3_600_000, clearedAtMs: null })]);
    expect(row?.length).toBe('still up at the end');
    expect(new URL(row?.href ?? '', 'http://x').searchParams.get('to')).toBe(String(T0));
    expect(rowsOf([fire({ scope: { kind: 'source', id: 'mx1' } })])[0]?.href).toMatch(/^\/alarms\?/);
    expect(rowsOf([fire({ worst: null })])[0]?.worst).toBe('—');
  });

  it('says which holds cannot be told from long windows', () => {
    expect(stepText(10)).toBe('');
    expect(stepText(3_600)).toContain('1.0 h');
  });
});
