import { describe, expect, it } from 'vitest';
import { SPARK_POINTS } from '../../../shared/protocol.ts';
import {
  applyWallFrame,
  pushSparks,
  sparksMissing,
  wallOf,
  withSparks,
} from '../../../client/stores/wall-model.ts';
import { columnsOf, joined, platform, row, T0, wallFrame, wallSnapshot } from '../fixtures.ts';

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
    expect(marked?.sparks.map((points) => points?.at(-1))).toEqual([7, 120, 120]);
  });

  it('keeps the demo as it is unless a frame says otherwise', () => {
    const demo = { scenario: 'calm', scenarios: [], speed: 1, story: [] };
    const shown = { ...model, demo };
    expect(applyWallFrame(shown, wallFrame(11))?.demo).toBe(demo);
    expect(applyWallFrame(shown, wallFrame(11, { demo: null }))?.demo).toBeNull();
  });

  it('refuses a frame that is not the next one', () => {
    for (const seq of [9, 10, 12]) expect(applyWallFrame(model, wallFrame(seq))).toBeNull();
  });

  it('refuses a frame that does not fit', () => {
    expect(applyWallFrame(model, wallFrame(11, { rows: columnsOf([[8, row()]]) }))).toBeNull();
    const asOf = { atMs: T0, agesMs: [1] };
    expect(
      applyWallFrame(model, {
        ...wallFrame(11),
        delta: { rows: null, platform: platform(), spark: 0, asOf },
      }),
    ).toBeNull();
  });
});

describe('sparklines', () => {
  it('never grow beyond their points', () => {
    let sparks: ReturnType<typeof pushSparks> = [[]];
    for (let i = 0; i < SPARK_POINTS + 5; i += 1) sparks = pushSparks(sparks, [row({ queueDepth: i })]);
    expect(sparks[0]).toHaveLength(SPARK_POINTS);
    expect(sparks[0]?.at(-1)).toBe(SPARK_POINTS + 4);
  });

  it('get a gap, not a zero, when nothing is known', () => {
    expect(pushSparks([[1]], [row({ queueDepth: null })])).toEqual([[1, null]]);
  });

  it('that the snapshot left out stay unknown, and are asked for (WAL-141)', () => {
    const large = wallOf(joined(wallSnapshot({ sparks: [] })));
    expect(sparksMissing(large, ['t2', 't0', 'nobody'])).toEqual(['t2', 't0']);
    const marked = applyWallFrame(large, wallFrame(11, { spark: 1 }))!;
    expect(marked.sparks).toEqual([]);

    const known = withSparks(marked, ['t2', 't0'], { seq: 11, sparks: [[4, null], null] })!;
    expect(known.sparks).toEqual([[], undefined, [4, null]]);
    expect(sparksMissing(known, ['t2', 't0', 't1'])).toEqual(['t1']);
    expect(applyWallFrame(known, wallFrame(12, { spark: 1 }))?.sparks).toEqual([
      [120],
      undefined,
      [4, null, 120],
    ]);
  });

  it('of another frame than the one shown are not taken: they would have a hole (WAL-141)', () => {
    const model = wallOf(joined(wallSnapshot({ sparks: [] })));
    expect(withSparks(model, ['t0'], { seq: 11, sparks: [[1]] })).toBeNull();
  });
});
