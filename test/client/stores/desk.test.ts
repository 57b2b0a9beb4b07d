import { describe, expect, it } from 'vitest';
import { clusterFreshness } from '../../../client/live/freshness.ts';
import { alarmsOf } from '../../../client/stores/alarms-model.ts';
import { NO_FILTER, rowsOf } from '../../../client/stores/alarms-rows.ts';
import { COLUMNS, sortAfterClick } from '../../../client/stores/desk-columns.ts';
import { deskCommands, findCommands, fuzzyScore, MAX_FOUND } from '../../../client/stores/desk-commands.ts';
import { sumText, summaryOf, worstText, sumWord } from '../../../client/stores/desk-groups.ts';
import { DEFAULT_DESK_QUERY, parseDeskQuery, printDeskQuery } from '../../../client/stores/desk-query.ts';
import {
  clustersOf,
  deskRowsOf,
  narrow,
  NO_DESK_FILTER,
  numberRank,
} from '../../../client/stores/desk-rows.ts';
import { rowText, stateWord } from '../../../client/stores/desk-text.ts';
import { placesOf, tilesOf, UNATTRIBUTED } from '../../../client/stores/tile.ts';
import type { Coverage, TenantEntry, WallRow } from '../../../shared/protocol.ts';
import { alarm, alarmsSnapshot } from '../alarm-fixtures.ts';
import { coverage, feed, feeds, row, T0 } from '../fixtures.ts';

const NOW = { serverMs: T0, speed: 1 };
type Pair = readonly [Partial<TenantEntry> & { readonly id: string }, Partial<WallRow>];

function desk(pairs: readonly Pair[], cover: Coverage = { ...coverage(), A: feeds(), B: feeds() }) {
  const tenants = pairs.map(([entry]) => ({ name: entry.id, ...entry }));
  const rows = pairs.map(([, change]) => row(change));
  const clusters = clusterFreshness(cover, NOW);
  return deskRowsOf({ tenants, rows }, tilesOf(placesOf(tenants), rows, clusters, NOW), clusters);
}

describe('rows of the desk', () => {
  it('hold the number of the wall, and none where there is none (DSK-1)', () => {
    const [known, none] = desk([
      [{ id: 'a' }, { queueDepth: 0 }],
      [{ id: 'b' }, { queueDepth: null }],
    ]);
    expect(known!.numbers.queueDepth.n).toBe(0);
    expect(none!.numbers.queueDepth.n).toBeNull();
    expect(none!.numbers.queueDepth.reading.quantity).toBeNull();
  });

  it('never hold a number that cannot be true (DSK-1)', () => {
    const [one] = desk([[{ id: 'a' }, { spamPercent: 140 }]]);
    expect(one!.numbers.spamPercent.n).toBeNull();
  });

  it('rank known numbers before lost ones, and those before each kind of none (DSK-2)', () => {
    const cover = {
      ...coverage(),
      lost: feeds({ queue: feed({ asOfMs: T0 - 600_000 }) }),
      never: feeds({ queue: feed({ asOfMs: null, fresh: 0 }) }),
      none: feeds({ queue: feed({ expected: 0, fresh: 0 }), flow: feed({ expected: 0, fresh: 0 }) }),
    };
    const rows = desk(
      [
        [{ id: 'none', cluster: 'none' }, {}],
        [{ id: 'never', cluster: 'never' }, {}],
        [{ id: 'lost', cluster: 'lost' }, {}],
        [{ id: 'known' }, { queueDepth: 0 }],
      ],
      cover,
    );
    const ranks = rows.map(({ numbers }) => numberRank(numbers.queueDepth));
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(new Set(ranks).size).toBe(4);
  });

  it('are as old as the oldest feed behind them; without a word from any they have no age (DSK-3)', () => {
    const cover = {
      A: feeds({ filter: feed({ asOfMs: T0 - 9_000 }) }),
      '': feeds({
        flow: feed({ asOfMs: null }),
        queue: feed({ asOfMs: null }),
        filter: feed({ asOfMs: null }),
        access: feed({ asOfMs: null }),
      }),
    };
    const [old, silent] = desk(
      [
        [{ id: 'a', cluster: 'A' }, {}],
        [{ id: 'b' }, {}],
      ],
      cover,
    );
    expect(old!.ageMs).toBe(9_000);
    expect(silent!.ageMs).toBeNull();
  });

  it('are narrowed by all words, levels and cluster together (DSK-4)', () => {
    const rows = desk([
      [
        { id: 'a', name: 'Aurora Broadband', cluster: 'A' },
        { level: 'critical', signal: 'lag', reason: 'lag 41 min' },
      ],
      [{ id: 'b', name: 'Borealis Net', cluster: 'A' }, {}],
      [{ id: 'c', name: 'Cinder Broadband', cluster: 'B' }, {}],
      [{ id: 'd', name: 'Dovetail' }, {}],
    ]);
    const ids = (change: object) => narrow(rows, { ...NO_DESK_FILTER, ...change }).map(({ id }) => id);
    expect(ids({ words: 'BROAD' })).toEqual(['a', 'c']);
    expect(ids({ words: 'broad lag' })).toEqual(['a']);
    expect(ids({ levels: ['ok'], cluster: 'A' })).toEqual(['b']);
    expect(ids({ cluster: '' })).toEqual(['d']);
    expect(clustersOf(rows)).toEqual(['', 'A', 'B']);
  });

  it('say in words what they are, and which way nothing is known (DSK-3)', () => {
    const [one] = desk([
      [
        { id: 'a', name: 'Aurora', cluster: 'A' },
        { level: 'high', signal: 'lag', reason: 'lag 6 min' },
      ],
    ]);
    expect(rowText(one!, T0)).toMatch(
      /^Aurora, cluster A: HIGH, lag 6 min, since \d\d:\d\d · 12\.0 min; data 0s\.$/,
    );
    expect(stateWord({ level: 'no-data', word: 'LOST 2m' })).toBe('LOST 2m');
  });
});

