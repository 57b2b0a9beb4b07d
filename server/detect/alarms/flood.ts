import type { Flood } from '../../../shared/alarms.ts';

/** EEMUA 191: it begins with more than ten in ten minutes and ends with fewer than five. */
const WINDOW_MS = 600_000;
const BEGINS_ABOVE = 10;
const ENDS_BELOW = 5;

/** New groups of the last ten minutes, oldest first, and the flood they make. */
export interface FloodState {
  readonly openings: readonly { readonly atMs: number; readonly groupId: string }[];
  readonly flood: Flood | null;
}
export const NO_FLOOD: FloodState = { openings: [], flood: null };

/** Takes in the groups that are new in this turn. The same object when nothing changed. */
export function stepFlood(before: FloodState, newGroups: readonly string[], nowMs: number): FloodState {
  const isOld = (atMs: number): boolean => nowMs - atMs >= WINDOW_MS;
  if (newGroups.length === 0 && !before.openings.some(({ atMs }) => isOld(atMs))) return before;
  const kept = before.openings.filter(({ atMs }) => !isOld(atMs));
  const openings = [...kept, ...newGroups.map((groupId) => ({ atMs: nowMs, groupId }))];
  return { openings, flood: floodOf(before.flood, openings, newGroups.length) };
}

function floodOf(flood: Flood | null, openings: FloodState['openings'], more: number): Flood | null {
  if (flood) {
    if (openings.length < ENDS_BELOW) return null;
    return more === 0 ? flood : { ...flood, raises: flood.raises + more };
  }
  const first = openings[0];
  if (openings.length <= BEGINS_ABOVE || !first) return null;
  return { sinceMs: openings.at(-1)?.atMs ?? first.atMs, raises: openings.length, firstOut: first.groupId };
}

/** The clock went back by so much: what came stays as long ago as it was. */
export function shiftFlood({ openings, flood }: FloodState, byMs: number): FloodState {
  return {
    openings: openings.map(({ atMs, groupId }) => ({ atMs: atMs - byMs, groupId })),
    flood: flood && { ...flood, sinceMs: flood.sinceMs - byMs },
  };
}
