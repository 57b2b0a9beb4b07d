import { computed, type ComputedRef, type Ref } from 'vue';
import { clusterFreshness, platformFreshness, type FeedFreshness, type Now } from '../live/freshness.ts';
import { platformReadings } from './platform.ts';
import { placesOf, tilesOf, UNATTRIBUTED, type Tile } from './tile.ts';
import type { WallModel } from './wall-model.ts';

const NO_CLUSTERS: ReadonlyMap<string, FeedFreshness> = new Map();

/** What a wall shows of a model at a time, live or replayed alike. */
export function useWallFigures(model: Readonly<Ref<WallModel | null>>, now: ComputedRef<Now | null>) {
  // These keep their identity from frame to frame, so that what hangs on them is not done again every second.
  const tenants = computed(() => model.value?.tenants ?? []);
  const sparks = computed(() => model.value?.sparks ?? []);
  const demo = computed(() => model.value?.demo ?? null);
  const places = computed(() => placesOf(tenants.value));
  const sparksInPlace = computed(() => places.value.map(({ index }) => sparks.value[index] ?? []));

  const clusters = computed(() =>
    model.value && now.value ? clusterFreshness(model.value.coverage, now.value) : NO_CLUSTERS,
  );
  const tiles = computed<readonly Tile[]>(() =>
    model.value && now.value ? tilesOf(places.value, model.value.rows, clusters.value, now.value) : [],
  );
  const platform = computed(() =>
    model.value ? platformReadings(model.value.platform, platformFreshness(clusters.value)) : [],
  );
  const hasNoTenants = computed(() => tenants.value.every((entry) => entry.id === UNATTRIBUTED));
  return { sparksInPlace, tiles, platform, demo, hasNoTenants };
}
