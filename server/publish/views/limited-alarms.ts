import type { AlarmsDelta, AlarmsSnapshot, AlarmStrip } from '../../../shared/alarms.ts';
import type { Principal } from '../../base/permissions.ts';
import { alarmsDelta, stripOf } from '../../detect/alarms/strip.ts';
import { visibleAlarms } from './alarms.ts';

export interface LimitedAlarmsDeps {
  /** As of the last tick. */
  readonly snapshot: () => AlarmsSnapshot;
  /** Number of the last tick. */
  readonly ticks: () => number;
  /** Clusters that are wholly theirs. */
  readonly clusters: () => ReadonlySet<string>;
}

/** The alarms that some tenants may see, from tick to tick: a delta needs what was visible before. */
export interface LimitedAlarms {
  snapshot(): AlarmsSnapshot;
  strip(): AlarmStrip;
  delta(): AlarmsDelta;
  /** Undefined: as it was in the tick before. */
  stripDelta(): AlarmStrip | undefined;
}

interface Look {
  readonly tick: number;
  readonly snapshot: AlarmsSnapshot;
  readonly strip: AlarmStrip;
}

export function createLimitedAlarms(principal: Principal, deps: LimitedAlarmsDeps): LimitedAlarms {
  let before: Look | undefined;
  let now: Look | undefined;

  return {
    snapshot: () => look().snapshot,
    strip: () => look().strip,
    delta() {
      const { snapshot } = look();
      // Without a tick before there is nothing to tell the difference from: the gap makes screens ask anew.
      if (!before) throw new Error('these alarms were not looked at in the tick before');
      return alarmsDelta(before.snapshot, snapshot);
    },
    stripDelta() {
      const { strip } = look();
      return before && JSON.stringify(before.strip) === JSON.stringify(strip) ? undefined : strip;
    },
  };

  /** Once a tick. */
  function look(): Look {
    const tick = deps.ticks();
    if (now?.tick === tick) return now;
    before = now?.tick === tick - 1 ? now : undefined;
    const snapshot = visibleAlarms(deps.snapshot(), principal, deps.clusters());
    now = { tick, snapshot, strip: stripOf(snapshot) };
    return now;
  }
}
