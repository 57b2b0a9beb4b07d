import type { AlarmScope, ShiftKpis } from '../../../shared/alarms.ts';
import { type Alarm, isRaised } from './alarm.ts';
import type { Hides } from './hides.ts';
import { STANDING_MS } from './kpis.ts';
import type { Noticing } from './noticing.ts';
import type { Points } from './points.ts';
import type { Recent } from './recent.ts';
import type { DeskOptions, DeskView } from './types.ts';

export interface DeskParts {
  readonly points: Points;
  readonly hides: Hides;
  readonly noticing: Noticing;
  readonly recent: Recent;
  readonly options: Pick<DeskOptions, 'shiftBegan' | 'describe'>;
}

/** The view as it was shown last; parts that say the same stay the same objects. */
export class ViewCache {
  isOld = true;
  readonly #parts: DeskParts;
  #view: DeskView | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  at(nowMs: number): DeskView {
    const kpis = this.#kpis(nowMs);
    if (!this.#view || this.isOld || this.#view.kpis !== kpis) this.#view = this.#make(kpis, nowMs);
    this.isOld = false;
    return this.#view;
  }

  #make(kpis: ShiftKpis, nowMs: number): DeskView {
    const { points, hides, noticing } = this.#parts;
    const before = this.#view;
    const all = [...points.all()].map((alarm) => points.view(alarm, nowMs));
    const alarms = sameList(before?.alarms, all);
    const raised = alarms.filter(({ state }) => state !== 'pending' && state !== 'normal');
    return {
      alarms,
      groups: sameList(before?.groups, noticing.views()),
      flood: noticing.flood,
      silences: sameText(before?.silences, hides.silenceViews(raised, nowMs)),
      maintenance: sameText(before?.maintenance, hides.maintenanceViews(raised, nowMs)),
      outOfService: hides.service,
      kpis,
    };
  }

  #kpis(nowMs: number): ShiftKpis {
    const { points, recent, options } = this.#parts;
    let standing = 0;
    for (const alarm of points.all()) if (isStanding(alarm, nowMs)) standing++;
    const nameOf = (scope: AlarmScope): string => options.describe(scope).name;
    return recent.kpis(options.shiftBegan(nowMs), nowMs, { standing, nameOf });
  }
}

function isStanding(alarm: Alarm, nowMs: number): boolean {
  const { raisedAtMs, state } = alarm;
  return isRaised(alarm) && state !== 'returned' && raisedAtMs !== null && nowMs - raisedAtMs > STANDING_MS;
}

/** The list before when it holds the same things. */
function sameList<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  const isSame = before?.length === after.length && after.every((one, i) => one === before[i]);
  return isSame ? before : after;
}

function sameText<T>(before: readonly T[] | undefined, after: readonly T[]): readonly T[] {
  return before && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
