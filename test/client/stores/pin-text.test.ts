import { describe, expect, it } from 'vitest';
import type { AlarmReading, GroupLead } from '../../../shared/alarms.ts';
import { curveBounds, curvesOf, noCurveText } from '../../../client/stores/pin-curves.ts';
import { choosePin, NO_PINS, pinByHand, pinOf, type Pin } from '../../../client/stores/pin-model.ts';
import {
  firstAction,
  firstSentence,
  groupWords,
  otherWords,
  othersWords,
  tenantWords,
} from '../../../client/stores/pin-text.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { tileOf } from '../../../client/stores/tile.ts';
import { feeds, group, row, strip, T0, tenants as someTenants } from '../fixtures-alarms.ts';

const tenants = someTenants(3);

const reading = (change: Partial<AlarmReading> = {}): AlarmReading => ({
  metric: 'lagP95Ms',
  value: 2_478_000,
  unit: 'ms',
  limit: 900_000,
  side: 'above',
  n: 812,
  isFloor: true,
  atMs: T0,
  ...change,
});
const lead = (change: Partial<GroupLead> = {}): GroupLead => ({
  alarmId: 'a1',
  scope: { kind: 'tenant', id: tenants[0]!.id },
  scopeName: tenants[0]!.name,
  reading: reading(),
  worst: null,
  action: 'Open the tenant: does mail wait in active, in deferred? Are others late as well?',
  names: tenants.map(({ name }) => name),
  ...change,
});
const members = ['a1', 'a2', 'a3'];
const three = (change: Parameters<typeof group>[0] = {}) =>
  group({ members, active: 3, lead: lead(), ...change });
const pinned = (...groups: readonly ReturnType<typeof group>[]): Pin =>
  choosePin(NO_PINS, strip({ groups }), T0)!;
const now = { serverMs: T0, speed: 1 };

