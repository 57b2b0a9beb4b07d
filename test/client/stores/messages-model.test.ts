import { describe, expect, it } from 'vitest';
import {
  domainOf,
  isMasked,
  longestStage,
  MOST_ROWS,
  NOTHING_FOUND,
  withOlder,
} from '../../../client/stores/messages-model.ts';
import type { MessagePage, MessageRecord } from '../../../shared/history.ts';
import { T0 } from '../fixtures.ts';

const record = (id: number): MessageRecord => ({
  id,
  atMs: T0 + id,
  source: 's',
  host: 'mx1',
  status: 'sent',
  from: 'a@x.example',
  to: 'b@y.example',
  reason: '',
  isFinal: true,
});
const page = (ids: readonly number[], change: Partial<MessagePage> = {}): MessagePage => ({
  records: ids.map(record),
  searchedBackToMs: T0,
  isComplete: true,
  keptFromMs: T0,
  ...change,
});
const down = (from: number, count: number) => Array.from({ length: count }, (_, i) => from - i);

describe('the result of a search', () => {
  it('grows downwards, and has no entry twice (REP-12)', () => {
    const first = withOlder(NOTHING_FOUND, page([9, 8, 7], { cursor: 'c' }));
    const both = withOlder(first, page([7, 6]));
    expect(both.records.map(({ id }) => id)).toEqual([9, 8, 7, 6]);
    expect(first.cursor).toBe('c');
    expect(both.cursor).toBeNull();
  });

  it('never holds more than it may, and counts what it let go (REP-12)', () => {
    let found = NOTHING_FOUND;
    for (let i = 0; i < 9; i += 1)
      found = withOlder(found, page(down(9_000 - i * 100, 100), { cursor: 'c' }));
    expect(found.records).toHaveLength(MOST_ROWS);
    expect(found.leftOut).toBe(400);
    expect(found.records.at(-1)?.id).toBe(8_101);
  });

  it('knows that the search ran out of time', () => {
    const found = withOlder(NOTHING_FOUND, page([], { isComplete: false, searchedBackToMs: T0 - 5 }));
    expect(found).toMatchObject({ isComplete: false, searchedBackToMs: T0 - 5 });
  });
});

describe('a record', () => {
  it('tells where its delay went', () => {
    expect(longestStage([100, 9_000, 400, 500])).toEqual({ place: 1, share: 0.9 });
    expect(longestStage([0, 0, 0, 0])).toBeNull();
    expect(longestStage(undefined)).toBeNull();
  });

  it('tells the domain, whatever stands before it', () => {
    expect(domainOf('"a@b"@y.example')).toBe('y.example');
    expect(domainOf('')).toBe('');
  });

  it('tells a masked address from a whole one', () => {
    expect(isMasked('m•••@y.example')).toBe(true);
    expect(isMasked('maria@y.example')).toBe(false);
    expect(isMasked('')).toBe(false);
  });
});
