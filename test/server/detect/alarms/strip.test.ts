import { describe, expect, it } from 'vitest';
import type { AlarmsSnapshot } from '../../../../shared/alarms.ts';
import { matcherFault, matches, matcherText } from '../../../../server/detect/alarms/matcher.ts';
import { alarmsDelta, stripOf } from '../../../../server/detect/alarms/strip.ts';
import { Bench, HOUR, QUICK, type Said, tenant } from './support.ts';

function snapshotOf(bench: Bench): AlarmsSnapshot {
  return {
    ...bench.view(),
    onCall: [],
    path: { state: 'ok', reason: '', checkedAtMs: null, channels: [], deadMan: null },
    rules: { version: 1, count: 2, faults: [] },
    notKept: null,
  };
}
const up = (...ids: readonly string[]) => ids.map((id) => [QUICK, id, 0 as Said] as const);

describe('the strip of the wall', () => {
  it('ALM-29: it shows the six most urgent groups, leaves hidden ones out, and counts all of them', () => {
    const bench = new Bench();
    const ids = ['a1', 'b1', 'c1', 'd1', 'e1', 'f1', 'g1', 'h1'];
    bench.observe(...up(...ids.slice(0, 7)), [QUICK, 'h1', 1]);
    const idOf = (scope: string) => bench.view().alarms.find((alarm) => alarm.scope.id === scope)!.id;
    bench.act({ kind: 'acknowledge', ids: [idOf('a1')], by: 'anna', note: '' });
    bench.act({ kind: 'shelve', ids: [idOf('b1')], by: 'anna', reason: 'x', untilMs: bench.nowMs + HOUR });
    const strip = stripOf(snapshotOf(bench));
    const [first, ...others] = strip.groups.map(({ cluster }) => cluster);
    expect([first, ...others.sort()]).toEqual(['h', 'c', 'd', 'e', 'f', 'g']);
    expect(strip).toMatchObject({
      more: 1,
      counts: { unacknowledged: 6, acknowledged: 1, hidden: 1, silenced: 0 },
    });
    expect([...strip.tenants!].sort()).toEqual(['c1', 'd1', 'e1', 'f1', 'g1', 'h1']);
  });
});

describe('what changed', () => {
  it('ALM-26: applied to what was there before it gives what is there now, and nothing more is in it', () => {
    const bench = new Bench();
    bench.observe(...up('a1', 'a2', 'b1'));
    const before = snapshotOf(bench);
    expect(alarmsDelta(before, snapshotOf(bench))).toEqual({});
    bench.act({ kind: 'acknowledge', ids: bench.ids().slice(0, 1), by: 'anna', note: '' });
    bench.observe([QUICK, 'a1', 'clear'], ...up('a2', 'b1', 'c1'));
    const after = snapshotOf(bench);
    const { changed = [], gone = [], ...rest } = alarmsDelta(before, after);
    expect(gone).toEqual([before.alarms[0]!.id]);
    expect(changed.map(({ scope }) => scope.id)).toEqual(['c1']);
    expect(Object.keys(rest).sort()).toEqual(['groups', 'kpis']);
    const kept = before.alarms.filter(({ id }) => !gone.includes(id));
    expect([...kept, ...changed]).toEqual(after.alarms);
  });
});

describe('matchers', () => {
  const subject = { rule: 'lag', scope: tenant('a1'), cluster: 'a', priority: 'high' as const };

  it('ALM-17: all that is given must match; nothing given matches everything', () => {
    expect(matches({}, subject)).toBe(true);
    expect(matches({ rules: ['lag'], tenants: ['a1'], clusters: ['a'], upTo: 'high' }, subject)).toBe(true);
    for (const other of [
      { rules: ['x'] },
      { tenants: ['x'] },
      { clusters: ['x'] },
      { sources: ['a1'] },
    ] as const)
      expect(matches({ rules: ['lag'], ...other }, subject)).toBe(false);
    expect(matches({ upTo: 'medium' }, subject)).toBe(false);
    expect(
      matches({ clusters: ['a'] }, { ...subject, scope: { kind: 'platform', id: '' }, cluster: null }),
    ).toBe(false);
    expect(
      matches({ clusters: ['a'] }, { ...subject, scope: { kind: 'cluster', id: 'a' }, cluster: null }),
    ).toBe(true);
  });

  it('ALM-17: it is told in words, and one that can match nothing says so', () => {
    expect(matcherText({})).toBe('everything');
    expect(matcherText({ tenants: ['a', 'b'], upTo: 'high' })).toBe('tenants a, b; up to high');
    expect(matcherFault({ tenants: ['a'] })).toBeUndefined();
    expect(matcherFault({ clusters: [] })).toContain('matches nothing');
  });
});
