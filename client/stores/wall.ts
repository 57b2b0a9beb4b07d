import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  DISCONNECTED_AFTER_MS,
  type SparksAnswer,
  type WallDelta,
  type WallSnapshot,
} from '../../shared/protocol.ts';
import type { Flow } from '../live/outage.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { useLinkStore } from './link.ts';
import { useWallFigures } from './wall-figures.ts';
import { applyWallFrame, wallOf, withSparks, type WallModel } from './wall-model.ts';

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

  /** When the newest frame came, by this screen's clock. */
  const framedAtMs = ref<number | null>(null);
  const flow = computed<Flow>(() => {
    if (!isStalled.value) return 'coming';
    const isComing = framedAtMs.value !== null && link.localMs - framedAtMs.value < DISCONNECTED_AFTER_MS;
    return isComing ? 'late' : 'stalled';
  });

  const handlers: RoomHandlers<WallSnapshot, WallDelta> = {
    snapshot: (joined) => {
      model.value = wallOf(joined);
    },
    frame: (frame) => {
      const next = model.value && applyWallFrame(model.value, frame);
      if (next) model.value = next;
      framedAtMs.value = link.localMs;
      return next !== null;
    },
    phase: (state) => {
      room.value = state;
    },
  };

  /** An answer that is of another frame is dropped: it is asked for again with the next one. */
  function putSparks(ids: readonly string[], answer: SparksAnswer): void {
    const next = model.value && withSparks(model.value, ids, answer);
    if (next) model.value = next;
  }

  return { model, putSparks, room, ...figures, isStalled, flow, handlers };
});
