import { describe, expect, it } from 'vitest';
import { Slots } from '../../../server/history/slots.ts';
import { Histogram } from '../../../shared/histogram.ts';
import { type QueueGauge, Window } from '../../../shared/window.ts';

const queue = (atMs: number, deferred: number): QueueGauge => ({
  atMs,
  incoming: 0,
  active: 0,
  deferred,
  hold: 0,
  corrupt: 0,
  oldestMs: deferred * 1_000,
  waiting: new Histogram(),
});
const delivered = (n: number): Window => {
  const window = new Window();
  window.counts.delivered = n;
  return window;
};
const told = (slots: Slots, nowMs: number) =>
  slots
    .take(nowMs)
    .map(({ scope, direction, slotMs, window }) => [
      scope,
      direction,
      slotMs,
      window.counts.delivered,
      window.queue?.deferred ?? null,
    ])
    .sort();

const NAMES = ['aurora', 'boreal', '_unattributed', '_platform'];
const CLUSTERS = ['A', 'A'];

describe('slots', () => {
  it('HIS-6: what is placed goes to its slot of ten seconds, and to its cluster as the sum of its tenants', () => {
    const slots = new Slots(NAMES, CLUSTERS);
    slots.place({ scope: 0, direction: 0, slot: 12, window: delivered(2) });
    slots.place({ scope: 0, direction: 0, slot: 19, window: delivered(3) });
    slots.place({ scope: 1, direction: 0, slot: 11, window: delivered(4) });
    slots.place({ scope: 3, direction: 0, slot: 20, window: delivered(9) });
    expect(told(slots, 30_000)).toEqual([
      ['_platform', 0, 20_000, 9, null],
      ['aurora', 0, 10_000, 5, null],
      ['boreal', 0, 10_000, 4, null],
      ['cluster:A', 0, 10_000, 9, null],
    ]);
    expect(told(slots, 30_000)).toEqual([]);
  });

  it('HIS-7: the state of the queue is that at the end of its slot, of a cluster the sum of its tenants', () => {
    const slots = new Slots(NAMES, CLUSTERS);
    for (const second of [10, 14, 19]) {
      slots.gauge(0, 0, second, { queue: queue(second * 1_000, second), access: null });
      slots.gauge(1, 0, second, { queue: queue(second * 1_000, 100), access: null });
    }
    expect(told(slots, 19_999)).toEqual([]);
    expect(told(slots, 20_000)).toEqual([
      ['aurora', 0, 10_000, 0, 19],
      ['boreal', 0, 10_000, 0, 100],
      ['cluster:A', 0, 10_000, 0, 119],
    ]);
  });
});
