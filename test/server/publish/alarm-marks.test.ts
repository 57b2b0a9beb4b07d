import { describe, expect, it } from 'vitest';
import type { TransitionKind, TransitionRecord } from '../../../shared/alarms.ts';
import { alarmMarks, MAX_ALARM_MARKS, type MarksAsked } from '../../../server/publish/alarm-marks.ts';

const MINUTE = 60_000;
const FROM = Date.UTC(2007, 4, 14, 12);
const TO = FROM + 120 * MINUTE;

let seq = 0;
const record = (
  minute: number,
  kind: TransitionKind,
  change: Partial<TransitionRecord> = {},
): TransitionRecord => ({
  seq: ++seq,
  atMs: FROM + minute * MINUTE,
  kind,
  alarmId: 'a1',
  rule: 'effective-lag',
  ruleVersion: 1,
  scope: { kind: 'tenant', id: 'aurora' },
  from: 'normal',
  to: 'unacknowledged',
  priority: 'high',
  groupId: 'g1',
  by: 'mailvigil',
  reason: 'lag ≥ 6.2 min, limit 5 min',
  value: 372_000,
  ...change,
});
const marksOf = (records: readonly TransitionRecord[], change: Partial<MarksAsked> = {}) =>
  alarmMarks({ records, fromMs: FROM, toMs: TO, nowMs: TO, titleOf: () => 'Effective lag', ...change });
/** Minutes of the range. */
const spans = (records: readonly TransitionRecord[], change: Partial<MarksAsked> = {}) =>
  marksOf(records, change).marks.map(({ atMs, toMs }) => [
    (atMs - FROM) / MINUTE,
    ((toMs ?? NaN) - FROM) / MINUTE,
  ]);

describe('alarms as marks (ALP-29)', () => {
  it('go from when they are raised until their condition is over, with title, priority, reason and link', () => {
    const { marks } = marksOf([
      record(5, 'pending'),
      record(10, 'raised'),
      record(12, 'acknowledged'),
      record(30, 'returned'),
      record(50, 'closed'),
    ]);
    expect(marks).toEqual([
      {
        atMs: FROM + 10 * MINUTE,
        toMs: FROM + 30 * MINUTE,
        kind: 'alarm',
        text: 'Effective lag (high): lag ≥ 6.2 min, limit 5 min',
        href: '/alarms/a1',
      },
    ]);
  });

  it('are of no interest while pending, and when they were dropped', () => {
    expect(spans([record(5, 'pending'), record(6, 'dropped')])).toEqual([]);
  });

  it('end with the range, or now, when nothing says that they are over', () => {
    expect(spans([record(10, 'raised')])).toEqual([[10, 120]]);
    expect(spans([record(10, 'raised')], { nowMs: FROM + 40 * MINUTE })).toEqual([[10, 40]]);
  });

  it('begin with the range when they were raised before, and are left out when they were over before', () => {
    expect(spans([record(-60, 'raised'), record(20, 'returned')])).toEqual([[0, 20]]);
    expect(spans([record(-60, 'raised'), record(-20, 'returned')])).toEqual([]);
    expect(spans([record(130, 'raised')])).toEqual([]);
  });

  it('are two when an alarm came back after a while, and one when it came back at once', () => {
    const raised = (back: number) => [
      record(10, 'raised'),
      record(20, 'returned'),
      record(back, 'reraised'),
      record(60, 'resolved'),
    ];
    expect(spans(raised(40))).toEqual([
      [10, 20],
      [40, 60],
    ]);
    expect(spans(raised(21))).toEqual([[10, 60]]);
    expect(marksOf(raised(21)).marks[0]?.text).toContain('Effective lag × 2 (high)');
  });

  it('have the highest priority that was reached, and why', () => {
    const [mark] = marksOf([
      record(10, 'raised'),
      record(20, 'priority', { priority: 'critical', reason: 'lag ≥ 16 min' }),
    ]).marks;
    expect(mark?.text).toBe('Effective lag (critical): lag ≥ 16 min');
  });

  it('do not depend on the order of the records', () => {
    const records = [
      record(10, 'raised'),
      record(20, 'returned'),
      record(40, 'reraised'),
      record(60, 'closed'),
    ];
    expect(spans(records.toReversed())).toEqual(spans(records));
  });

  it('keep rules apart, and name a rule that is gone by its id', () => {
    const other = { rule: 'spam share/2', alarmId: 'b 1' };
    const records = [record(10, 'raised'), record(11, 'raised', other)];
    const { marks } = marksOf(records, { titleOf: (rule) => (rule === 'effective-lag' ? 'Lag' : undefined) });
    expect(marks.map(({ text, href }) => [text.split(' (')[0], href])).toEqual([
      ['Lag', '/alarms/a1'],
      ['spam share/2', '/alarms/b%201'],
    ]);
  });

  it('are bounded: the most urgent stay, then the newest, and the others are counted', () => {
    const records = Array.from({ length: 150 }, (_, i) =>
      record(i / 2, 'raised', {
        alarmId: `a${i}`,
        rule: `r${i}`,
        priority: i === 0 ? 'critical' : 'low',
      }),
    );
    const { marks, left } = marksOf(records);
    expect([marks.length, left]).toEqual([MAX_ALARM_MARKS, 50]);
    expect(marks[0]?.href).toBe('/alarms/a0');
    expect(marks.at(-1)?.href).toBe('/alarms/a149');
    expect(marks.map(({ atMs }) => atMs)).toEqual(marks.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });
});
