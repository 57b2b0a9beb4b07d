import { describe, expect, it } from 'vitest';
import { Histogram } from '../../shared/histogram.ts';
import { addCount, addDestination, COUNTERS, merge, Window } from '../../shared/window.ts';
import { createRandom, pick } from '../support/random.ts';

function randomWindow(seed: number): Window {
  const random = createRandom(seed);
  const window = new Window();
  for (let n = random() * 8; n > 0; n--) window.counts[pick(random, COUNTERS)] += Math.ceil(random() * 9);
  for (let n = random() * 5; n > 0; n--) window.lag.add(Math.round(random() * 1e6));
  for (let n = random() * 5; n > 0; n--) window.effectiveLag.add(Math.round(random() * 1e6));
  for (let n = random() * 4; n > 0; n--)
    addDestination(window, pick(random, ['a', 'b', 'c']), { delivered: 1, deferred: 2, bounced: 0 });
  for (let n = random() * 3; n > 0; n--)
    window.reasons = addCount(window.reasons, pick(random, ['x', 'y']), 1);
  for (let n = random() * 3; n > 0; n--)
    window.causes = addCount(window.causes, pick(random, ['a\tx', 'b\ty']), 1);
  for (let n = random() * 3; n > 0; n--)
    window.bounces = addCount(window.bounces, pick(random, ['5.1.1', '5.7.1']), 1);
  const atMs = Math.floor(random() * 3);
  const waiting = new Histogram();
  waiting.add(Math.ceil(random() * 3));
  const deferred = Math.floor(random() * 4);
  if (random() < 0.5)
    window.queue = {
      atMs,
      incoming: 0,
      active: 1,
      deferred,
      hold: 0,
      corrupt: 0,
      oldestMs: 1,
      waiting: new Histogram(),
    };
  if (random() < 0.5)
    window.access = { atMs, access: 'mailbox', users: 1 + Math.floor(random() * 3), failing: 0 };
  return window;
}

/** Everything a window says, in a form that compares. */
function said(window: Window): unknown {
  const sorted = (map: ReadonlyMap<string, unknown> | null) =>
    [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const { counts, lag, effectiveLag, queue, queuePeak, access } = window;
  const { waiting, ...gauge } = queue ?? { waiting: new Histogram() };
  return [
    counts,
    lag.encode(),
    effectiveLag.encode(),
    sorted(window.destinations),
    sorted(window.reasons),
    sorted(window.causes),
    sorted(window.bounces),
    queuePeak,
    gauge,
    waiting.encode(),
    access,
  ];
}

const merged = (...windows: readonly Window[]) =>
  windows.reduce((sum, next) => merge(sum, next), new Window());

describe('Window', () => {
  it('AGG-1: merge is associative and commutative and the empty window is its identity', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const [a, b, c] = [0, 1, 2].map((i) => randomWindow(seed * 3 + i)) as [Window, Window, Window];
      const whole = said(merged(a, b, c));
      expect(said(merged(merged(a, b), c)), `seed ${seed}`).toEqual(whole);
      expect(said(merged(a, merged(b, c))), `seed ${seed}`).toEqual(whole);
      expect(said(merged(c, a, b)), `seed ${seed}`).toEqual(whole);
      expect(said(merged(new Window(), a))).toEqual(said(merged(a, new Window())));
    }
  });

  it('of two gauges the later one stays, in whatever order they come', () => {
    const gauge = (atMs: number, users: number) =>
      Object.assign(new Window(), { access: { atMs, access: 'mailbox' as const, users, failing: 0 } });
    expect(merged(gauge(2, 7), gauge(1, 9)).access?.users).toBe(7);
    expect(merged(gauge(1, 9), gauge(2, 7)).access?.users).toBe(7);
  });

  it('a window is empty until something happens in it', () => {
    const window = new Window();
    expect(window.isEmpty).toBe(true);
    window.counts.rejected += 1;
    expect(window.isEmpty).toBe(false);
  });
});