describe('columns', () => {
  it('are sorted their own way first, and the other way on the second click (DSK-5)', () => {
    const first = sortAfterClick({ column: 'state', isDesc: false }, 'queue');
    expect(first).toEqual({ column: 'queue', isDesc: true });
    expect(sortAfterClick(first, 'queue')).toEqual({ column: 'queue', isDesc: false });
    expect(sortAfterClick(first, 'access').isDesc).toBe(false);
  });

  it('have no value for what is not known (DSK-2)', () => {
    const [one] = desk([[{ id: 'a' }, { sinceMs: 0, reason: '' }]]);
    expect(COLUMNS.mailboxes.rankOf(one!)).toBe(1);
    expect(COLUMNS.since.rankOf(one!)).toBe(1);
    expect(COLUMNS.cluster.rankOf(one!)).toBe(1);
    expect(COLUMNS.reason.rankOf(one!)).toBe(1);
  });
});

describe('the address of the desk', () => {
  const full = {
    sort: { column: 'queue', isDesc: true },
    filter: { words: 'broad band', levels: ['critical', 'no-data'], cluster: '' },
    isGrouped: true,
    folded: ['A', ''],
    row: 't3',
    alarm: 'g1',
  } as const;

  it('says all that is shown and gives it back unchanged (DSK-6)', () => {
    const printed = printDeskQuery(full);
    const back = parseDeskQuery(printed);
    expect(back.faults).toEqual([]);
    expect({
      ...back.query,
      filter: { ...back.query.filter, levels: new Set(back.query.filter.levels) },
    }).toEqual({
      ...full,
      filter: { ...full.filter, levels: new Set(full.filter.levels) },
    });
    expect(printed['sort']).toBe('-queue');
  });

  it('is empty for the usual (DSK-6)', () => {
    expect(printDeskQuery(DEFAULT_DESK_QUERY)).toEqual({});
    expect(parseDeskQuery({}).query).toEqual(DEFAULT_DESK_QUERY);
  });

  it('tells what it does not understand and shows the usual there (DSK-7)', () => {
    const { query, faults } = parseDeskQuery({ sort: 'height', level: 'high,loud', group: 'planet' });
    expect(query.sort).toEqual(DEFAULT_DESK_QUERY.sort);
    expect(query.filter.levels).toEqual(['high']);
    expect(query.isGrouped).toBe(false);
    expect(faults).toHaveLength(3);
  });
});

