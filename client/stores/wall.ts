import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { DISCONNECTED_AFTER_MS, type WallDelta, type WallSnapshot } from '../../shared/protocol.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { useLinkStore } from './link.ts';
import { useWallFigures } from './wall-figures.ts';
import { applyWallFrame, wallOf, type WallModel } from './wall-model.ts';

/** The live wall: one model, swapped once a second. */
export const useWallStore = defineStore('wall', () => {
  const link = useLinkStore();
  const model = shallowRef<WallModel | null>(null);
  const room = shallowRef<RoomState>(NEW_ROOM);
  const figures = useWallFigures(
    model,
    computed(() => link.now),
  );
  /** The server lives, but the numbers do not come. */
  const isStalled = computed(() => {
    if (!model.value || !link.now) return false;
    return (link.now.serverMs - model.value.atMs) / link.now.speed > DISCONNECTED_AFTER_MS;
  });

  const handlers: RoomHandlers<WallSnapshot, WallDelta> = {
    snapshot: (joined) => {
      model.value = wallOf(joined);
    },
    frame: (frame) => {
      const next = model.value && applyWallFrame(model.value, frame);
      if (next) model.value = next;
      return next !== null;
    },
    phase: (state) => {
      room.value = state;
    },
  };

  return { model, room, ...figures, isStalled, handlers };
});
