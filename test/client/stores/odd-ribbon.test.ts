import { describe, expect, it } from 'vitest';
import type { AnomaliesView, AnomalyRecord, MovedView } from '../../../shared/foresight.ts';
import {
  emptyMovedText,
  emptyOddText,
  shareText,
  strangestFirst,
  withMissingJoined,
} from '../../../client/stores/moved-text.ts';
import {
  gapsOf,
  lookOf,
  metricsOf,
  oddAt,
  ribbonOf,
  ribbonText,
  runText,
  whenText,
} from '../../../client/stores/odd-ribbon.ts';
import { PANELS } from '../../../client/stores/panels.ts';
import { RARE, WATCHED } from '../../../server/detect/foresight/anomalies/part.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T = Date.parse('2026-11-16T03:00:00Z');
const within = { fromMs: T, toMs: T + HOUR };
const record = (change: Partial<AnomalyRecord> = {}): AnomalyRecord => ({
  ...{ id: 'x', scope: { kind: 'tenant', id: 'a', name: 'A' }, metric: 'queueDepth', label: 'waiting' },
  ...{ fromMs: T + 10 * MINUTE, toMs: T + 20 * MINUTE, score: 0.9, kind: 'level', direction: 'up' },
  ...{ text: 'waiting: 400, usual here 90 to 110', seenMs: T + 20 * MINUTE },
  ...change,
});
const view = (findings: readonly AnomalyRecord[], change: Partial<AnomaliesView> = {}): AnomaliesView => ({
  ...{ scope: { kind: 'tenant', id: 'a', name: 'A' }, ...within, asOfMs: T + HOUR },
  ...{ metrics: ['queueDepth', 'deliveredPerMinute'], findings, watched: [within], isCut: false },
  ...change,
});
const panel = (id: string) => {
  const found = PANELS.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};
const at = { asOfMs: T + HOUR, timeZone: 'UTC' };

describe('the ribbon of what was strange', () => {
  it('ANO-44: each chart has the findings of its own numbers', () => {
    const known = view([record(), record({ metric: 'deliveredPerMinute', direction: 'down' })]);
    expect(ribbonOf(panel('queue'), known, within).runs.map(({ look }) => look)).toEqual(['up']);
    expect(ribbonOf(panel('flow'), known, within).runs.map(({ look }) => look)).toEqual(['down']);
  });

  it('ANO-44: there is a detector behind the numbers of each chart', () => {
    const watched = new Set<string>([...WATCHED, ...RARE]);
    for (const one of PANELS)
      expect([one.id, metricsOf(one).some((metric) => watched.has(metric))]).toEqual([one.id, true]);
  });

  it('ANO-44: no answer, and nobody who looked, are not calm', () => {
    expect(ribbonOf(panel('queue'), null, within)).toMatchObject({ state: 'not asked', unwatched: [within] });
    expect(ribbonOf(panel('spam'), view([]), within)).toMatchObject({ state: 'not watched' });
    const half = view([], { watched: [{ fromMs: T, toMs: T + HOUR / 2 }] });
    expect(ribbonOf(panel('queue'), half, within).unwatched).toEqual([
      { fromMs: T + HOUR / 2, toMs: T + HOUR },
    ]);
    expect(gapsOf(view([], { asOfMs: T + HOUR / 2, watched: half.watched }), within)).toEqual([]);
    expect(ribbonText(ribbonOf(panel('queue'), half, within))).toContain('nobody looked');
  });

  it.each([
    [{ kind: 'level', direction: 'up' }, 'up'],
    [{ kind: 'drift', direction: 'down' }, 'down'],
    [{ kind: 'rare-count', direction: 'up' }, 'rare'],
    [{ kind: 'flat-line', direction: null }, 'flat'],
    [{ kind: 'missing', direction: null }, 'missing'],
  ] as const)('ANO-44: %j has a pattern of its own', (finding, look) => {
    expect(lookOf(finding)).toBe(look);
  });

  it('ANO-44: one that goes on reaches to now; one whose end nobody saw ends where it was last seen, and says so', () => {
    const goesOn = record({ toMs: null, seenMs: T + HOUR });
    const cut = record({ toMs: null, seenMs: T + 30 * MINUTE });
    const ends = ribbonOf(panel('queue'), view([goesOn, cut]), within).runs.map(({ toMs }) => toMs - T);
    expect(ends).toEqual([HOUR, 30 * MINUTE]);
    expect(whenText(goesOn, at)).toBe('since 03:10, goes on');
    expect(whenText(cut, at)).toContain('how it ended is not known');
    expect(whenText(cut, { ...at, asOfMs: T + 48 * HOUR })).toContain('from Mon 16 Nov 03:10');
  });

  it('ANO-44: says in words what its patterns say', () => {
    const [run] = oddAt(ribbonOf(panel('queue'), view([record()]), within), T + 15 * MINUTE);
    expect(run && runText(run, at)).toBe(
      'higher than usual: waiting: 400, usual here 90 to 110 (03:10 – 03:20)',
    );
    expect(oddAt(ribbonOf(panel('queue'), view([record()]), within), T + 25 * MINUTE)).toEqual([]);
  });
});

describe('what else moved, in words', () => {
  const moved = (watchedShare: number): MovedView => ({
    ...{ scope: { kind: 'tenant', id: 'a', name: 'A' }, metric: null, ...within, marginMs: 15 * MINUTE },
    ...{ asOfMs: T + HOUR, moved: [], more: 0, watchedShare },
  });
  it('ANO-45: “nothing else moved” is said only where somebody looked all of the time', () => {
    expect(emptyMovedText(moved(1))).toBe('Nothing else moved, from 15 minutes before to 15 after.');
    expect(emptyMovedText(moved(0.5))).toContain('in 50 % of that time only');
    expect(emptyMovedText(moved(0))).toBe('Nobody looked at that time: what else moved is not known.');
    expect(shareText(1)).toBe('');
  });

  it('ANO-45: an empty list says whether it is known to be empty', () => {
    expect(emptyOddText([], within)).toContain('as it usually is');
    expect(emptyOddText([within], within)).toContain('Not known');
    expect(emptyOddText([{ fromMs: T, toMs: T + MINUTE }], within)).toContain(
      'part of the time nobody looked',
    );
  });

  it('ANO-45: what went missing together is one line that names all of it', () => {
    const gone = (metric: string, fromMs: number) =>
      record({ id: metric, metric, label: metric, kind: 'missing', direction: null, fromMs });
    const joined = withMissingJoined([gone('lag', T), gone('queue', T), gone('spam', T + MINUTE), record()]);
    expect(joined.map(({ text }) => text)).toEqual([
      'waiting: 400, usual here 90 to 110',
      'lag, queue: not known any more',
      'waiting: 400, usual here 90 to 110',
    ]);
  });

  it('ANO-45: what goes on comes first, then the strangest', () => {
    const list = [
      record({ id: 'a' }),
      record({ id: 'b', score: 1 }),
      record({ id: 'c', toMs: null, score: 0.5 }),
    ];
    expect(strangestFirst(list).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });
});