describe('the head of a group', () => {
  it('adds counts and says when not all are in the sum (DSK-8)', () => {
    const rows = desk([
      [{ id: 'a', mailboxes: 1_000 }, { queueDepth: 5 }],
      [{ id: 'b', mailboxes: 500 }, { queueDepth: null }],
      [{ id: 'c' }, { queueDepth: 7 }],
    ]);
    const { queue, mailboxes, tenants } = summaryOf('', rows);
    expect(tenants).toBe(3);
    expect([sumText(queue), sumWord(queue)]).toEqual(['≥ 12', 'sum of 2/3']);
    expect([sumText(mailboxes), sumWord(mailboxes)]).toEqual(['≥ 1.50 k', 'sum of 2/3']);
  });

  it('adds nothing that is lost, and is no zero when nothing is known (DSK-8)', () => {
    const cover = { '': feeds({ queue: feed({ asOfMs: T0 - 600_000 }) }) };
    const { queue } = summaryOf('', desk([[{ id: 'a' }, { queueDepth: 5 }]], cover));
    expect(sumText(queue)).toBe('— no data');
  });

  it('is a floor when the sources of a number did not all report (DSK-8)', () => {
    const cover = { '': feeds({ queue: feed({ expected: 2, fresh: 1 }) }) };
    expect(sumText(summaryOf('', desk([[{ id: 'a' }, { queueDepth: 5 }]], cover)).queue)).toBe('≥ 5');
  });

  it('averages no share and no percentile: it names the worst (DSK-9)', () => {
    const rows = desk([
      [{ id: 'a' }, { spamPercent: 2, accessPercent: 99, lagP95Ms: 60_000, isLagFloor: false }],
      [{ id: 'b' }, { spamPercent: 40, accessPercent: 80, lagP95Ms: 372_000, isLagFloor: true }],
      [{ id: 'c' }, { spamPercent: null, accessPercent: null, lagP95Ms: null }],
    ]);
    const { spam, access, lag } = summaryOf('', rows);
    expect([worstText(spam), worstText(access), worstText(lag)]).toEqual(['40.0 %', '80.0 %', '≥ 6.2 min']);
    expect(lag!.row.id).toBe('b');
    expect(worstText(summaryOf('', [rows[2]!]).spam)).toBe('— no data');
  });

  it('counts no tenant for the mail of nobody (DSK-8)', () => {
    const summary = summaryOf('', desk([[{ id: UNATTRIBUTED }, { level: 'critical', signal: 'queue' }]]));
    expect([summary.tenants, summary.hasNobodys, summary.levels.critical]).toEqual([0, true, 0]);
  });
});

describe('the command palette', () => {
  const tiles = desk(
    Array.from({ length: 40 }, (_, i): Pair => [{ id: `t${i}`, name: `Tenant ${i} Broadband` }, {}]),
  ).map(({ tile }) => tile);
  const model = alarmsOf({
    room: 'alarms',
    seq: 1,
    atMs: T0,
    speed: 1,
    serverId: 's',
    version: 'v',
    protocol: 1,
    snapshot: alarmsSnapshot({ alarms: [alarm()] }),
  });
  const alarms = rowsOf(model, NO_FILTER);
  const all = deskCommands({ tiles, clusters: ['A', ''], alarms, chosen: alarms[0]! });
  const labels = (asked: string) => findCommands(all, asked).found.map(({ label }) => label);

  it('finds by letters in their order, the best first (DSK-10)', () => {
    expect(labels('t17')[0]).toBe('Tenant Tenant 17 Broadband');
    expect(labels('sources')[0]).toBe('Page Sources');
    expect(labels('clus a')[0]).toBe('Show only cluster A');
    expect(labels('zzz')).toEqual([]);
    expect(fuzzyScore('aurora broadband', 'ab')!).toBeGreaterThan(fuzzyScore('alarm bell tab', 'lb')!);
  });

  it('is bounded and says how many more there are (DSK-10)', () => {
    const { found, more } = findCommands(all, 'tenant');
    expect(found).toHaveLength(MAX_FOUND);
    expect(more).toBeGreaterThan(20);
  });

  it('offers to acknowledge only what is chosen, and says what that is (DSK-11)', () => {
    expect(labels('acknowledge')[0]).toBe('Acknowledge Effective lag · Aurora Broadband · cluster A');
    const none = deskCommands({ tiles, clusters: [], alarms, chosen: null });
    expect(none.filter(({ deed }) => deed.kind === 'acknowledge')).toEqual([]);
  });
});
