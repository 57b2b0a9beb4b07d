import { describe, expect, it } from 'vitest';
import type { PlatformEvent } from '../../../../../shared/foresight.ts';
import { scopeInfos } from '../../../../../server/detect/foresight/facts.ts';
import { createReportsPart } from '../../../../../server/detect/foresight/reports/part.ts';
import { surgeOf } from '../../../../../server/detect/foresight/reports/surge.ts';

const NOW = Date.parse('2026-11-20T03:30:00Z');
const HOUR = 3_600_000;
const scopes = scopeInfos([
  { id: 'aurora', name: 'Aurora', cluster: 'A' },
  { id: 'boreal', name: 'Boreal', cluster: 'A' },
  { id: '_unattributed', name: 'Unattributed' },
]);
const ticket = (i: number, reporter: string, atMs = NOW - 600_000): PlatformEvent => ({
  ...{ id: `t${i}`, kind: 'ticket', tenant: 'aurora', reporter, text: 'spam', atMs },
});
const hourOfWeek = (atMs: number) => Math.floor(atMs / HOUR) % 168;
const look = (
  events: readonly PlatformEvent[],
  alarms: readonly object[] = [],
  part = createReportsPart(hourOfWeek),
) => {
  part.advance({ atMs: NOW, events, scopes, alarms } as never);
  return part.view().find(({ scope }) => scope.id === 'aurora');
};

describe('customers’ reports', () => {
  it('CAN-8: many different people are a surge, one angry thread is not', () => {
    const many = Array.from({ length: 12 }, (_, i) => ticket(i, `c${i}`));
    expect(look(many)).toMatchObject({ state: 'surge', reporters: 12 });
    const angry = Array.from({ length: 12 }, (_, i) => ticket(i, 'c1'));
    expect(look(angry)).toMatchObject({ state: 'insufficient', reporters: 1 });
  });

  it('CAN-9: what is usual at this hour of the week is no surge', () => {
    expect(surgeOf({ reporters: 12, earlier: { sum: 40, weeks: 4 } }).state).toBe('usual');
    expect(surgeOf({ reporters: 12, earlier: { sum: 0, weeks: 4 } }).state).toBe('surge');
    expect(surgeOf({ reporters: 2, earlier: { sum: 0, weeks: 4 } }).state).toBe('insufficient');
  });

  it('CAN-10: says by how much customers knew before us, and nothing when we were first', () => {
    const many = Array.from({ length: 12 }, (_, i) => ticket(i, `c${i}`, NOW - 30 * 60_000 + i * 60_000));
    expect(look(many)?.customersAheadMs).toBe(30 * 60_000);
    const alarm = (minutes: number) => ({
      ...{ rule: 'x', scope: { kind: 'tenant', id: 'aurora' }, sinceMs: 0 },
      raisedAtMs: NOW - minutes * 60_000,
    });
    expect(look(many, [alarm(18)])).toMatchObject({ customersAheadMs: 12 * 60_000 });
    expect(look(many, [alarm(18)])?.text).toContain('they knew 12 min before us');
    expect(look(many, [alarm(45)])?.customersAheadMs).toBeNull();
  });

  it('CAN-11: what is usual is learnt by the hour and survives a restart', () => {
    const part = createReportsPart(hourOfWeek);
    for (let week = 0; week < 3; week++) {
      const from = NOW - (3 - week) * 168 * HOUR;
      const events = Array.from({ length: 10 }, (_, i) => ticket(week * 100 + i, `c${i}`, from));
      part.advance({ atMs: from, events, scopes, alarms: [] } as never);
      part.advance({ atMs: from + HOUR, events, scopes, alarms: [] } as never);
    }
    const again = createReportsPart(hourOfWeek, part.takeKept?.());
    const now = Array.from({ length: 10 }, (_, i) => ticket(1_000 + i, `c${i}`));
    expect(look(now, [], again)?.usual).toBeGreaterThan(5);
  });
});
