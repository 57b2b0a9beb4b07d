import { describe, expect, it } from 'vitest';
import type { AnomalyRecord, PlatformEvent } from '../../../../../shared/foresight.ts';
import { MOST_MOVED, nearness, rankMoved } from '../../../../../server/detect/foresight/anomalies/moved.ts';
import { createAnomaliesPart } from '../../../../../server/detect/foresight/anomalies/part.ts';
import type { Found } from '../../../../../server/detect/foresight/anomalies/series.ts';
import { ANOMALY_ROW, ToldBook } from '../../../../../server/detect/foresight/anomalies/told.ts';
import {
  joinStretches,
  LEARN_MS,
  WATCH_ROW,
  watchedShare,
  WatchLog,
} from '../../../../../server/detect/foresight/anomalies/watch.ts';
import { EVENT_ROW } from '../../../../../server/detect/foresight/event-book.ts';
import { scopeInfos } from '../../../../../server/detect/foresight/facts.ts';
import { anomaliesOf, movedBeside } from '../../../../../server/detect/foresight/anomalies/look.ts';
import { createMemoryForesight } from '../../../../../server/history/foresight/memory-foresight.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T = Date.parse('2026-11-16T03:00:00Z');
const scopes = scopeInfos([
  { id: 'aurora', name: 'Aurora', cluster: 'A', mailboxes: 100 },
  { id: 'boreal', name: 'Boreal', cluster: 'A', mailboxes: 50 },
  { id: 'comet', name: 'Comet', cluster: 'B', mailboxes: 50 },
  { id: '_unattributed', name: 'Unattributed' },
]);
const scope = (id: string) => {
  const info = scopes.find((one) => one.id === id);
  if (!info) throw new Error(id);
  return info;
};
const named = (id: string) => {
  const { kind, name } = scope(id);
  return { kind, id, name };
};
const found = (fromMs: number, over: Partial<Found> = {}): Found => ({
  ...{ fromMs, toMs: null, score: 0.8, kind: 'level', direction: 'up', value: 400 },
  usual: { low: 90, high: 110 },
  ...over,
});
const recordsOf = (rows: readonly { readonly text: string }[]) =>
  rows.map(({ text }) =>
    (JSON.parse(text) as AnomalyRecord[]).map(({ metric, toMs, seenMs }) => ({ metric, toMs, seenMs })),
  );

