/** Who is on call by every schedule, and what people change about it. */
import type { OnCallView } from '../../../shared/alarms.ts';
import type { OnCallConfig, ScheduleConfig } from '../../base/config-on-call.ts';
import { AppError } from '../../base/errors.ts';
import {
  type KeptOverrides,
  NO_OVERRIDES,
  overridesText,
  parseOverrides,
  pruned,
  refusalOf,
  withEnd,
  withNew,
} from './overrides.ts';
import { type Override, saidAt, whoIsOnCall } from './schedule.ts';

/** Name under which overrides are kept. */
export const ON_CALL_KEPT = 'on-call-overrides';

/** Somebody who can be told. */
export interface OnCallPerson {
  readonly id: string;
  readonly name: string;
  readonly channels: readonly string[];
}
/** What people did, for the record. */
export interface OnCallChange {
  readonly atMs: number;
  readonly by: string;
  readonly reason: string;
}

export interface OnCall {
  /** By schedule, in the order of the configuration; people by their names. */
  at(atMs: number): readonly OnCallView[];
  /** Whom a page by this schedule goes to; null: nobody is on call, or there is no such schedule. */
  personAt(schedule: string, atMs: number): OnCallPerson | null;
  people(): readonly OnCallPerson[];
  /** Those that are not over. */
  overrides(): readonly Override[];
  /** An `AppError` when it cannot be. */
  override(override: Omit<Override, 'id'>): { readonly id: string };
  endOverride(id: string, by: string): void;
  /** What must survive a restart, when it changed since the last time. */
  takeKept(): Readonly<Record<string, string>>;
  /** What people did since the last time. */
  takeChanges(): readonly OnCallChange[];
  /** What a run before has left and cannot be used. */
  readonly faults: readonly string[];
}

export interface OnCallDeps {
  /** Time of the watch. */
  readonly now: () => number;
  /** Texts that a run before has kept, by name. */
  readonly kept?: Readonly<Record<string, string>>;
}

/** Schedules with their overrides. A view is made anew only when it may have changed: it is asked for each second. */
export function createOnCall(config: OnCallConfig, { now, kept: texts = {} }: OnCallDeps): OnCall {
  const text = texts[ON_CALL_KEPT];
  const { faults, ...left } =
    text === undefined ? { ...NO_OVERRIDES, faults: [] } : parseOverrides(text, config);
  let kept: KeptOverrides = left;
  let isChanged = false;
  let changes: OnCallChange[] = [];
  let views = createViews(config);

  function change(next: KeptOverrides, what: OnCallChange): void {
    kept = pruned(next, what.atMs);
    isChanged = true;
    changes.push(what);
    views = createViews(config);
  }
  const nameOf = (id: string) => config.people.find((person) => person.id === id)?.name ?? id;
  const isOver = ({ untilMs }: Override) => untilMs <= now();

  return {
    faults,
    at: (atMs) => config.schedules.map((schedule) => views(schedule, kept.overrides, atMs)),
    personAt(id, atMs) {
      const schedule = config.schedules.find((it) => it.id === id);
      const said = schedule && saidAt(schedule, kept.overrides, atMs).person;
      return config.people.find((person) => person.id === said) ?? null;
    },
    people: () => config.people,
    overrides: () => kept.overrides.filter((override) => !isOver(override)),
    override(asked) {
      const atMs = now();
      const refusal = refusalOf(asked, { config, kept: pruned(kept, atMs), nowMs: atMs });
      if (refusal !== undefined) throw new AppError('bad-request', 'the override is refused', [refusal]);
      const { id, next } = withNew(kept, asked);
      const { schedule, person, by } = asked;
      change(next, { atMs, by, reason: `${nameOf(person)} takes ${schedule} (${id}): ${asked.reason}` });
      return { id };
    },
    endOverride(id, by) {
      const atMs = now();
      const found = kept.overrides.find((override) => override.id === id && !isOver(override));
      if (!found) throw new AppError('not-found', `there is no override ${id} that is not over`);
      const reason = `${id} of ${found.schedule} ended: the schedule holds again`;
      change(withEnd(kept, found, atMs), { atMs, by, reason });
    },
    takeKept() {
      if (!isChanged) return {};
      isChanged = false;
      return { [ON_CALL_KEPT]: overridesText(kept) };
    },
    takeChanges() {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}

type Views = (schedule: ScheduleConfig, overrides: readonly Override[], atMs: number) => OnCallView;

/** Views by schedule, each good from when it was made until somebody may say something else. */
function createViews({ people }: OnCallConfig): Views {
  const made = new Map<
    string,
    { readonly view: OnCallView; readonly fromMs: number; readonly toMs: number }
  >();
  const nameOf = (id: string | null) => people.find((person) => person.id === id)?.name ?? id;
  return (schedule, overrides, atMs) => {
    const before = made.get(schedule.id);
    if (before && before.fromMs <= atMs && atMs < before.toMs) return before.view;
    const { person, reason, untilMs, next } = whoIsOnCall(schedule, overrides, atMs);
    const view: OnCallView = {
      ...{ schedule: schedule.id, person: nameOf(person), reason, untilMs },
      next: next && { ...next, person: nameOf(next.person) },
    };
    made.set(schedule.id, { view, fromMs: atMs, toMs: saidAt(schedule, overrides, atMs).changesMs });
    return view;
  };
}