describe('what the panel of a pin says', () => {
  it('tells the reason in one line: the number, where, and how many (WAL-109)', () => {
    const words = groupWords('auto', three());
    expect(words.line).toBe('Pinned: lag ≥ 41.3 min on cluster A, 3 tenants');
    expect(words).toMatchObject({
      head: 'lag ≥ 41.3 min',
      title: 'Effective lag',
      limit: 'limit above 15.0 min',
      sinceMs: T0 - 720_000,
      owner: { kind: 'nobody', text: 'NOBODY HAS IT' },
      action: 'Open the tenant',
      actionLong: 'Open the tenant: does mail wait in active, in deferred?',
      readAtMs: T0,
    });
    expect(groupWords('manual', three()).line).toMatch(/^Pinned by hand: lag/);
  });

  it.each([
    [three({ active: 2 }), 'on cluster A, 2 of 3 tenants'],
    [three({ active: 0 }), 'on cluster A, 3 tenants, over for now'],
    [three({ active: 0, state: 'returned' }), 'on cluster A, 3 tenants'],
    [three({ cluster: null }), '3 tenants'],
    [group({ lead: lead() }), `for ${tenants[0]!.name}, cluster A`],
    [group({ lead: lead({ scope: { kind: 'cluster', id: 'A' }, scopeName: 'A' }) }), 'on cluster A'],
    [group({ lead: lead({ scope: { kind: 'platform', id: '' } }) }), 'on the whole platform'],
    [group({ lead: lead({ scope: { kind: 'source', id: 'mx2' }, scopeName: 'mx2' }) }), 'at mx2'],
    [
      group({
        title: 'A source is not heard',
        text: 'A source is not heard: mx2-log, nothing for 3.2 min',
        lead: lead({ scope: { kind: 'source', id: 'mx2' }, reading: reading({ metric: '', value: null }) }),
      }),
      'mx2-log, nothing for 3.2 min',
    ],
  ])('says where it is (WAL-109) %#', (told, where) => {
    expect(groupWords('auto', told).where).toBe(where);
  });

  it('says who has it, and that it is back to normal without anybody having seen it (WAL-109)', () => {
    expect(groupWords('auto', three({ state: 'acknowledged', owner: 'Ada' })).owner?.text).toBe('Ada has it');
    expect(groupWords('auto', three({ state: 'returned' })).owner?.kind).toBe('back');
  });

  it('is the title where there is no number to tell, never a zero in its place (WAL-110)', () => {
    const unread = lead({ reading: reading({ value: null }), worst: 2_478_000 });
    const none = groupWords('auto', three({ lead: unread }));
    expect(none.head).toBe('lag NO DATA');
    expect(none.worst).toBe('worst so far 41.3 min');
    expect(groupWords('auto', three()).worst).toBe('');
    expect(none.readAtMs).toBeNull();
    const state = reading({ metric: 'sourceQuiet', unit: 'state', value: 1, limit: 0, isFloor: false });
    expect(groupWords('auto', three({ lead: lead({ reading: state }) })).head).toBe('Effective lag');
    const other = reading({ metric: 'readyMinutes', unit: 'count', value: 16, isFloor: false });
    expect(groupWords('auto', three({ lead: lead({ reading: other }) }))).toMatchObject({
      head: 'Effective lag: 16',
      title: '',
    });
  });

  it('does without what a server does not tell (WAL-110)', () => {
    const words = groupWords('auto', group());
    expect(words.head).toBe('Effective lag');
    expect(words.where).toContain('Aurora Broadband');
    expect(words.action).toBe('');
    const pin = pinned(group());
    expect(curvesOf(pin, tenants, undefined)).toEqual([]);
    expect(noCurveText(pin, [])).toContain('not told which number');
  });

  it('names the other critical alarms in one line (WAL-103)', () => {
    const pin = pinned(
      three(),
      three({ id: 'g2', title: 'Users are locked out', cluster: 'B' }),
      three({ id: 'g3', title: 'Disk', cluster: null }),
    );
    expect(othersWords(pin)).toEqual({ count: '+2 critical:', names: 'Users are locked out (B), Disk' });
    expect(othersWords(pinned(three()))).toBeNull();
    expect(otherWords(three())).toEqual({ head: 'lag ≥ 41.3 min', where: 'on cluster A, 3 tenants' });
  });

  it('takes the first thing to do out of what the rule says', () => {
    expect(firstAction('Try a sign-in of your own. Then call.')).toBe('Try a sign-in of your own');
    expect(firstSentence('Read 5.7.1 replies. Then call.')).toBe('Read 5.7.1 replies.');
    expect(firstSentence('Call')).toBe('Call');
    expect(firstAction('')).toBe('');
  });
});

describe('a tenant that is pinned by hand', () => {
  const [entry] = tenants;
  const pin = pinOf(pinByHand(NO_PINS, { kind: 'tenant', id: entry!.id }, T0), null)!;
  const tile = (change: Parameters<typeof row>[0]) =>
    tileOf(entry!, row(change), feedFreshness(feeds(), now), now);

  it('shows the number that is wrong with it, and its curve (WAL-111)', () => {
    const sick = tile({ level: 'critical', signal: 'lag', lagP95Ms: 600_000, sinceMs: T0 - 60_000 });
    const words = tenantWords(entry!.id, sick);
    expect(words.line).toBe(`Pinned by hand: lag 10.0 min for ${entry!.name}, critical`);
    expect(words).toMatchObject({ sinceMs: T0 - 60_000, owner: null });
    expect(curvesOf(pin, tenants, sick).map(({ metric }) => metric)).toEqual(['lagP95Ms']);
  });

  it('shows lag and queue where nothing is wrong (WAL-111)', () => {
    const fine = tile({ level: 'ok', signal: 'none' });
    expect(tenantWords(entry!.id, fine).sinceMs).toBeNull();
    expect(curvesOf(pin, tenants, fine).map(({ metric }) => metric)).toEqual(['lagP95Ms', 'queueDepth']);
  });

  it('says so when this screen does not have it (WAL-111)', () => {
    expect(tenantWords('gone', undefined).line).toContain('NOT ON THIS SCREEN');
    expect(noCurveText(pin, curvesOf(pin, tenants, undefined))).toContain('does not have that tenant');
  });
});

