import { describe, expect, it } from 'vitest';
import { PANELS } from '../../../client/stores/panels.ts';
import {
  latestMs,
  nearestLine,
  readoutAt,
  snapped,
  stepped,
  type ReadoutData,
} from '../../../client/stores/readout.ts';

const MINUTE = 60_000;
const grid = (metrics: Record<string, (number | null)[]>) => ({ fromMs: 0, stepMs: 2 * MINUTE, metrics });
const data = (change: Partial<ReadoutData> = {}): ReadoutData => ({
  grids: [
    grid({
      lagP95Ms: [372_000, null, 4_200],
      queueDeferred: [0, null, 5],
      accepted: [24, null, 3],
      spamPercent: [3.2, null, null],
      spamN: [900, null, 0],
    }),
  ],
  coverage: { fromMs: 0, stepMs: 2 * MINUTE, values: [1, 0, 1] },
  compare: [],
  completeMs: 6 * MINUTE,
  ...change,
});
const textAt = (atMs: number, metric: string, of = data()) =>
  readoutAt(of, atMs)
    ?.groups.flatMap(({ rows }) => rows)
    .find((row) => row.metric === metric)?.text;

describe('the readout', () => {
  it('tells every line at one instant, with the step it stands for and its coverage (TEN-4)', () => {
    const readout = readoutAt(data(), MINUTE);
    expect(readout).toMatchObject({ fromMs: 0, toMs: 2 * MINUTE, share: 1, cover: 'full', isComplete: true });
    expect(readout?.groups.map(({ panel }) => panel.id)).toEqual(PANELS.map(({ id }) => id));
    expect(textAt(MINUTE, 'lagP95Ms')).toBe('6.2 min');
  });

  it('tells zero as zero and no data as no data (TEN-3)', () => {
    expect(textAt(MINUTE, 'queueDeferred')).toBe('0');
    expect(textAt(3 * MINUTE, 'queueDeferred')).toBe('no data');
    expect(textAt(3 * MINUTE, 'lagP95Ms')).toBe('no data');
  });

  it('says that there was nothing to measure only when all reported (TEN-3)', () => {
    expect(textAt(5 * MINUTE, 'spamPercent')).toBe('none');
    expect(textAt(5 * MINUTE, 'spamPercent', data({ coverage: null }))).toBe('no data');
  });

  it('tells counts per minute, whatever the length of the step', () => {
    expect(textAt(MINUTE, 'accepted')).toBe('12 /min');
  });

  it('tells of how many a share was taken', () => {
    expect(textAt(MINUTE, 'spamPercent')).toBe('3.20 % of 900 verdicts');
  });

  it('says when a step is not over yet', () => {
    expect(readoutAt(data({ completeMs: 5 * MINUTE }), 5 * MINUTE)?.isComplete).toBe(false);
  });

  it('does not say of a step that it has no data when only its coverage was not answered', () => {
    expect(readoutAt(data({ coverage: null }), MINUTE)).toMatchObject({ isShareKnown: false });
    expect(textAt(MINUTE, 'lagP95Ms', data({ coverage: null }))).toBe('6.2 min');
  });

  it('knows nothing outside of what was answered', () => {
    expect(readoutAt(data(), -1)).toBeNull();
    expect(readoutAt(data(), 6 * MINUTE)).toBeNull();
    expect(textAt(MINUTE, 'bouncePercent')).toBe('no answer');
  });

  it('puts what is compared beside the line that it is compared with, or beside the first of a sum', () => {
    const compare = [{ kind: 'yesterday', grid: grid({ lagP95Ms: [6_000], queueDepth: [77] }) }] as const;
    const rows = readoutAt(data({ compare }), MINUTE)?.groups.flatMap((group) => group.rows) ?? [];
    const of = (metric: string) => rows.find((row) => row.metric === metric)?.compared;
    expect(of('lagP95Ms')).toEqual([{ kind: 'yesterday', text: '6.0 s' }]);
    expect(of('lagP50Ms')).toEqual([]);
    expect(of('queueDeferred')).toEqual([{ kind: 'yesterday', text: '77' }]);
  });
});

describe('the crosshair', () => {
  const track = { fromMs: 100, stepMs: 10, values: [1, 2, 3] };

  it('stands in the middle of the step, where the point is', () => {
    expect([snapped(track, 100), snapped(track, 109), snapped(track, 112)]).toEqual([105, 105, 115]);
  });

  it('stays within what was answered', () => {
    expect([snapped(track, -50), snapped(track, 900)]).toEqual([105, 125]);
  });

  it('goes on and back by steps (TEN-10)', () => {
    expect(stepped(track, 105, 1)).toBe(115);
    expect(stepped(track, 115, -1)).toBe(105);
    expect(stepped(track, 105, -1)).toBe(105);
  });

  it('begins at the newest step that is over', () => {
    expect(latestMs(track, null)).toBe(125);
    expect(latestMs(track, 129)).toBe(115);
    expect(latestMs(track, 105)).toBeNull();
  });
});

describe('a click on a chart', () => {
  const flow = PANELS.find(({ id }) => id === 'flow')!;

  it('means the line that is nearest in height, of those with messages behind (TEN-5)', () => {
    const heights = [
      { metric: 'accepted', height: 50 },
      { metric: 'delivered', height: 60 },
      { metric: 'deferred', height: 10 },
    ];
    expect(nearestLine(flow, heights, 52)?.metric).toBe('delivered');
    expect(nearestLine(flow, heights, 0)?.metric).toBe('deferred');
  });

  it('means nothing where no line is', () => {
    expect(nearestLine(flow, [{ metric: 'delivered', height: null }], 5)).toBeNull();
  });
});
