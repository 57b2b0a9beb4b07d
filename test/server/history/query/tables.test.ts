import { beforeEach, describe, expect, it } from 'vitest';
import { addCount, addDestination, Window } from '../../../../shared/window.ts';
import { dsnLabel } from '../../../../server/history/query/dsn.ts';
import { tablesOf } from '../../../../server/history/query/tables.ts';
import { topOf } from '../../../../server/history/query/top.ts';
import { MemoryWindows, windowOf } from '../../../support/memory-windows.ts';

const START = Date.parse('2026-11-21T00:00:00Z');
const NOW = START + 3_600_000;
let windows: MemoryWindows;
beforeEach(() => {
  windows = new MemoryWindows();
});

function delivered(destination: string, count: number): Window {
  const window = new Window();
  addDestination(window, destination, { delivered: count, deferred: 1, bounced: 0 });
  window.causes = addCount(null, `${destination}\tmailbox full`, 1);
  window.bounces = addCount(null, '5.1.1', 2);
  return window;
}

describe('tables', () => {
  const ask = (over = {}) => {
    const query = { scope: { kind: 'platform' }, fromMs: START, toMs: NOW, limit: 2, ...over } as const;
    return tablesOf(windows, query, (domain) => (domain.startsWith('g') ? 'Google' : domain), NOW);
  };

  it('HIS-57: sum destinations, providers, causes and bounces over all windows, most first, and no more than asked for', () => {
    windows.add('_platform', 0, START, delivered('gmail.example', 5));
    windows.add('_platform', 0, START + 60_000, delivered('gmail.example', 1));
    windows.add('_platform', 0, START + 120_000, delivered('googlemail.example', 1));
    windows.add('_platform', 0, START + 1_800_000, delivered('other.example', 7));
    expect(ask()).toEqual({
      fromMs: START,
      toMs: NOW,
      destinations: [
        { destination: 'gmail.example', delivered: 6, deferred: 2, bounced: 0 },
        { destination: 'other.example', delivered: 7, deferred: 1, bounced: 0 },
      ],
      providers: [
        { destination: 'Google', delivered: 7, deferred: 3, bounced: 0, destinations: 2 },
        { destination: 'other.example', delivered: 7, deferred: 1, bounced: 0, destinations: 1 },
      ],
      causes: [
        { destination: 'gmail.example', reason: 'mailbox full', count: 2 },
        { destination: 'googlemail.example', reason: 'mailbox full', count: 1 },
      ],
      bounces: [{ dsn: '5.1.1', label: 'address: no such mailbox', count: 8 }],
    });
    expect(ask({ direction: 'out' }).destinations).toEqual([]);
  });

  it.each([
    ['5.2.2', 'mailbox: mailbox full'],
    ['5.7.1', 'policy: refused by policy'],
    ['5.4.99', 'network or routing'],
    ['5.0.0', 'other'],
    ['550', 'no enhanced status code'],
    ['', 'no enhanced status code'],
  ])('HIS-58: %s is called: %s', (dsn, label) => {
    expect(dsnLabel(dsn)).toBe(label);
  });
});

describe('the tenants at the top', () => {
  const TENANTS = [
    { id: 'a', cluster: 'A' },
    { id: 'b', cluster: 'A' },
    { id: 'c', cluster: 'B' },
  ];
  const ask = (over = {}) => {
    const query = {
      metric: 'delivered',
      fromMs: START,
      toMs: NOW,
      order: 'highest',
      limit: 10,
      ...over,
    } as const;
    return topOf(windows, query, TENANTS, NOW);
  };

  it('HIS-59: stand in order of the whole range, and those of whom nothing is known are counted apart', () => {
    windows.cover(START, NOW, { cluster: 'A' });
    windows.add('a', 0, START, windowOf({ delivered: 3 }));
    windows.add('b', 0, START, windowOf({ delivered: 2 }));
    windows.add('b', 1, START + 600_000, windowOf({ delivered: 2 }));
    windows.add('c', 0, START, windowOf({ delivered: 9 }));
    expect(ask()).toMatchObject({
      rows: [
        { id: 'b', value: 4 },
        { id: 'a', value: 3 },
      ],
      unknown: 1,
    });
    expect(ask({ direction: 'in', order: 'lowest', limit: 1 }).rows).toEqual([{ id: 'b', value: 2 }]);
    expect(ask({ cluster: 'B' })).toMatchObject({ rows: [], unknown: 1 });
  });

  it('HIS-59: a range that would take too many windows is refused', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({ id: `t${i}` }));
    const year = { metric: 'delivered', fromMs: NOW - 3e10, toMs: NOW, order: 'highest', limit: 10 } as const;
    expect(() => topOf(windows, year, many, NOW)).toThrow(/shorter range/);
  });
});