describe('the curves that tell it', () => {
  it('are those of the worst tenants, at most three, the worst first (WAL-112)', () => {
    const more = ['x', 'y', 'z'].map((id) => ({ id, name: `Tenant ${id}` }));
    const names = [tenants[0]!.name, ...more.map(({ name }) => name)];
    const curves = curvesOf(pinned(three({ lead: lead({ names }) })), [...tenants, ...more], undefined);
    expect(curves.map(({ scope }) => scope.id)).toEqual([tenants[0]!.id, 'x', 'y']);
    expect(curves[0]).toMatchObject({ metric: 'lagP95Ms', reading: { limit: 900_000 } });
  });

  it('are never those of another tenant of the same name (WAL-112)', () => {
    const twice = [
      { id: 'x', name: 'Twin' },
      { id: 'y', name: 'Twin' },
    ];
    const names = [tenants[0]!.name, 'Twin', 'Nobody'];
    const curves = curvesOf(pinned(three({ lead: lead({ names }) })), [...tenants, ...twice], undefined);
    expect(curves.map(({ scope }) => scope.id)).toEqual([tenants[0]!.id]);
  });

  it.each([
    [{ scope: { kind: 'source', id: 'mx2' } } as const, 'No curve is kept of a source'],
    [{ reading: reading({ unit: 'state', metric: 'historyFailing' }) }, 'a state and no number'],
    [{ reading: reading({ metric: '' }) }, 'a state and no number'],
  ])('are missed in words where there is none (WAL-113) %#', (change, text) => {
    const pin = pinned(three({ lead: lead(change) }));
    expect(curvesOf(pin, tenants, undefined)).toEqual([]);
    expect(noCurveText(pin, [])).toContain(text);
  });

  it('are of what moves with the number where no series is kept of it, without its limit (WAL-112)', () => {
    const refused = reading({ metric: 'tempRejectPercent', unit: 'percent', limit: 25 });
    const pin = pinned(three({ lead: lead({ reading: refused }) }));
    expect(curvesOf(pin, tenants, undefined)[0]).toMatchObject({
      metric: 'rejected',
      label: 'refused',
      reading: null,
    });
    const disk = lead({
      scope: { kind: 'platform', id: '' },
      reading: reading({ metric: 'diskFreePercent' }),
    });
    const none = pinned(three({ lead: disk }));
    expect(noCurveText(none, curvesOf(none, tenants, undefined))).toBe('No curve is kept of this number.');
  });

  it('are of the cluster or the platform where the alarm is, under the name that series have (WAL-112)', () => {
    const metric = reading({ metric: 'acceptedPerMinute', unit: 'per-minute' });
    const pin = pinned(three({ lead: lead({ scope: { kind: 'cluster', id: 'A' }, reading: metric }) }));
    expect(curvesOf(pin, tenants, undefined)).toMatchObject([
      { scope: { kind: 'cluster', id: 'A' }, metric: 'accepted' },
    ]);
  });

  it('reach back an hour, or to before it began, but not beyond half a day (WAL-112)', () => {
    const hour = 3_600_000;
    expect(curveBounds(null, T0)).toEqual({ fromMs: T0 - hour, toMs: T0 });
    expect(curveBounds(T0 - 60_000, T0).fromMs).toBe(T0 - hour);
    expect(curveBounds(T0 - 2 * hour, T0).fromMs).toBe(T0 - 2.25 * hour);
    expect(curveBounds(T0 - 90 * hour, T0).fromMs).toBe(T0 - 12 * hour);
  });
});
