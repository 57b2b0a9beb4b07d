import { describe, expect, it } from 'vitest';
import type { PlatformRow, SourceReport, WallRow } from '../../../shared/protocol.ts';
import { LEVELS } from '../../../shared/protocol.ts';
import type { LiveState } from '../../../server/detect/live-state.ts';
import { limitedWall, wholeClusters } from '../../../server/publish/views/limited-wall.ts';
import { ownDestinations, ownText } from '../../../server/publish/views/limited-tenant.ts';

const row = (queueDepth: number, change: Partial<WallRow> = {}): WallRow => ({
  ...{ level: 'ok', signal: 'none', sinceMs: 0, reason: '', queueDepth, spamPercent: 10, spamN: 5 },
  ...{ lagP95Ms: 700, isLagFloor: false, accessPercent: 99, trend: null },
  ...change,
});
const feed = (expected: number, asOfMs: number | null) => ({
  expected,
  fresh: expected,
  asOfMs,
  intervalMs: 1,
});
const feeds = (expected: number, asOfMs: number | null) => ({
  ...{ flow: feed(expected, asOfMs), queue: feed(expected, asOfMs) },
  ...{ filter: feed(expected, asOfMs), access: feed(expected, asOfMs) },
});
const coverage = { '': feeds(9, 5), a: feeds(2, 10), b: feeds(3, 20) };
const report = (cluster?: string): SourceReport => ({
  ...{ id: `s-${cluster}`, type: 'log', feeds: ['flow'], target: '/x', state: 'ok', intervalMs: 1 },
  ...(cluster === undefined ? {} : { cluster }),
  counters: { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} },
});
const entries = [
  { id: 'a1', name: 'A one', cluster: 'a' },
  { id: 'b1', name: 'B one', cluster: 'b' },
  { id: 'a2', name: 'A two', cluster: 'a' },
  { id: 'none', name: 'None' },
];
const rows = [row(1), row(20, { level: 'critical' }), row(300), row(4_000)];
const state: LiveState = {
  ...{ atMs: 1, atBeforeMs: 0, rows, rowsBefore: [...rows], sparked: true },
  platform: { queueDepth: 4_321, unattributedPercent: 3 } as PlatformRow,
  ...{ coverage, coverageShown: coverage, coverageBefore: coverage },
  ...{ reports: [report('a'), report('b'), report()], sparks: [[1], [20], [300], [4_000]] },
  ...{ lineTotals: [1, 2, 3, 4], lineTotalsBefore: [1, 2, 3, 4] },
};
const limited = (...ids: string[]) => limitedWall({ entries, state }, new Set(ids));

describe('the wall of some tenants', () => {
  it('SCR-11: has their rows and sparklines in the order of the tenants, and nothing of others', () => {
    const wall = limited('a2', 'a1', 'gone');
    expect(wall.entries.map(({ id }) => id)).toEqual(['a1', 'a2']);
    expect(wall.state.rows).toEqual([rows[0], rows[2]]);
    expect(wall.state.rowsBefore).toEqual([rows[0], rows[2]]);
    expect(wall.state.sparks).toEqual([[1], [300]]);
    expect(wall.state.platform.levels).toEqual({
      ...Object.fromEntries(LEVELS.map((level) => [level, 0])),
      ok: 2,
    });
  });

  it('SCR-12: has no figure of all of them together, since sums of rows are none', () => {
    const { platform } = limited('a1', 'a2').state;
    const { levels, isLagFloor, sourcesUp, sourcesExpected, ...figures } = platform;
    expect(levels.ok).toBe(2);
    expect(Object.values(figures)).toEqual(Array(Object.keys(figures).length).fill(null));
    expect(isLagFloor).toBe(false);
    expect([sourcesUp, sourcesExpected]).toEqual([2, 2]);
  });

  it('SCR-12: has the figures of its row when there is one tenant', () => {
    expect(limited('b1').state.platform).toMatchObject({ queueDepth: 20, lagP95Ms: 700, accessPercent: 99 });
  });

  it('SCR-11: is covered by the sources of its clusters', () => {
    expect(Object.keys(limited('a1').state.coverageShown)).toEqual(['', 'a']);
    expect(limited('a1').state.coverageShown['']).toEqual(coverage.a);
    const both = limited('a1', 'b1').state.coverageShown;
    expect(both['']?.flow).toEqual({ expected: 5, fresh: 5, asOfMs: 10, intervalMs: 1 });
    expect(limited('none').state.coverageShown).toEqual({ '': coverage[''] });
  });

  it('SCR-11: of nobody is empty, not everything', () => {
    const wall = limited();
    expect([wall.entries, wall.state.rows, wall.state.sparks]).toEqual([[], [], []]);
    expect(wall.state.coverageShown).toEqual({});
  });

  it('SCR-11: is told of a cluster only when all of its tenants are theirs', () => {
    expect([...wholeClusters(entries, new Set(['a1', 'b1']))]).toEqual(['b']);
    expect([...wholeClusters(entries, new Set(['a1', 'a2', 'none']))]).toEqual(['a']);
  });
});

describe('the page of a tenant on a display of some', () => {
  const isForeign = (domain: string) => domain.endsWith('.other.example') || domain === 'other.example';

  it('SCR-11: tells mail to other tenants as one', () => {
    const line = (destination: string) => ({ destination, delivered: 1, deferred: 2, bounced: 3 });
    const told = ownDestinations(
      [line('other.example'), line('far.example'), line('x.other.example')],
      isForeign,
    );
    expect(told).toEqual([
      line('far.example'),
      { destination: 'other tenants here', delivered: 2, deferred: 4, bounced: 6 },
    ]);
  });

  it('SCR-11: leaves names of their hosts out of replies', () => {
    const reply = 'host mx1.other.example[…] said: 451 try smtp.far.example';
    expect(ownText(reply, isForeign)).toBe('host …[…] said: 451 try smtp.far.example');
  });
});
