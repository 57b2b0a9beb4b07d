import { describe, expect, it } from 'vitest';
import { type AlarmsSnapshot, type AlarmStrip, PRIORITIES } from '../../../../shared/alarms.ts';
import { matcherFault, matches, matcherText } from '../../../../server/detect/alarms/matcher.ts';
import { alarmsDelta, isSameStrip, stripOf } from '../../../../server/detect/alarms/strip.ts';
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

describe('the lead of a group', () => {
  it('SCR-48: is its worst member that is not hidden, with its number, what to do, and five names, the worst first', () => {
    const bench = new Bench();
    const ids = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'];
    bench.observe(...up(...ids), [QUICK, 'a3', 1], [QUICK, 'a6', 1]);
    const idOf = (scope: string) => bench.view().alarms.find((alarm) => alarm.scope.id === scope)!.id;
    const [group] = stripOf(snapshotOf(bench)).groups;
    expect(group!.lead).toMatchObject({
      ...{
        alarmId: idOf('a3'),
        scope: tenant('a3'),
        scopeName: 'Tenant a3',
        worst: 21,
        action: QUICK.action,
      },
      reading: { value: 21, limit: 20, side: 'above' },
      names: ['Tenant a3', 'Tenant a6', 'Tenant a1', 'Tenant a2', 'Tenant a4'],
    });
    bench.act({ kind: 'shelve', ids: [idOf('a3')], by: 'anna', reason: 'x', untilMs: bench.nowMs + HOUR });
    expect(stripOf(snapshotOf(bench)).groups[0]!.lead).toMatchObject({
      scopeName: 'Tenant a6',
      names: ['Tenant a6', 'Tenant a1', 'Tenant a2', 'Tenant a4', 'Tenant a5'],
    });
  });

  it('SCR-48: is of the priority of its group, of one of its members, and in the order of their names', () => {
    const bench = new Bench();
    for (let round = 0; round < 60; round++) {
      const said = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'd1'].map((id, i) => {
        const draw = (round * 7 + i * 5 + round * i) % 4;
        return [QUICK, id, draw === 3 ? 'no-data' : draw === 2 ? 'clear' : (draw as Said)] as const;
      });
      bench.observe(...said);
      const snapshot = snapshotOf(bench);
      for (const { lead, members, priority, id } of stripOf(snapshot).groups) {
        const alarm = snapshot.alarms.find((one) => one.id === lead!.alarmId)!;
        expect(members).toContain(alarm.id);
        expect([alarm.groupId, alarm.priority, alarm.scopeName]).toEqual([id, priority, lead!.names[0]]);
        const ranks = lead!.names.map((name) =>
          PRIORITIES.indexOf(
            snapshot.alarms.find((one) => one.scopeName === name && members.includes(one.id))!.priority,
          ),
        );
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(lead!.names.length).toBe(Math.min(5, members.length));
      }
    }
  });

  it('SCR-48: a number that drifts behind the same words is sent every half minute; words and states at once', () => {
    const bench = new Bench();
    bench.observe(...up('a1', 'a2'));
    const strip = stripOf(snapshotOf(bench));
    const [group] = strip.groups;
    const with_ = (change: object, rest: object = {}): AlarmStrip => ({
      ...strip,
      groups: [
        { ...group!, ...rest, lead: { ...group!.lead!, reading: { ...group!.lead!.reading, ...change } } },
      ],
    });
    const { atMs } = group!.lead!.reading;
    expect(isSameStrip(strip, with_({ value: 12.01, n: 101, atMs: atMs + 29_999 }))).toBe(true);
    expect(isSameStrip(strip, with_({ atMs: atMs + 30_000 }))).toBe(false);
    expect(isSameStrip(strip, with_({}, { text: 'Quick: 3 tenants' }))).toBe(false);
    expect(isSameStrip(strip, with_({}, { state: 'acknowledged' }))).toBe(false);
    expect(isSameStrip(strip, with_({ limit: 20 }))).toBe(false);
    expect(isSameStrip(strip, with_({ isFloor: true }))).toBe(false);
    expect(isSameStrip(strip, { ...strip, groups: [] })).toBe(false);
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
      { screens: ['a1'] },
    ] as const)
      expect(matches({ rules: ['lag'], ...other }, subject)).toBe(false);
    expect(matches({ screens: ['a1'] }, { ...subject, scope: { kind: 'screen', id: 'a1' } })).toBe(true);
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
    expect(matcherText({ screens: ['d1'] })).toBe('screens d1');
    expect(matcherFault({ tenants: ['a'] })).toBeUndefined();
    expect(matcherFault({ clusters: [] })).toContain('matches nothing');
  });
});
