import type { AlarmsDelta, AlarmsSnapshot, AlarmState, AlarmView, Priority } from '../../shared/alarms.ts';
import type { Frame, Joined } from '../../shared/protocol.ts';

/** What the alarm page shows. Replaced as a whole, never changed. */
export interface AlarmsModel extends AlarmsSnapshot {
  readonly seq: number;
  readonly atMs: number;
  readonly byId: ReadonlyMap<string, AlarmView>;
}

const indexOf = (alarms: readonly AlarmView[]) => new Map(alarms.map((alarm) => [alarm.id, alarm]));

/** The alarms as a join brings them. */
export function alarmsOf({ seq, atMs, snapshot }: Joined<AlarmsSnapshot>): AlarmsModel {
  return { seq, atMs, ...snapshot, byId: indexOf(snapshot.alarms) };
}

/** Changed alarms in their places, new ones behind, gone ones away. */
function mergeAlarms(model: AlarmsModel, delta: AlarmsDelta): Pick<AlarmsModel, 'alarms' | 'byId'> {
  const { changed = [], gone = [] } = delta;
  if (changed.length === 0 && gone.length === 0) return model;
  const byId = new Map(model.byId);
  for (const id of gone) byId.delete(id);
  for (const alarm of changed) byId.set(alarm.id, alarm);
  return { byId, alarms: [...byId.values()] };
}

/** The alarms after one more frame. */
export function applyAlarmsFrame(model: AlarmsModel, frame: Frame<AlarmsDelta>): AlarmsModel {
  const { delta, seq, atMs } = frame;
  const { alarms, byId } = mergeAlarms(model, delta);
  return {
    seq,
    atMs,
    alarms,
    byId,
    groups: delta.groups ?? model.groups,
    flood: delta.flood === undefined ? model.flood : delta.flood,
    silences: delta.silences ?? model.silences,
    maintenance: delta.maintenance ?? model.maintenance,
    onCall: delta.onCall ?? model.onCall,
    path: delta.path ?? model.path,
    kpis: delta.kpis ?? model.kpis,
    rules: delta.rules ?? model.rules,
    notKept: delta.notKept === undefined ? model.notKept : delta.notKept,
  };
}

/** The states of the list, in the order of its sections: what waits for somebody comes first. */
export const SHOWN_STATES = ['unacknowledged', 'returned', 'acknowledged', 'pending'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** Priorities, the most urgent first. */
export const URGENT_FIRST: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** How many alarms there are of each state and priority; hidden ones apart. */
export interface AlarmCounts {
  readonly states: Readonly<
    Record<ShownState, Readonly<Record<Priority, number>> & { readonly all: number }>
  >;
  readonly hidden: number;
  readonly silenced: number;
}

const noneYet = () => ({ critical: 0, high: 0, medium: 0, low: 0, all: 0 });
export const isShownState = (state: AlarmState): state is ShownState => state !== 'normal';

/** Counts alarms, not rows of a list: a fold must not make trouble look smaller. */
export function countAlarms(alarms: readonly AlarmView[]): AlarmCounts {
  const states = {
    unacknowledged: noneYet(),
    returned: noneYet(),
    acknowledged: noneYet(),
    pending: noneYet(),
  };
  let hidden = 0;
  let silenced = 0;
  for (const { state, priority, hidden: isHidden, silence } of alarms) {
    if (isHidden) hidden += 1;
    else if (isShownState(state)) {
      states[state][priority] += 1;
      states[state].all += 1;
      if (silence) silenced += 1;
    }
  }
  return { states, hidden, silenced };
}

const isLoud = ({ state, hidden }: AlarmView) => state === 'unacknowledged' && !hidden;

/** Alarms that nobody has acknowledged and that were not so before: what a screen must say aloud. */
export function newlyLoud(before: AlarmsModel | null, after: AlarmsModel): readonly AlarmView[] {
  if (!before) return [];
  return after.alarms.filter((alarm) => {
    const known = before.byId.get(alarm.id);
    return isLoud(alarm) && (!known || !isLoud(known) || known.priority !== alarm.priority);
  });
}
