import { z } from 'zod';
import { jsonOf } from '../../base/json.ts';
import { PRIORITIES } from '../../../shared/alarms.ts';
import { Facts, PHASES } from './message.ts';

/** Why a group has not been told of, or that it has. `lead`: the one notice that stands for a flood. */
const STANDINGS = ['told', 'withheld', 'flood', 'no-route', 'lead'] as const;

/** What is remembered of a group, so that a restart neither repeats nor forgets it. */
const Entry = z.object({
  groupId: z.string(),
  standing: z.enum(STANDINGS),
  /** Id of the first message, below which the others are threaded. */
  firstId: z.string(),
  /** Of a `flood`: `firing` when the lead has said something since it waits. */
  phase: z.enum(PHASES),
  priority: z.enum(PRIORITIES),
  /** Channels that have been told. */
  channels: z.array(z.string()),
  /** Escalation steps taken. */
  step: z.number(),
  /** From when on escalation counts. */
  pagedAtMs: z.number(),
  /** When it was last said to somebody. */
  saidAtMs: z.number(),
  /** Of a `lead`: the groups it stands for. */
  members: z.array(z.string()),
  /** Reminders and escalations sent so far; part of their ids. */
  count: z.number(),
  facts: Facts,
  /** Numbers its incidents at receivers that do not page again for one that was acknowledged. */
  incident: z.number().default(0),
  /** Of one that was told: since when it has been open again without a word; null: it is not. */
  waitsSinceMs: z.number().nullable().default(null),
  /** Of a `lead`: its flood is over, so nothing more is added to it. */
  isOver: z.boolean().default(false),
  /** What names it; null: kept by a run that did not know. */
  about: z
    .object({
      rule: z.string(),
      title: z.string(),
      cluster: z.string().nullable(),
      sinceMs: z.number(),
      raisedAtMs: z.number(),
    })
    .nullable()
    .default(null),
});
export type Entry = z.infer<typeof Entry>;

const State = z.object({
  version: z.literal(1),
  entries: z.record(z.string(), Entry),
  /** When a notice of a flood came last; 0: never. */
  floodSeenMs: z.number(),
  /** Of the turn before; a clock that jumps back takes the other times along. */
  nowMs: z.number(),
});

/** All that planning remembers. */
export interface PlanState {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly floodSeenMs: number;
  readonly nowMs: number;
}
export const NO_STATE: PlanState = { entries: {}, floodSeenMs: 0, nowMs: 0 };

/** Beyond this the oldest are forgotten. */
export const MAX_ENTRIES = 2_000;

/** As it is kept by name. */
export function writeState({ entries, floodSeenMs, nowMs }: PlanState): string {
  return JSON.stringify({ version: 1, entries, floodSeenMs, nowMs });
}

/** What a run before has left; undefined when it cannot be read. */
export function readState(text: string): PlanState | undefined {
  return State.safeParse(jsonOf(text)).data;
}

/** The clock went back: what was so long ago stays so long ago. */
export function shiftState(state: PlanState, nowMs: number): PlanState {
  const byMs = state.nowMs - nowMs;
  if (byMs <= 0) return state;
  const shifted = Object.entries(state.entries).map(([id, entry]): [string, Entry] => [
    id,
    {
      ...entry,
      pagedAtMs: entry.pagedAtMs - byMs,
      saidAtMs: entry.saidAtMs - byMs,
      waitsSinceMs: entry.waitsSinceMs === null ? null : entry.waitsSinceMs - byMs,
    },
  ]);
  return { entries: Object.fromEntries(shifted), floodSeenMs: state.floodSeenMs - byMs, nowMs };
}
