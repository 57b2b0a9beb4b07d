import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { AlarmsDelta, AlarmsSnapshot, AlarmView } from '../../shared/alarms.ts';
import { DISCONNECTED_AFTER_MS } from '../../shared/protocol.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { alarmsOf, applyAlarmsFrame, countAlarms, newlyLoud, type AlarmsModel } from './alarms-model.ts';
import { useLinkStore } from './link.ts';

/** All alarms, live: one model, swapped once a second. */
export const useAlarmsStore = defineStore('alarms', () => {
  const link = useLinkStore();
  const model = shallowRef<AlarmsModel | null>(null);
  const room = shallowRef<RoomState>(NEW_ROOM);
  /** Those that came with the newest change, to be said aloud. */
  const loud = shallowRef<readonly AlarmView[]>([]);

  const counts = computed(() => model.value && countAlarms(model.value.alarms));
  /** Age of the list, real ms; null: there is none. */
  const ageMs = computed(() =>
    model.value && link.now ? Math.max(0, link.now.serverMs - model.value.atMs) / link.now.speed : null,
  );
  /** The server may live, but the alarms do not come. */
  const isOld = computed(() => link.isOld || ageMs.value === null || ageMs.value > DISCONNECTED_AFTER_MS);
  const refusal = computed(() => (room.value.phase === 'refused' ? room.value.error.message : ''));

  function show(next: AlarmsModel): void {
    const came = newlyLoud(model.value, next);
    if (came.length > 0) loud.value = came;
    model.value = next;
  }

  const handlers: RoomHandlers<AlarmsSnapshot, AlarmsDelta> = {
    snapshot: (joined) => show(alarmsOf(joined)),
    frame: (frame) => {
      if (!model.value) return false;
      show(applyAlarmsFrame(model.value, frame));
      return true;
    },
    phase: (state) => {
      room.value = state;
    },
  };

  return { model, room, loud, counts, ageMs, isOld, refusal, handlers };
});
