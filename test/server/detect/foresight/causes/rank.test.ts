import { describe, expect, it } from 'vitest';
import {
  type Change,
  rankCauses,
  type Unit,
  verdictOf,
} from '../../../../../server/detect/foresight/causes/rank.ts';

const unit = (state: Unit['state'], ...parts: string[]): Unit => ({ name: '', state, parts });
const many = (n: number, state: Unit['state'], ...parts: string[]) =>
  Array.from({ length: n }, () => unit(state, ...parts));
const rank = (units: readonly Unit[], changes: readonly Change[] = []) =>
  rankCauses({ units, changes, points: ['change', 'cluster'] });

describe('the ranking of shared causes', () => {
  it('CAU-1: what all that are hit have and nobody else comes first', () => {
    const units = [
      ...many(5, 'hit', 'cluster:A', 'service:dsl'),
      ...many(5, 'spared', 'cluster:B', 'service:dsl'),
    ];
    const [best, second] = rank(units);
    expect(best).toMatchObject({ id: 'cluster:A', explained: 5, unexplained: 0, spared: 0, score: 1 });
    expect(second).toBeUndefined();
    expect(verdictOf(rank(units), 5)).toBe('cluster A: explains 5 of 5 hit; nobody else has it.');
  });

  it('CAU-2: who has it and is not hit, and who is hit without it, speak against it', () => {
    const mixed = [
      ...many(4, 'hit', 'cluster:A'),
      unit('hit', 'cluster:B'),
      ...many(2, 'spared', 'cluster:A'),
    ];
    expect(rank(mixed)[0]).toMatchObject({ id: 'cluster:A', explained: 4, unexplained: 1, spared: 2 });
    expect(rank(mixed)[0]?.score).toBeCloseTo(1 / 7);
  });

  it('CAU-3: “no single cause explains this” is an answer', () => {
    const units = [
      ...many(3, 'hit', 'cluster:A'),
      ...many(3, 'hit', 'cluster:B'),
      ...many(9, 'spared', 'cluster:A'),
    ];
    expect(verdictOf(rank(units), 6)).toBe('No single cause explains this.');
    expect(verdictOf(rank(many(1, 'hit', 'cluster:A')), 1)).toContain('Only one is hit');
  });

  it('CAU-4: of whom nothing is known speaks neither for nor against', () => {
    const units = [...many(3, 'hit', 'cluster:A'), ...many(20, 'unknown', 'cluster:A')];
    expect(rank(units)[0]).toMatchObject({ score: 1, spared: 0 });
  });

  it('CAU-5: a change shortly before comes before what it touched, one of yesterday does not', () => {
    const units = [...many(5, 'hit', 'cluster:B'), ...many(5, 'spared', 'cluster:A')];
    const change = (minutes: number): Change => ({
      ...{ id: 'chg', text: 'new rules', components: ['cluster:B'], leadMs: minutes * 60_000 },
    });
    expect(rank(units, [change(7)])[0]).toMatchObject({ kind: 'change', id: 'chg' });
    expect(rank(units, [change(128)])[0]).toMatchObject({ kind: 'change' });
    expect(rank(units, [change(20 * 60)])[0]).toMatchObject({ kind: 'cluster' });
    expect(rank(units, [{ ...change(7), components: ['cluster:A'] }])[0]).toMatchObject({ kind: 'cluster' });
  });
});
