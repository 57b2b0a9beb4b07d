import { describe, expect, it } from 'vitest';
import type { AlarmView } from '../../../shared/alarms.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import { alarmsOf } from '../../../client/stores/alarms-model.ts';
import { NO_FILTER, rowFor, rowsOf, unfold } from '../../../client/stores/alarms-rows.ts';
import {
  mailboxesText,
  matcherText,
  ownersText,
  placeText,
  worstOf,
} from '../../../client/stores/alarms-text.ts';
import { filterOf, queryOf, tabOf } from '../../../client/stores/alarms-query.ts';
import { alarm, alarmsSnapshot, group } from '../alarm-fixtures.ts';
import { T0 } from '../fixtures.ts';

const many = (n: number, change: (i: number) => Partial<AlarmView> = () => ({})) =>
  Array.from({ length: n }, (_, i) =>
    alarm({
      id: `m${i}`,
      scope: { kind: 'tenant', id: `t${i}` },
      scopeName: `T${i}`,
      groupId: 'g-many',
      ...change(i),
    }),
  );
const modelOf = (alarms: readonly AlarmView[], change: Parameters<typeof alarmsSnapshot>[0] = {}) =>
  alarmsOf({
    room: 'alarms',
    seq: 1,
    atMs: T0,
    speed: 1,
    serverId: 's',
    version: 'v',
    protocol: PROTOCOL_VERSION,
    snapshot: alarmsSnapshot({ alarms, ...change }),
  });
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe('rows of the alarm list', () => {
  it('come unacknowledged first, then by priority, the oldest first (ALP-4)', () => {
    const rows = rowsOf(
      modelOf([
        alarm({ id: 'acked', groupId: '1', state: 'acknowledged', priority: 'critical' }),
        alarm({ id: 'young', groupId: '2', sinceMs: T0 - 1_000 }),
        alarm({ id: 'old', groupId: '3', sinceMs: T0 - 9_000 }),
        alarm({ id: 'back', groupId: '4', state: 'returned', priority: 'critical' }),
        alarm({ id: 'worst', groupId: '5', priority: 'critical', sinceMs: T0 }),
        alarm({ id: 'soon', groupId: '6', state: 'pending', priority: 'critical' }),
      ]),
      NO_FILTER,
    );
    expect(ids(rows)).toEqual(['worst', 'old', 'young', 'back', 'acked', 'soon']);
  });

  it('fold three and more of one group into one, two stay two (ALP-5)', () => {
    expect(rowsOf(modelOf(many(2)), NO_FILTER).map(({ kind }) => kind)).toEqual(['alarm', 'alarm']);
    const [row, ...rest] = rowsOf(
      modelOf(many(3, (i) => ({ priority: i === 1 ? 'critical' : 'low' }))),
      NO_FILTER,
    );
    expect(rest).toEqual([]);
    expect(row).toMatchObject({ kind: 'group', id: 'g-many', priority: 'critical' });
    expect(ids(unfold([row!], new Set(['g-many'])))).toEqual(['g-many', 'm1', 'm0', 'm2']);
  });

  it('are as urgent as the worst of their members: one unacknowledged makes the group so (ALP-5)', () => {
    const [row] = rowsOf(
      modelOf(many(4, (i) => ({ state: i === 2 ? 'unacknowledged' : 'acknowledged' }))),
      NO_FILTER,
    );
    expect(row?.state).toBe('unacknowledged');
  });

  it('stand by cause in a flood, the first-out on top whatever its priority, and marked (ALP-6)', () => {
    const alarms = [
      ...many(3, (i) => ({ id: `l${i}`, groupId: `g${i}`, priority: 'critical' })),
      ...many(2, (i) => ({ id: `s${i}`, rule: 'scan', groupId: 'first', priority: 'low' })),
    ];
    const flood = { sinceMs: T0, raises: 12, firstOut: 'first' };
    const rows = rowsOf(modelOf(alarms, { flood, groups: [group({ id: 'first' })] }), NO_FILTER);
    expect(rows.map(({ id, kind, isFirstOut }) => [id, kind, isFirstOut])).toEqual([
      ['scan', 'cause', true],
      ['lag', 'cause', false],
    ]);
  });

  it('leave out what is hidden (ALP-7)', () => {
    const hidden = { kind: 'shelved', by: 'Ada', reason: 'x', sinceMs: T0, untilMs: T0 + 1 } as const;
    expect(rowsOf(modelOf([alarm({ hidden })]), NO_FILTER)).toEqual([]);
  });

  it.each([
    ['state', { state: 'acknowledged' }, ['b']],
    ['priority and above', { priority: 'high' }, ['c', 'b']],
    ['cluster', { cluster: 'B' }, ['a']],
    ['rule', { rule: 'access' }, ['c']],
    ['words of name, reason and who', { words: 'ADA tenant' }, ['b']],
  ] as const)('are narrowed by %s (ALP-8)', (_what, filter, left) => {
    const model = modelOf([
      alarm({ id: 'a', groupId: '1', priority: 'low', cluster: 'B' }),
      alarm({
        id: 'b',
        groupId: '2',
        scopeName: 'Tenant B',
        state: 'acknowledged',
        acknowledged: { by: 'Ada', atMs: T0, note: '' },
      }),
      alarm({ id: 'c', groupId: '3', rule: 'access', priority: 'critical' }),
    ]);
    expect(ids(rowsOf(model, { ...NO_FILTER, ...filter }))).toEqual(left);
  });

  it('are found by the id of an alarm or of its group, folded or not (ALP-9)', () => {
    const rows = rowsOf(modelOf([...many(3), alarm({ id: 'x', groupId: 'gx' })]), NO_FILTER);
    expect(rowFor(rows, 'm2')?.id).toBe('g-many');
    expect(rowFor(unfold(rows, new Set(['g-many'])), 'm2')?.id).toBe('m2');
    expect(rowFor(rows, 'gx')?.id).toBe('x');
    expect(rowFor(rows, 'nobody')).toBeNull();
  });
});

