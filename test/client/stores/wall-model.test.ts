import { describe, expect, it } from 'vitest';
import { SPARK_POINTS } from '../../../shared/protocol.ts';
import { applyWallFrame, mergeColumns, pushSparks, wallOf } from '../../../client/stores/wall-model.ts';
import { columnsOf, joined, platform, row, wallFrame, wallSnapshot } from '../fixtures.ts';

const critical = row({
  level: 'critical',
  signal: 'lag',
  reason: 'lag ≥ 6.2 min',
  lagP95Ms: 372_000,
  isLagFloor: true,
  spamPercent: null,
  trend: 'down',
});

describe('merging changed rows', () => {
  const rows = [row(), row({ queueDepth: 1 }), row({ queueDepth: 2 })];

  it('puts each in its place with all its values', () => {
    const merged = mergeColumns(rows, columnsOf([[1, critical]]));
    expect(merged?.[1]).toEqual(critical);
  });

  it('keeps the others the very same objects, so that their tiles are not drawn again', () => {
    const merged = mergeColumns(rows, columnsOf([[1, critical]]));
    expect(merged?.[0]).toBe(rows[0]);
    expect(merged?.[2]).toBe(rows[2]);
  });

  it('keeps the whole list the same when nothing changed', () => {
    expect(mergeColumns(rows, null)).toBe(rows);
    expect(mergeColumns(rows, columnsOf([]))).toBe(rows);
  });

  it('refuses a place that does not exist: the frame is of another list of tenants', () => {
    expect(mergeColumns(rows, columnsOf([[3, critical]]))).toBeNull();
  });

  it('keeps null as null: no data is not zero (WAL-1)', () => {
    const blank = row({
      queueDepth: null,
      spamPercent: null,
      lagP95Ms: null,
      accessPercent: null,
      trend: null,
    });
    expect(mergeColumns(rows, columnsOf([[0, blank]]))?.[0]).toEqual(blank);
  });

  it('reads a level or signal it does not know as no data', () => {
    const columns = { ...columnsOf([[0, critical]]), level: [99], signal: [99] };
    expect(mergeColumns(rows, columns)?.[0]).toMatchObject({ level: 'no-data', signal: 'data' });
  });
});

describe('the wall', () => {
  const model = wallOf(joined(wallSnapshot()));

  it('begins as its snapshot and takes number and time from each frame', () => {
    expect(model).toMatchObject({ seq: 10, demo: null });
    const next = applyWallFrame(model, wallFrame(11, { platform: platform({ queueDepth: 9 }) }));
    expect(next).toMatchObject({ seq: 11, platform: { queueDepth: 9 } });
    expect(next?.tenants).toBe(model.tenants);
  });

  it('gets a sparkline point only from frames that carry one', () => {
    const plain = applyWallFrame(model, wallFrame(11));
    expect(plain?.sparks).toBe(model.sparks);
    const marked = applyWallFrame(
      model,
      wallFrame(11, { spark: 1, rows: columnsOf([[0, row({ queueDepth: 7 })]]) }),
    );
    expect(marked?.sparks.map((points) => points.at(-1))).toEqual([7, 120, 120]);
  });

  it('keeps the demo as it is unless a frame says otherwise', () => {
    const demo = { scenario: 'calm', scenarios: [], speed: 1, story: [] };
    const shown = { ...model, demo };
    expect(applyWallFrame(shown, wallFrame(11))?.demo).toBe(demo);
    expect(applyWallFrame(shown, wallFrame(11, { demo: null }))?.demo).toBeNull();
  });

  it('refuses a frame that does not fit', () => {
    expect(applyWallFrame(model, wallFrame(11, { rows: columnsOf([[8, row()]]) }))).toBeNull();
  });
});

describe('sparklines', () => {
  it('never grow beyond their points', () => {
    let sparks: readonly (readonly (number | null)[])[] = [[]];
    for (let i = 0; i < SPARK_POINTS + 5; i += 1) sparks = pushSparks(sparks, [row({ queueDepth: i })]);
    expect(sparks[0]).toHaveLength(SPARK_POINTS);
    expect(sparks[0]?.at(-1)).toBe(SPARK_POINTS + 4);
  });

  it('get a gap, not a zero, when nothing is known', () => {
    expect(pushSparks([[1]], [row({ queueDepth: null })])).toEqual([[1, null]]);
  });
});
