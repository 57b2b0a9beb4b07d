/** Overrides as they are kept from one run to the next, and what is refused. Pure. */
import { z } from 'zod';
import { jsonOf } from '../../base/json.ts';
import type { OnCallConfig } from '../../base/config-on-call.ts';
import type { Override } from './schedule.ts';

const DAY_MS = 86_400_000;
const MAX_OVERRIDES = 500;
const MAX_LENGTH_MS = 31 * DAY_MS;
/** Those that are over stay so long, to tell who was on call then. */
const KEPT_MS = 31 * DAY_MS;

const Kept = z.object({
  lastId: z.number().int().min(0),
  overrides: z.array(
    z.object({
      id: z.string(),
      schedule: z.string(),
      person: z.string(),
      fromMs: z.number(),
      untilMs: z.number(),
      by: z.string(),
      reason: z.string(),
    }),
  ),
});
/** In the order in which they were put in. */
export interface KeptOverrides {
  readonly lastId: number;
  readonly overrides: readonly Override[];
}
export const NO_OVERRIDES: KeptOverrides = { lastId: 0, overrides: [] };

/** What a run before has left; of people and schedules that are no more it says nothing. A text that cannot be read is a fault. */
export function parseOverrides(
  text: string,
  config: OnCallConfig,
): KeptOverrides & { readonly faults: readonly string[] } {
  const parsed = Kept.safeParse(jsonOf(text));
  if (!parsed.success)
    return { ...NO_OVERRIDES, faults: ['kept overrides of who is on call cannot be read; set them again'] };
  const { lastId, overrides } = parsed.data;
  const gone = overrides.filter((override) => unknownOf(override, config) !== undefined);
  return {
    lastId,
    overrides: overrides.filter((override) => !gone.includes(override)),
    faults: gone.map((it) => `an override is left out: ${unknownOf(it, config)}`),
  };
}

export function overridesText(kept: KeptOverrides): string {
  return JSON.stringify(kept);
}

/** Why it cannot be put in; undefined when it can. */
export function refusalOf(
  asked: Omit<Override, 'id'>,
  { config, kept, nowMs }: { config: OnCallConfig; kept: KeptOverrides; nowMs: number },
): string | undefined {
  if (asked.fromMs >= asked.untilMs) return 'untilMs: must be after fromMs';
  if (asked.untilMs <= nowMs) return 'untilMs: must be in the future';
  if (asked.untilMs - asked.fromMs > MAX_LENGTH_MS)
    return 'untilMs: an override lasts at most 31 days; change the schedule';
  if (kept.overrides.length >= MAX_OVERRIDES)
    return `there are ${MAX_OVERRIDES} overrides; end some, or change the schedule`;
  return unknownOf(asked, config);
}

/** With one more, which wins over those before it. */
export function withNew(
  { lastId, overrides }: KeptOverrides,
  asked: Omit<Override, 'id'>,
): { readonly id: string; readonly next: KeptOverrides } {
  const id = `override-${lastId + 1}`;
  return { id, next: { lastId: lastId + 1, overrides: [...overrides, { ...asked, id }] } };
}

/** It ends now; one that has not begun is gone. */
export function withEnd({ lastId, overrides }: KeptOverrides, ended: Override, nowMs: number): KeptOverrides {
  const cut = ended.fromMs < nowMs ? [{ ...ended, untilMs: nowMs }] : [];
  return { lastId, overrides: overrides.flatMap((override) => (override === ended ? cut : [override])) };
}

/** Without those that were over long ago. */
export function pruned({ lastId, overrides }: KeptOverrides, nowMs: number): KeptOverrides {
  return { lastId, overrides: overrides.filter(({ untilMs }) => untilMs > nowMs - KEPT_MS) };
}

function unknownOf(
  { schedule, person }: Omit<Override, 'id'>,
  { schedules, people }: OnCallConfig,
): string | undefined {
  if (!schedules.some(({ id }) => id === schedule)) return `there is no schedule '${schedule}'`;
  return people.some(({ id }) => id === person) ? undefined : `there is no person '${person}'`;
}
