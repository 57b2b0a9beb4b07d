import { describe, expect, it } from 'vitest';
import { emsOf } from '../../../client/components/wall/letters.ts';
import { ownerWords, stripRoom } from '../../../client/components/wall/strip-room.ts';
import { group, strip } from '../fixtures-alarms.ts';

const HD = { width: 1_900, height: 1_080, leastPx: 53.4 };
const many = (title: string) =>
  strip({
    groups: Array.from({ length: 6 }, (_, i) => group({ id: `g${i}`, title, text: `${title}: Ember Fibre` })),
  });

describe('the room of the strip', () => {
  it('has as many cards side by side as have whole words, and never fewer than two on a wide screen (WAL-153)', () => {
    const columns = [
      'Held mail',
      'Mailboxes unreachable',
      'Users of a small tenant are locked out again',
    ].map((title) => stripRoom(many(title), [], HD).columns);
    expect(columns).toEqual([3, 2, 2]);
    expect(stripRoom(many('Held mail'), [], { ...HD, leastPx: null }).columns).toBe(5);
  });

  it('counts what it has no room for (WAL-153)', () => {
    const { plan, columns } = stripRoom(many('Held mail'), [], HD);
    expect(plan.cards).toHaveLength(columns);
    expect(plan.moreAlarms).toBe(6 - columns);
  });

  it('has cards one below the other on a turned screen that is read from afar (WAL-153)', () => {
    const room = stripRoom(many('Mailboxes unreachable'), [], { width: 1_060, height: 1_920, leastPx: 53.4 });
    expect(room).toMatchObject({ columns: 1, rows: 2 });
    expect(room.plan.cards).toHaveLength(2);
    expect(emsOf('NOBODY HAS IT')).toBeLessThan(room.ems);
  });

  it('is a list on a phone, as high as it needs (WAL-153)', () => {
    const room = stripRoom(many('Mailboxes unreachable'), [], { width: 370, height: 844, leastPx: null });
    expect(room).toMatchObject({ columns: 1, isStacked: false });
    expect(room.plan.cards).toHaveLength(5);
  });

  it('has members below the title where wide cards would take the place of other alarms (WAL-153)', () => {
    const members = Array.from({ length: 40 }, (_, i) => `a${i}`);
    const text = 'Effective lag: 40 tenants on cluster A, worst Aurora Broadband, lag ≥ 41.3 min';
    const told = strip({ groups: [group({ members, text }), group({ id: 'other' })] });
    const { plan } = stripRoom(told, [], HD);
    expect(plan.cards.map(({ isWide }) => isWide)).toEqual([false, false]);
    expect(plan.cards[0]).toMatchObject({
      head: 'Effective lag',
      lines: expect.arrayContaining(['40 tenants on cluster A']),
    });
    expect(stripRoom(told, [], { ...HD, leastPx: null }).plan.cards[0]?.isWide).toBe(true);
  });
});

describe('who has it', () => {
  it.each([
    ['nobody', 'NOBODY HAS IT (Ada had it)', 9, 'NOBODY HAS IT'],
    ['nobody', 'NOBODY HAS IT (Ada had it)', 30, 'NOBODY HAS IT (Ada had it)'],
    ['back', 'OVER, not acknowledged', 9, 'OVER, unseen'],
    ['taken', 'Christopher Anderson has it', 10, 'Christopher has it'],
    ['taken', 'Ada has it', 9, 'Ada has it'],
  ] as const)('is said in words that fit: %s (WAL-153)', (kind, text, ems, said) => {
    expect(ownerWords({ kind, text }, ems)).toBe(said);
  });
});
