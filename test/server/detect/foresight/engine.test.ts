import { describe, expect, it } from 'vitest';
import type { DrainForecast } from '../../../../shared/foresight.ts';
import { createForesight, type ForesightParts } from '../../../../server/detect/foresight/engine.ts';
import { EventBook } from '../../../../server/detect/foresight/event-book.ts';
import { scopeInfos } from '../../../../server/detect/foresight/facts.ts';
import { profilesOf, SEASON_METRICS, usualBy } from '../../../../server/detect/foresight/season.ts';
import type { ForesightFacts, ForesightPart } from '../../../../server/detect/foresight/types.ts';
import type { SamplesAnswer } from '../../../../server/history/query/types.ts';

const T = Date.parse('2026-11-16T00:00:00Z');
const HOUR = 3_600_000;
const scopes = scopeInfos([
  { id: 'aurora', name: 'Aurora', cluster: 'A', mailboxes: 100 },
  { id: 'boreal', name: 'Boreal', cluster: 'A', mailboxes: 50 },
  { id: '_unattributed', name: 'Unattributed' },
]);
const facts = (atMs: number) => ({ atMs, scopes }) as unknown as ForesightFacts;
const part = <V>(view: V, over: Partial<ForesightPart<V>> = {}): ForesightPart<V> => ({
  advance: () => undefined,
  view: () => view,
  ...over,
});
const growing: DrainForecast = { state: 'growing', perMinute: 5, waiting: 90, reason: 'more comes' };
function partsOf(over: Partial<ForesightParts> = {}): ForesightParts {
  return {
    drain: part(new Map([['aurora', { now: growing, score: null }]])),
    held: part(new Map()),
    affected: part(new Map()),
    ledger: part(new Map()),
    causes: part([]),
    ...over,
  };
}

describe('foresight as one', () => {
  it('FOR-1: works everything out at each step, and tells of tenants only where there is something to tell', () => {
    const engine = createForesight(partsOf(), () => undefined);
    expect(engine.snapshot()).toBeNull();
    expect(engine.advance(T, () => facts(T))).toBe(true);
    expect(engine.advance(T + 4_000, () => facts(T))).toBe(false);
    expect(engine.advance(T + 5_000, () => facts(T + 5_000))).toBe(true);
    const snapshot = engine.snapshot();
    expect(snapshot?.tenants.map(({ scope }) => scope.id)).toEqual(['aurora']);
    expect(snapshot?.clusters.map(({ scope }) => scope.id)).toEqual(['A']);
    expect(snapshot?.platform.drain.state).toBe('no-estimate');
    expect(engine.advance(T - HOUR, () => facts(T - HOUR))).toBe(true);
  });

  it('FOR-2: a part that fails is named as blind, and the others go on', () => {
    const faults: string[] = [];
    const broken = part([], {
      advance: () => {
        throw new Error('no such thing');
      },
    });
    const engine = createForesight(partsOf({ causes: broken }), (name) => faults.push(name));
    engine.advance(T, () => facts(T));
    expect(faults).toEqual(['causes']);
    expect(engine.snapshot()?.blind).toEqual(['causes failed: no such thing']);
    expect(engine.snapshot()?.tenants).toHaveLength(1);
  });

  it('FOR-3: what parts remember and a picture a minute are to be kept; nothing while all is clear', () => {
    const engine = createForesight(
      partsOf({ drain: part(new Map(), { takeKept: (isLast) => (isLast ? 'whole mind' : 'mind') }) }),
      () => undefined,
    );
    engine.advance(T, () => facts(T));
    expect(engine.takeBatch()).toEqual({ rows: [], kept: { 'part.drain': 'mind' } });
    expect(engine.takeBatch(true)).toEqual({ rows: [], kept: { 'part.drain': 'whole mind' } });
    const loud = createForesight(partsOf(), () => undefined);
    for (let s = 0; s < 130; s += 5) loud.advance(T + s * 1_000, () => facts(T + s * 1_000));
    expect(loud.takeBatch()?.rows.map(({ kind, atMs }) => [kind, atMs - T])).toEqual([
      ['picture', 0],
      ['picture', 60_000],
      ['picture', 120_000],
    ]);
    expect(loud.takeBatch()).toBeNull();
  });

  it('FOR-4: mailboxes of a cluster are known only when all of its tenants’ are', () => {
    expect(scopes.find(({ kind }) => kind === 'cluster')).toMatchObject({ mailboxes: 150, places: [0, 1] });
    const unknown = scopeInfos([
      { id: 'a', name: 'a', cluster: 'A' },
      { id: 'u', name: 'u' },
    ]);
    expect(unknown.map(({ mailboxes }) => mailboxes)).toEqual([null, null, null]);
  });
});

