import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { TenantDelta, TenantSnapshot } from '../../shared/protocol.ts';
import { feedFreshness } from '../live/freshness.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { useLinkStore } from './link.ts';
import { applyTenantFrame, tenantOf, type TenantModel } from './tenant-model.ts';
import { tileOf } from './tile.ts';

/** The tenant whose page is open. */
export const useTenantStore = defineStore('tenant', () => {
  const link = useLinkStore();
  const model = shallowRef<TenantModel | null>(null);
  const room = shallowRef<RoomState>(NEW_ROOM);

  const feeds = computed(() => (link.now ? feedFreshness(model.value?.coverage, link.now) : null));
  const tile = computed(() => {
    const { value } = model;
    if (!value || !feeds.value || !link.now) return null;
    return { ...tileOf(value.tenant, value.row, feeds.value, link.now), shortName: value.tenant.name };
  });

  /** Somebody tells now who waits. */
  const isQueueKnown = computed(
    () => tile.value?.readings.some(({ name, quantity }) => name === 'queueDepth' && quantity) === true,
  );

  const handlers: RoomHandlers<TenantSnapshot, TenantDelta> = {
    snapshot: (joined) => {
      model.value = tenantOf(joined);
    },
    frame: (frame) => {
      if (!model.value) return false;
      model.value = applyTenantFrame(model.value, frame);
      return true;
    },
    phase: (state) => {
      room.value = state;
    },
  };

  function clear(): void {
    model.value = null;
    room.value = NEW_ROOM;
  }

  return { model, room, feeds, tile, isQueueKnown, handlers, clear };
});
