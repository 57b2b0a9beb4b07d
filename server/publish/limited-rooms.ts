import type { DemoState, RoomName, TenantEntry } from '../../shared/protocol.ts';
import type { AlarmsSnapshot } from '../../shared/alarms.ts';
import type { Principal } from '../base/permissions.ts';
import type { Live } from '../detect/live-state.ts';
import type { Audience } from './audience.ts';
import type { RoomsPort } from './port.ts';
import { createLimitedAlarms } from './views/limited-alarms.ts';
import { type IsForeign, pageFor } from './views/limited-tenant.ts';
import { limitedDemo, limitedWall, wholeClusters } from './views/limited-wall.ts';
import { tenantDelta, tenantSnapshot } from './views/tenant.ts';
import { wallDelta, wallSnapshot } from './views/wall.ts';

export interface LimitedRoomsDeps {
  readonly live: () => Live;
  readonly alarms: () => AlarmsSnapshot;
  readonly demo: () => DemoState | null;
  /** Whether this tick has changed it. */
  readonly hasDemoChanged: () => boolean;
  /** Number of the last tick. */
  readonly ticks: () => number;
  /** Which tenant a domain belongs to; undefined: none. */
  readonly ownerOf: (domain: string) => string | undefined;
}

/** The rooms as one audience may see them, by the same laws as those of everybody (see `LivePort`). */
export function createLimitedRooms(audience: Audience, deps: LimitedRoomsDeps): RoomsPort {
  const { live, demo, hasDemoChanged } = deps;
  const tenants = new Set(audience.tenants === 'all' ? [] : audience.tenants);
  const isForeign: IsForeign = (domain) => {
    const owner = deps.ownerOf(domain);
    return owner !== undefined && !tenants.has(owner);
  };
  const alarms = createLimitedAlarms(readerOf(audience), {
    ...{ snapshot: deps.alarms, ticks: deps.ticks },
    clusters: () => wholeClusters(live().entries, tenants),
  });
  const page = <P extends Parameters<typeof pageFor>[0]>(made: P) => pageFor(made, audience, isForeign);

  return {
    snapshot(room) {
      if (room === 'wall')
        return wallSnapshot(limitedWall(live(), tenants), limitedDemo(demo()), alarms.strip());
      if (room === 'alarms') return alarms.snapshot();
      const snapshot = isOwn(room) ? tenantSnapshot(live(), idOf(room), demo()) : undefined;
      return snapshot && page(snapshot);
    },
    delta(room) {
      if (room === 'wall') {
        const changed = hasDemoChanged() ? limitedDemo(demo()) : undefined;
        return wallDelta(limitedWall(live(), tenants), changed, alarms.stripDelta());
      }
      if (room === 'alarms') return alarms.delta();
      return page(tenantDelta(live(), idOf(room)));
    },
  };

  function isOwn(room: RoomName): boolean {
    return room.startsWith('tenant:') && (audience.tenants === 'all' || tenants.has(idOf(room)));
  }
}

function readerOf({ tenants }: Audience): Principal {
  return { id: 'audience', permissions: ['alarms:view'], tenants };
}

function idOf(room: RoomName): TenantEntry['id'] {
  return room.slice('tenant:'.length);
}
