import { addCount, addDestination, type DestinationCounts, type Window } from '../../../shared/window.ts';
import { OTHER } from './dictionary.ts';

/** Keys of a table in a stored window; the smallest beyond it are summed up as `other`. */
export const MAX_KEYS = 200;
export const MAX_BOUNCE_KEYS = 50;

/** Keeps tables within their bounds: the largest keys by count stay, the sums are exact. */
export function boundTables(window: Window): Window {
  if (isOver(window.destinations, MAX_KEYS)) boundDestinations(window);
  window.reasons = boundCounts(window.reasons, MAX_KEYS);
  window.causes = boundCounts(window.causes, MAX_KEYS);
  window.bounces = boundCounts(window.bounces, MAX_BOUNCE_KEYS);
  return window;
}

function isOver(table: ReadonlyMap<string, unknown> | null, max: number): boolean {
  return table !== null && table.size > max;
}

function boundDestinations(window: Window): void {
  const table = window.destinations ?? new Map<string, DestinationCounts>();
  window.destinations = null;
  const kept = largest(table, (counts) => counts.delivered + counts.deferred + counts.bounced, MAX_KEYS);
  for (const [key, counts] of table) addDestination(window, kept.has(key) ? key : OTHER, counts);
}

function boundCounts(table: Map<string, number> | null, max: number): Map<string, number> | null {
  if (!table || !isOver(table, max)) return table;
  const kept = largest(table, (count) => count, max);
  let bounded: Map<string, number> | null = null;
  for (const [key, count] of table) bounded = addCount(bounded, kept.has(key) ? key : OTHER, count);
  return bounded;
}

/** All but one of the places, so that `other` has its own. */
function largest<T>(table: ReadonlyMap<string, T>, size: (value: T) => number, max: number): Set<string> {
  const order = [...table]
    .filter(([key]) => key !== OTHER)
    .map(([key, value]) => ({ key, size: size(value) }))
    .sort((a, b) => b.size - a.size || (a.key < b.key ? -1 : 1));
  return new Set(order.slice(0, max - 1).map(({ key }) => key));
}
