import { describe, expect, it } from 'vitest';
import { COMPARE_KINDS } from '../../../shared/history.ts';
import {
  DEFAULT_QUERY,
  instantOf,
  parsePageQuery,
  printPageQuery,
  type PageQuery,
} from '../../../client/stores/page-query.ts';
import { LIVE_NAMES, type Range } from '../../../client/stores/range.ts';
import { T0 } from '../fixtures.ts';

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function anyQuery(random: () => number): PageQuery {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!;
  const fromMs = Math.floor(random() * T0);
  const fixed: Range = { kind: 'fixed', fromMs, toMs: fromMs + 10_000 + Math.floor(random() * 9e10) };
  return {
    range: random() < 0.5 ? fixed : { kind: 'live', name: pick(LIVE_NAMES) },
    direction: pick(['in', 'out', 'both'] as const),
    compare: COMPARE_KINDS.filter(() => random() < 0.5),
    hidden: ['lag.lagP50Ms', 'queue.queueHold', 'spam.spamPercent'].filter(() => random() < 0.5),
    zone: pick(['local', 'utc'] as const),
    isLagLinear: random() < 0.5,
    tablesBy: pick(['destination', 'provider'] as const),
    look: pick([
      null,
      { metric: null, fromMs: T0, toMs: T0 + 60_000 },
      { metric: 'queueDepth', fromMs: T0, toMs: T0 + 1 },
    ]),
  };
}

describe("the address of a tenant's page", () => {
  it('says all that the page shows: reading back what was printed gives the same (TEN-1)', () => {
    const random = seeded(7);
    for (let i = 0; i < 500; i += 1) {
      const query = anyQuery(random);
      expect(parsePageQuery(printPageQuery(query))).toEqual({ query, faults: [] });
    }
  });

  it('ANO-45: what moved at a time is asked in the address; what is no time is told', () => {
    expect(parsePageQuery({ look: 'queueDepth' }).faults).toEqual([
      '“look” is not metric.from-to: queueDepth',
    ]);
    expect(parsePageQuery({ look: `queueDepth.${T0}-${T0}` }).query.look).toBeNull();
  });

  it('is empty for what is usual', () => {
    expect(printPageQuery(DEFAULT_QUERY)).toEqual({});
    expect(parsePageQuery({})).toEqual({ query: DEFAULT_QUERY, faults: [] });
  });

  it('takes times as epoch milliseconds and with any zone, and means the same instant', () => {
    const want = { kind: 'fixed', fromMs: T0, toMs: T0 + 60_000 };
    for (const [from, to] of [
      [String(T0), String(T0 + 60_000)],
      ['2007-05-14T19:35:00Z', '2007-05-14T19:36:00.000Z'],
      ['2007-05-14T21:35+02:00', '2007-05-14T21:36:00+02:00'],
    ] as const)
      expect(parsePageQuery({ from, to }).query.range).toEqual(want);
  });

  it.each([
    [{ from: 'yesterday', to: String(T0) }, 'yesterday'],
    [{ from: '2007-05-14T19:35:00', to: String(T0) }, '2007-05-14T19:35:00'],
    [{ from: String(T0) }, '“to”'],
    [{ from: String(T0), to: String(T0) }, 'not after'],
    [{ from: String(T0), to: String(T0 + 100) }, '10 seconds'],
    [{ from: '100000000000', to: String(T0 * 9) }, 'three years'],
    [{ range: '14m' }, '14m'],
    [{ dir: 'up' }, 'up'],
    [{ compare: 'yesterday,tomorrow' }, 'compare'],
  ])('tells what it could not read in %j, and does not guess (TEN-1)', (raw, word) => {
    const { faults } = parsePageQuery(raw);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(word);
  });

  it('shows the usual range when it could not read the one that was asked for, and keeps the rest', () => {
    const { query } = parsePageQuery({ from: 'x', to: 'y', dir: 'in', tz: 'utc' });
    expect(query).toEqual({ ...DEFAULT_QUERY, direction: 'in', zone: 'utc' });
  });

  it('takes the first of a name that is given twice', () => {
    expect(parsePageQuery({ range: ['6h', '24h'] }).query.range).toEqual({ kind: 'live', name: '6h' });
  });

  it('reads no instant out of a text that has none', () => {
    for (const text of ['', 'now', '12', '2007-05-14', '2007-13-44T00:00:00Z'])
      expect(instantOf(text)).toBeNull();
  });
});
