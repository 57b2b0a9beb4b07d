import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { SourcesSnapshot } from '../../shared/protocol.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';

/** What the sources page shows. */
export interface SourcesModel extends SourcesSnapshot {
  readonly seq: number;
  readonly atMs: number;
}

/** The sources, the screens and the pipeline: every frame is whole. */
export const useSourcesStore = defineStore('sources', () => {
  const model = shallowRef<SourcesModel | null>(null);
  const room = shallowRef<RoomState>(NEW_ROOM);
  const handlers: RoomHandlers<SourcesSnapshot, SourcesSnapshot> = {
    snapshot: ({ seq, atMs, snapshot }) => {
      model.value = { seq, atMs, ...snapshot };
    },
    frame: ({ seq, atMs, delta }) => {
      model.value = { seq, atMs, ...delta };
      return true;
    },
    phase: (state) => {
      room.value = state;
    },
  };
  return { model, room, handlers };
});
