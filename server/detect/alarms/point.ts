/**
 * The life of one point, after ISA-18.2. Pure: the same alarm, input and time give the same step.
 *
 * Times. A hold counts time in which the limit of its level is passed without a break: a value between the limits for
 * raising and clearing keeps an alarm up that is up, and ends a hold. Return needs the clear limit kept for
 * `clearForSeconds`, and `keepFiringSeconds` since the condition last held. No data neither raises nor returns.
 * A clock that goes back moves every stamp with it (`clock`): durations stay what they were, none is negative, and
 * nothing comes or goes early. A gap in which nobody watched counts for no timer.
 */
import { type Alarm } from './alarm.ts';
import { Draft, type Step } from './draft.ts';
import { observe } from './observe.ts';
import { act } from './operate.ts';
import type { PointContext, PointInput } from './point-types.ts';
import { shift } from './shift.ts';

export type { PointContext, PointInput, Step };

/** One step. An input that has no place in the state it meets changes nothing and records nothing. */
export function step(alarm: Alarm | null, input: PointInput, nowMs: number, context: PointContext): Step {
  if (input.kind === 'observe') return observe(alarm, input.verdict, nowMs, context);
  if (alarm === null) return { alarm, records: [], isAnnunciated: false };
  const draft = new Draft(alarm, nowMs);
  if (input.kind === 'clock') shift(draft, input.jump, input.byMs);
  else act(draft, input);
  return draft.done(alarm);
}