describe('words of alarms', () => {
  it('never let one who has one of many look as if all were taken (ALP-10)', () => {
    const by = { by: 'Ada', atMs: T0, note: '' };
    expect(ownersText(many(3))).toBe('nobody has it');
    expect(ownersText(many(3, (i) => (i === 0 ? { acknowledged: by } : {})))).toBe('Ada has 1, nobody 2');
    expect(ownersText(many(3, () => ({ acknowledged: by })))).toBe('Ada has it');
  });

  it('count a place once, however many alarms it has, and mailboxes that are not known make a floor (ALP-10)', () => {
    const alarms = many(4, (i) => ({
      scope: { kind: 'tenant', id: `t${i % 2}` },
      mailboxes: i % 2 ? null : 500,
    }));
    const [row] = rowsOf(modelOf(alarms), NO_FILTER);
    expect(placeText(row!)).toBe('2 tenants, 4 alarms');
    expect(mailboxesText(alarms)).toBe('up to 500 mailboxes, and of some not known');
    expect(mailboxesText([alarm({ mailboxes: null })])).toBe('');
  });

  it('take as the worst the number furthest beyond its limit, on either side, and never one without data', () => {
    const of = (id: string, value: number | null, side: 'above' | 'below') =>
      alarm({ id, reading: { ...alarm().reading, value, side } });
    expect(worstOf([of('a', 3, 'above'), of('b', 9, 'above'), of('c', null, 'above')])?.id).toBe('b');
    expect(worstOf([of('a', 91, 'below'), of('b', 95, 'below')])?.id).toBe('a');
    expect(worstOf([of('c', null, 'above'), of('a', 3, 'above')])?.id).toBe('a');
  });

  it('say EVERYTHING for a matcher that names nothing', () => {
    expect(matcherText({})).toBe('EVERYTHING');
    expect(matcherText({ rules: ['lag'], clusters: ['B'] })).toBe('rule lag · cluster B');
    expect(matcherText({ screens: ['d1'], upTo: 'low' })).toBe('screen d1 · up to LOW');
  });
});

describe('the address of the alarm page', () => {
  it('gives back what was put in, and leaves out what is usual (ALP-9)', () => {
    const filter = { state: 'returned', priority: 'high', cluster: 'B', rule: 'lag', words: 'ada' } as const;
    const query = queryOf('record', filter);
    expect([tabOf(query), filterOf(query)]).toEqual(['record', filter]);
    expect(queryOf('active', NO_FILTER)).toEqual({});
    expect([tabOf({ tab: 'x' }), filterOf({ state: 'x' }).state]).toEqual(['active', '']);
  });
});