describe('what is kept of findings', () => {
  it('ANO-39: a row when one begins, every ten minutes while it goes on, and when it ends', () => {
    const book = new ToldBook();
    const aurora = scope('aurora');
    const minute = (n: number, isStrange: boolean) => {
      book.tell(aurora, 'queueDepth', isStrange ? found(T) : null, T + n * MINUTE);
      book.turn(T + n * MINUTE);
      return recordsOf(book.takeRows());
    };
    expect(minute(0, true)).toEqual([[{ metric: 'queueDepth', toMs: null, seenMs: T }]]);
    expect(minute(1, true)).toEqual([]);
    expect(minute(10, true)).toEqual([[{ metric: 'queueDepth', toMs: null, seenMs: T + 10 * MINUTE }]]);
    expect(minute(12, false)).toEqual([
      [{ metric: 'queueDepth', toMs: T + 12 * MINUTE, seenMs: T + 12 * MINUTE }],
    ]);
    expect(minute(13, false)).toEqual([]);
    expect(book.view()).toHaveLength(1);
  });

  it('ANO-39: findings of one scope that began together share a row, even when one of them ended long ago', () => {
    const book = new ToldBook();
    const aurora = scope('aurora');
    for (const metric of ['queueDepth', 'lagP95Ms']) book.tell(aurora, metric, found(T), T);
    book.tell(aurora, 'lagP95Ms', null, T + MINUTE);
    book.turn(T + 9 * HOUR);
    book.tell(aurora, 'queueDepth', null, T + 10 * HOUR);
    const [row, ...more] = book.takeRows();
    expect(more).toEqual([]);
    expect(row).toMatchObject({ kind: ANOMALY_ROW, scope: 'aurora', atMs: T });
    expect(recordsOf(row ? [row] : [])[0]?.map(({ metric, toMs }) => [metric, toMs])).toEqual([
      ['queueDepth', T + 10 * HOUR],
      ['lagP95Ms', T + MINUTE],
    ]);
    book.turn(T + 20 * HOUR);
    expect(book.records()).toEqual([]);
  });

  it('ANO-40: it is noted when the detectors looked: not while they learn, not in a pause', () => {
    const log = new WatchLog();
    for (let m = 0; m < 120; m++) log.looked(T + m * MINUTE);
    expect(log.now()).toEqual({ fromMs: T + HOUR, toMs: T + 119 * MINUTE });
    for (let m = 180; m < 200; m++) log.looked(T + m * MINUTE);
    const rows = log.takeRows();
    expect(rows.every(({ kind }) => kind === WATCH_ROW)).toBe(true);
    const kept = rows.map(({ atMs, text }) => ({ fromMs: atMs, ...(JSON.parse(text) as { toMs: number }) }));
    const now = log.now();
    const all = { fromMs: T, toMs: T + 4 * HOUR };
    expect(joinStretches(now ? [...kept, now] : kept, all)).toEqual([
      { fromMs: T + LEARN_MS, toMs: T + 119 * MINUTE },
      { fromMs: T + 180 * MINUTE, toMs: T + 199 * MINUTE },
    ]);
    expect(watchedShare(kept, { fromMs: T, toMs: T + 25 * MINUTE })).toBe(0);
    expect(watchedShare(kept, { fromMs: T + HOUR, toMs: T + 100 * MINUTE })).toBe(1);
  });
});

describe('what else moved', () => {
  const record = (id: string, metric: string, fromMs: number, score = 0.8): AnomalyRecord => ({
    ...{ id: `${id} ${metric} ${fromMs}`, scope: named(id), metric, label: metric, fromMs, toMs: null },
    ...{ score, kind: 'level', direction: 'up', text: `${metric}: 400`, seenMs: fromMs },
  });
  const event = (
    id: string,
    kind: PlatformEvent['kind'],
    atMs: number,
    over: Partial<PlatformEvent> = {},
  ) => ({
    ...{ id, kind, atMs, text: `text of ${id}` },
    ...over,
  });
  const anchor = { scope: named('aurora'), metric: 'queueDepth', fromMs: T, toMs: T, marginMs: 15 * MINUTE };
  const rank = (records: readonly AnomalyRecord[], events: readonly PlatformEvent[] = []) =>
    rankMoved(anchor, { records, events, scopes });

  it('ANO-41: is ranked by how strange it is times how near in time, and each says how it came by its place', () => {
    const { moved } = rank(
      [
        record('aurora', 'queueDepth', T),
        record('aurora', 'lagP95Ms', T + 3 * MINUTE, 0.9),
        record('boreal', 'queueDepth', T - 6 * MINUTE, 1),
        record('comet', 'spamPercent', T, 0.5),
        record('A', 'queueDepth', T + 14 * MINUTE, 1),
        record('comet', 'lagP95Ms', T + 16 * MINUTE, 1),
      ],
      [event('CHG-7', 'change', T - 3 * MINUTE, { components: ['cluster:A'] })],
    );
    expect(
      moved.map(({ id, relation, score }) => [
        id.split(' ').slice(0, 2).join(' '),
        relation,
        Number(score.toFixed(2)),
      ]),
    ).toEqual([
      ['change CHG-7', 'its cluster', 0.8],
      ['aurora lagP95Ms', 'the same', 0.72],
      ['boreal queueDepth', 'same cluster', 0.6],
      ['comet spamPercent', 'elsewhere', 0.5],
      ['A queueDepth', 'its cluster', 0.07],
    ]);
    expect(moved[1]?.reason).toBe('3 min after; strange 0.90 × near 0.80 = 0.72');
    expect(moved[0]?.text).toBe('change: text of CHG-7 (cluster:A)');
  });

  it('ANO-41: within a stretch all is as near; tickets of one tenant are one thing and say nothing of their text', () => {
    expect(nearness(T + MINUTE, { fromMs: T, toMs: T + HOUR, marginMs: HOUR })).toEqual({
      near: 1,
      afterMs: 0,
    });
    const tickets = [0, 1, 2].map((n) => event(`t${n}`, 'ticket', T + n * MINUTE, { tenant: 'aurora' }));
    const { moved } = rank([], [...tickets, event('r', 'abuse-report', T, { tenant: 'comet' })]);
    expect(moved.map(({ text, scope: { id }, relation }) => [text, id, relation])).toEqual([
      ['3 tickets of customers', 'aurora', 'the same'],
      ['report of spam of a customer', 'comet', 'elsewhere'],
    ]);
  });

  it('ANO-41: numbers of one scope that went missing together are one thing', () => {
    const gone = ['lagP95Ms', 'queueDepth', 'spamPercent'].map((metric) => ({
      ...record('boreal', metric, T, 0.5),
      ...{ kind: 'missing' as const, direction: null },
    }));
    expect(rank(gone).moved.map(({ text }) => text)).toEqual(['3 numbers: not known any more']);
  });

  it('ANO-41: nothing is an answer, and a long list is cut and says by how much', () => {
    expect(rank([])).toEqual({ moved: [], more: 0 });
    const many = Array.from({ length: 80 }, (_, i) => record('comet', `m${i}`, T));
    expect(rank(many)).toMatchObject({ more: 80 - MOST_MOVED });
  });
});

