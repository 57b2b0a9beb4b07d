import { describe, expect, it } from 'vitest';
import { clusterFreshness } from '../../../client/live/freshness.ts';
import { deskCells, keepCells } from '../../../client/stores/desk-cells.ts';
import { deskRowsOf } from '../../../client/stores/desk-rows.ts';
import { placesOf, tilesOf } from '../../../client/stores/tile.ts';
import type { Coverage, WallRow } from '../../../shared/protocol.ts';
import { coverage, feed, row, T0, tenants } from '../fixtures.ts';

function cellsOf(change: Partial<WallRow> = {}, cover: Coverage = coverage(), afterMs = 0) {
  const now = { serverMs: T0 + afterMs, speed: 1 };
  const [list, rows, clusters] = [tenants(1), [row(change)], clusterFreshness(cover, now)];
  const [one] = deskRowsOf({ tenants: list, rows }, tilesOf(placesOf(list), rows, clusters, now), clusters);
  return deskCells(one!, now.serverMs);
}

describe('the cells of a row of the desk', () => {
  it('are the texts of its numbers, with the mark of a floor, the trend, and the verdicts behind a share (DSK-1)', () => {
    const { queue, lag, spam, access, mailboxes } = cellsOf({
      queueDepth: 2_170,
      trend: 'up',
      isLagFloor: true,
    });
    expect(queue).toMatchObject({ number: '2.17', unit: '\u2009k', mark: '↑', markWord: 'rising' });
    expect(lag).toMatchObject({ number: '≥\u20094.2', unit: '\u2009s', mark: '' });
    expect(spam).toMatchObject({ number: '3.20', mark: 'n 900', markWord: '' });
    expect(access.number).toBe('99.9');
    expect(mailboxes).toBe('—');
  });

  it('say why there is no number, and stand for no other one (DSK-1)', () => {
    const { queue, spam } = cellsOf({ queueDepth: null, spamPercent: null });
    expect(queue).toMatchObject({ number: '—', note: 'no data', hasNumber: false, mark: '' });
    expect(spam).toMatchObject({ number: '—', note: 'no verdicts', mark: '' });
    const lost = cellsOf({}, coverage({ queue: feed({ asOfMs: T0 - 125_000 }) })).queue;
    expect(lost).toMatchObject({ number: '120', state: 'lost', note: 'LOST 2m', hasNumber: true });
    expect(cellsOf({}, coverage({ queue: feed({ expected: 2, fresh: 1 }) })).queue.isPartial).toBe(true);
  });

  it('WAL-144: are the same objects as long as they say the same, row by row and number by number', () => {
    const first = cellsOf({ spamPercent: 3.2 });
    expect(keepCells(undefined, first)).toBe(first);
    expect(keepCells(first, cellsOf({ spamPercent: 3.201 }))).toBe(first);

    const moved = keepCells(first, cellsOf({ queueDepth: 7 }));
    expect(moved).not.toBe(first);
    expect(moved.queue).not.toBe(first.queue);
    expect([moved.lag, moved.spam, moved.access]).toEqual([first.lag, first.spam, first.access]);
    expect(moved.lag).toBe(first.lag);

    const older = keepCells(first, cellsOf({ spamPercent: 3.2 }, coverage(), 7_000));
    expect(older).not.toBe(first);
    expect(older.age).toBe('7s');
    expect(older.queue).toBe(first.queue);
  });
});
