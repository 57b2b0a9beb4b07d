import { Histogram } from '../../shared/histogram.ts';
import { addCount, addDestination, COUNTERS, merge, Window } from '../../shared/window.ts';
import { createRandom, pick } from './random.ts';

const DESTINATIONS = ['gmail.com', 'gmx.de', 'bücher.example', 'other', 'a'.repeat(60)];
const REASONS = ['mailbox full', 'greylisted', 'täuscht\tmit Tabulator', ''];

/** A window with anything in it that one may have. */
export function randomWindow(seed: number): Window {
  const random = createRandom(seed);
  const window = new Window();
  const times = (most: number) => Math.floor(random() * (most + 1));
  for (let n = times(8); n > 0; n--)
    window.counts[pick(random, COUNTERS)] += pick(random, [1, 9, 300, 70_000, 2 ** 33]);
  for (let n = times(40); n > 0; n--) window.lag.add(delay(random), pick(random, [1, 1, 1, 40]));
  if (random() < 0.5) window.effectiveLag.merge(window.lag);
  for (let n = times(4); n > 0; n--) window.effectiveLag.add(delay(random));
  for (let n = times(4); n > 0; n--)
    addDestination(window, pick(random, DESTINATIONS), {
      delivered: times(300),
      deferred: times(2),
      bounced: times(1),
    });
  for (let n = times(3); n > 0; n--)
    window.reasons = addCount(window.reasons, pick(random, REASONS), times(9));
  for (let n = times(3); n > 0; n--)
    window.causes = addCount(window.causes, `${pick(random, DESTINATIONS)}\t${pick(random, REASONS)}`, 1);
  for (let n = times(2); n > 0; n--)
    window.bounces = addCount(window.bounces, pick(random, ['5.1.1', '5.7.1', '']), 1);
  if (random() < 0.5) addGauges(window, random);
  if (random() < 0.3) addGauges(window, random);
  return window;
}

function addGauges(window: Window, random: () => number): void {
  const gauges = new Window();
  const waiting = new Histogram();
  for (let n = random() * 5; n > 0; n--) waiting.add(delay(random));
  const [atMs, deferred] = [1_795_281_600_000 + Math.floor(random() * 3), Math.floor(random() * 4_000)];
  const oldestMs = random() < 0.3 ? null : Math.round(random() * 1e9) + 0.25;
  gauges.queue = { atMs, incoming: 0, active: 1, deferred, hold: 3, corrupt: 0, oldestMs, waiting };
  const access = pick(random, ['mailbox', 'submission'] as const);
  if (random() < 0.7) gauges.access = { atMs, access, users: 1 + Math.floor(random() * 300), failing: 0 };
  merge(window, gauges);
}

function delay(random: () => number): number {
  return random() < 0.1 ? random() : Math.round(Math.exp(random() * 19) * 100) / 100;
}

/** Everything a window says, in a form that compares. */
export function said(window: Window | null): unknown {
  if (!window) return null;
  const sorted = (map: ReadonlyMap<string, unknown> | null) =>
    map && [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const { counts, lag, effectiveLag, queue, queuePeak, access } = window;
  return {
    counts,
    lag: lag.encode(),
    effectiveLag: effectiveLag.encode(),
    tables: [window.destinations, window.reasons, window.causes, window.bounces].map(sorted),
    queue: queue && { ...queue, waiting: queue.waiting.encode() },
    queuePeak,
    access,
  };
}