describe('looking back', () => {
  const part = createAnomaliesPart(() => 0);
  const clock = { now: () => T + 2 * HOUR, speed: 1, since: () => 0 };
  async function deps() {
    const store = createMemoryForesight();
    const book = new ToldBook();
    book.tell(scope('aurora'), 'queueDepth', found(T), T);
    book.tell(scope('comet'), 'spamPercent', found(T + MINUTE, { score: 0.9 }), T + MINUTE);
    const watch = {
      kind: WATCH_ROW,
      scope: '',
      atMs: T - HOUR,
      text: JSON.stringify({ toMs: T + 4 * MINUTE }),
    };
    const change: PlatformEvent = { id: 'CHG-7', kind: 'change', atMs: T, text: 'new rules' };
    const told = { kind: EVENT_ROW, scope: change.id, atMs: T, text: JSON.stringify(change) };
    await store.write({ rows: [...book.takeRows(), watch, told], kept: {} });
    return { store, clock, part, scopes: () => scopes, events: () => [] } as const;
  }

  it('ANO-42: what went on when the server stopped has no end that is known; when nobody looked is told', async () => {
    const range = { fromMs: T - 30 * MINUTE, toMs: T + HOUR };
    const view = await anomaliesOf(await deps(), scope('aurora'), range);
    expect(view.findings).toMatchObject([{ metric: 'queueDepth', toMs: null, seenMs: T + MINUTE }]);
    expect(view.watched).toEqual([{ fromMs: T - 30 * MINUTE, toMs: T + 4 * MINUTE }]);
    expect(view.metrics).toContain('queueDepth');
    const later = await anomaliesOf(await deps(), scope('aurora'), {
      fromMs: T + 2 * MINUTE,
      toMs: T + HOUR,
    });
    expect(later.findings).toEqual([]);
  });

  it('ANO-42: what else moved is told with how much of the time somebody looked', async () => {
    const query = { fromMs: T, toMs: T + MINUTE, metric: 'queueDepth', marginMs: 10 * MINUTE };
    const view = await movedBeside(await deps(), scope('aurora'), query);
    expect(view.moved.map(({ what, scope: { id } }) => [what, id])).toEqual([
      ['event', ''],
      ['number', 'comet'],
    ]);
    expect(view.watchedShare).toBeCloseTo(14 / 21, 5);
  });
});
