/** Who is on call by a schedule, why, until when, and where nobody is. Pure. */
import type { ScheduleConfig } from '../../base/config-on-call.ts';
import { layerAt } from './layer.ts';

/** Somebody takes a part of a schedule; of two at a time the one that was put in later holds. */
export interface Override {
  readonly id: string;
  readonly schedule: string;
  readonly person: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly by: string;
  readonly reason: string;
}

/** Persons by their ids. */
export interface WhoIsOnCall {
  /** Null: a hole. */
  readonly person: string | null;
  readonly reason: string;
  /** When somebody else takes over; null: not within the next LOOK_AHEAD_DAYS. */
  readonly untilMs: number | null;
  readonly next: { readonly person: string | null; readonly fromMs: number } | null;
}
export interface Hole {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const LOOK_AHEAD_DAYS = 60;
const DAY_MS = 86_400_000;
/** Turns of one person that are looked through for the next one. */
const MAX_TURNS = 500;

/** What holds at a moment, and the next moment at which it may be something else. */
export interface Said {
  readonly person: string | null;
  readonly reason: string;
  readonly changesMs: number;
}

/** Who is on call at `atMs`; `overrides` in the order in which they were put in. */
export function whoIsOnCall(
  schedule: ScheduleConfig,
  overrides: readonly Override[],
  atMs: number,
): WhoIsOnCall {
  const { person, reason, changesMs } = saidAt(schedule, overrides, atMs);
  let fromMs = changesMs;
  for (let turn = 0; turn < MAX_TURNS && fromMs <= atMs + LOOK_AHEAD_DAYS * DAY_MS; turn++) {
    const later = saidAt(schedule, overrides, fromMs);
    if (later.person !== person)
      return { person, reason, untilMs: fromMs, next: { person: later.person, fromMs } };
    fromMs = later.changesMs;
  }
  return { person, reason, untilMs: null, next: null };
}

/** What layers and overrides say at one moment, and until when at least. */
export function saidAt(schedule: ScheduleConfig, overrides: readonly Override[], atMs: number): Said {
  const own = overrides.filter(({ schedule: id, untilMs }) => id === schedule.id && untilMs > atMs);
  const held = own.findLast(({ fromMs }) => fromMs <= atMs);
  const layers = layersAt(schedule, atMs);
  const times = own.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((ms) => ms > atMs);
  const changesMs = Math.min(layers.changesMs, ...times);
  if (held) return { person: held.person, reason: `override by ${held.by}: ${held.reason}`, changesMs };
  if (layers.person !== null || schedule.fallback === undefined) return { ...layers, changesMs };
  return { person: schedule.fallback, reason: 'fallback: no layer names anybody now', changesMs };
}

/** Times in which no layer names anybody, whether or not somebody is the fallback. Ascending, at most MAX_HOLES. */
export function holesOf(schedule: ScheduleConfig, fromMs: number, toMs: number): readonly Hole[] {
  const holes: Hole[] = [];
  let beganMs: number | null = null;
  for (let atMs = fromMs; atMs < toMs && holes.length < MAX_HOLES;) {
    const { person, changesMs } = layersAt(schedule, atMs);
    if (person === null) beganMs ??= atMs;
    else if (beganMs !== null) {
      holes.push({ fromMs: beganMs, untilMs: atMs });
      beganMs = null;
    }
    atMs = changesMs;
  }
  if (beganMs !== null && holes.length < MAX_HOLES) holes.push({ fromMs: beganMs, untilMs: toMs });
  return holes;
}
export const MAX_HOLES = 100;

function layersAt({ layers, zone }: ScheduleConfig, atMs: number): Said {
  const said = layers.map((layer) => ({ name: layer.name, ...layerAt(layer, zone, atMs) }));
  const changesMs = Math.min(...said.map((layer) => layer.changesMs));
  const top = said.findLast(({ person }) => person !== null);
  return top
    ? { person: top.person, reason: `layer ${top.name}`, changesMs }
    : { person: null, reason: 'no layer names anybody now', changesMs };
}
