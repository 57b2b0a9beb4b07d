import type { OnCallView, Priority } from '../../../shared/alarms.ts';
import type { EscalationStep, NotifyConfig } from '../../base/config-notify.ts';
import { routeAlarm, type RoutedAlarm } from '../../base/notify-routing.ts';

/** Who is on call, why, and by which channels that person is reached. */
export interface OnCall {
  at(atMs: number): readonly OnCallView[];
  /** Null: nobody is on call by it. */
  personAt(
    schedule: string,
    atMs: number,
  ): { readonly name: string; readonly channels: readonly string[] } | null;
}

/** The rules of who is told, as far as planning needs them. */
export interface Policy {
  readonly routes: NotifyConfig['routes'];
  readonly steps: readonly EscalationStep[];
  readonly repeatMs: number;
  readonly escalated: Priority;
  /** All channels in the order of the configuration. */
  readonly channels: readonly PolicyChannel[];
}
export interface PolicyChannel {
  readonly id: string;
  readonly type: string;
  /** Works without the watched platform. */
  readonly isIndependent: boolean;
}

/** The rules and who is on call now. */
export interface Moment {
  readonly policy: Policy;
  readonly onCall: OnCall;
  readonly nowMs: number;
}

/** Whom a message goes to, and what its text must say about that. */
export interface Recipients {
  readonly channels: readonly string[];
  /** Escalation steps taken with it. */
  readonly step: number;
  readonly notes: readonly string[];
}

/**
 * Who is told first. Null: no route takes it. When the routes reach nobody (a hole in the schedule), the next escalation
 * step is taken at once; when there is none either, every channel is told: a page too many is better than none.
 */
export function firstRecipients(alarm: RoutedAlarm, moment: Moment): Recipients | null {
  const { policy } = moment;
  const { channels, schedules, routes } = routeAlarm(alarm, policy.routes);
  if (routes.length === 0) return null;
  const called = callSchedules(schedules, moment);
  const reached = known([...channels, ...called.channels], policy);
  if (reached.length > 0) return { channels: reached, step: 0, notes: called.notes };
  return nextRecipients(0, moment, called.notes);
}

/** The next escalation step that reaches somebody; beyond the last one every channel. */
export function nextRecipients(from: number, moment: Moment, before: readonly string[] = []): Recipients {
  const { policy } = moment;
  const notes = [...before];
  for (let step = from; step < policy.steps.length; step++) {
    const found = stepRecipients(step, moment);
    notes.push(...found.notes);
    if (found.channels.length > 0) return { channels: found.channels, step: step + 1, notes: unique(notes) };
  }
  notes.push('No escalation step reaches anybody: told to every channel.');
  return {
    channels: policy.channels.map(({ id }) => id),
    step: policy.steps.length,
    notes: unique(notes),
  };
}

function stepRecipients(
  place: number,
  moment: Moment,
): { channels: readonly string[]; notes: readonly string[] } {
  const { policy } = moment;
  const step = policy.steps[place];
  if (step === undefined) return { channels: [], notes: [] };
  const called = callSchedules(step.schedule === undefined ? [] : [step.schedule], moment);
  return { channels: known([...step.channels, ...called.channels], policy), notes: called.notes };
}

function callSchedules(
  schedules: readonly string[],
  moment: Moment,
): { channels: readonly string[]; notes: readonly string[] } {
  const found = schedules.map((schedule) => callSchedule(schedule, moment));
  return {
    channels: found.flatMap(({ channels }) => channels),
    notes: found.flatMap(({ note }) => note ?? []),
  };
}

function callSchedule(
  schedule: string,
  { onCall, nowMs }: Moment,
): { channels: readonly string[]; note: string | null } {
  const person = onCall.personAt(schedule, nowMs);
  if (person === null) {
    const why =
      onCall.at(nowMs).find((view) => view.schedule === schedule)?.reason ?? 'there is no such schedule';
    return { channels: [], note: `Nobody is on call in ${schedule} (${why}): passed on at once.` };
  }
  return person.channels.length > 0
    ? { channels: person.channels, note: null }
    : {
        channels: [],
        note: `${person.name} is on call in ${schedule}, but has no channel: passed on at once.`,
      };
}

/** Another way than those that may not have worked: one that needs no platform first, then the order of the configuration. */
export function otherChannel(told: readonly string[], policy: Policy): string | undefined {
  const others = policy.channels.filter(({ id }) => !told.includes(id));
  return (others.find(({ isIndependent }) => isIndependent) ?? others[0])?.id;
}

function known(channels: readonly string[], policy: Policy): string[] {
  return unique(channels).filter((id) => policy.channels.some((channel) => channel.id === id));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
