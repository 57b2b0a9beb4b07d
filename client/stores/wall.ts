import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { DISCONNECTED_AFTER_MS, type WallDelta, type WallSnapshot } from '../../shared/protocol.ts';
import { clusterFreshness, platformFreshness, type FeedFreshness } from '../live/freshness.ts';
import { NEW_ROOM, type RoomState } from '../live/room.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { useLinkStore } from './link.ts';
import { platformReadings } from './platform.ts';
import { placesOf, tilesOf, UNATTRIBUTED, type Tile } from './tile.ts';
import { applyWallFrame, wallOf, type WallModel } from './wall-model.ts';

const NO_CLUSTERS: ReadonlyMap<string, FeedFreshness> = new Map();

/** The wall: one model, swapped once a second. */
export const useWallStore = defineStore('wall', () => {
  const link = useLinkStore();
  const model = shallowRef<WallModel | null>(null);
  const room = shallowRef<RoomState>(NEW_ROOM);

  // These keep their identity from frame to frame, so that what hangs on them is not done again every second.
  const tenants = computed(() => model.value?.tenants ?? []);
  const sparks = computed(() => model.value?.sparks ?? []);
  const demo = computed(() => model.value?.demo ?? null);
  const places = computed(() => placesOf(tenants.value));
  const sparksInPlace = computed(() => places.value.map(({ index }) => sparks.value[index] ?? []));

  const clusters = computed(() =>
    model.value && link.now ? clusterFreshness(model.value.coverage, link.now) : NO_CLUSTERS,
  );
  const tiles = computed<readonly Tile[]>(() =>
    model.value && link.now ? tilesOf(places.value, model.value.rows, clusters.value, link.now) : [],
  );
  const platform = computed(() =>
    model.value ? platformReadings(model.value.platform, platformFreshness(clusters.value)) : [],
  );
  /** The server lives, but the numbers do not come. */
  const isStalled = computed(() => {
    if (!model.value || !link.now) return false;
    return (link.now.serverMs - model.value.atMs) / link.now.speed > DISCONNECTED_AFTER_MS;
  });
  const hasNoTenants = computed(() => tenants.value.every((entry) => entry.id === UNATTRIBUTED));

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

  return { model, room, sparksInPlace, tiles, platform, demo, isStalled, hasNoTenants, handlers };
});