describe('what is usual', () => {
  const answer = (weeks: number, value: (hour: number) => number): SamplesAnswer => {
    const steps = weeks * 168;
    const column = () => ({
      value: Float64Array.from({ length: steps }, (_, i) => value(i % 168)),
      n: new Float64Array(steps),
      part: new Float64Array(steps),
      isFloor: new Uint8Array(steps),
      whyNot: new Uint8Array(steps),
    });
    return {
      ...{ firstMs: T, stepMs: HOUR, steps, whyNot: new Uint8Array(steps), reasons: [] },
      columns: Object.fromEntries(SEASON_METRICS.map((metric) => [metric, column()])),
    };
  };
  const hourOfWeek = (atMs: number) => Math.floor((atMs - T) / HOUR) % 168;

  it('FOR-5: is the median of the same hours of the week, once two weeks have it', () => {
    const own = profilesOf(
      answer(4, (hour) => hour * 10),
      hourOfWeek,
    );
    expect(usualBy('accepted', 30, own, undefined)).toEqual({ median: 300, mad: 0, n: 4, isPooled: false });
    const young = profilesOf(
      answer(1, () => 10),
      hourOfWeek,
    );
    expect(usualBy('accepted', 30, young, undefined)).toBeNull();
  });

  it('FOR-6: of a young tenant it is the platform’s shape, scaled to its size; a share is not scaled', () => {
    const platform = profilesOf(
      answer(4, (hour) => (hour === 30 ? 2_000 : 1_000)),
      hourOfWeek,
    );
    const young = profilesOf(
      answer(1, () => 10),
      hourOfWeek,
    );
    expect(usualBy('accepted', 30, young, platform)).toMatchObject({ median: 20, isPooled: true });
    expect(usualBy('spamPercent', 30, young, platform)).toMatchObject({ median: 2_000, isPooled: true });
  });

  it('FOR-7: hours of which nothing is known teach nothing', () => {
    const holes = profilesOf(
      answer(4, (hour) => (hour === 30 ? NaN : 10)),
      hourOfWeek,
    );
    expect(usualBy('accepted', 30, holes, undefined)).toBeNull();
    expect(usualBy('accepted', 31, holes, undefined)).toMatchObject({ median: 10 });
  });
});

describe('events from other systems', () => {
  const event = (id: string, atMs: number) => ({ id, kind: 'change' as const, atMs, text: 'x' });

  it('FOR-8: are taken once, by time, for a day; one from the future or too old is refused with a reason', () => {
    const book = new EventBook();
    expect(book.take(event('b', T), T)).toBeNull();
    expect(book.take(event('a', T - HOUR), T)).toBeNull();
    expect(book.take(event('b', T), T)).toBe('known already');
    expect(book.take(event('c', T + HOUR), T)).toBe('from the future');
    expect(book.take(event('d', T - 30 * HOUR), T)).toBe('older than a day');
    expect(book.list(T).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(book.takeRows()).toHaveLength(2);
    expect(book.list(T + 23.5 * HOUR).map(({ id }) => id)).toEqual(['b']);
    const again = new EventBook();
    again.restore([event('x', T - 30 * HOUR), event('y', T)], T);
    expect(again.list(T).map(({ id }) => id)).toEqual(['y']);
  });
});
