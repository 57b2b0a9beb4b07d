import { computed } from 'vue';
import { clusterFreshness } from '../live/freshness.ts';
import { clustersOf, deskRowsOf, narrow, type DeskFilter } from '../stores/desk-rows.ts';
import { useLinkStore } from '../stores/link.ts';
import { useWallStore } from '../stores/wall.ts';
import { levelCounts } from '../stores/worst.ts';

/** The rows of the live wall as the desk has them, all and those that are asked for. */
export function useDeskRows(filter: () => DeskFilter) {
  const wall = useWallStore();
  const link = useLinkStore();
  const rows = computed(() => {
    const { model, tiles } = wall;
    return model && link.now ? deskRowsOf(model, tiles, clusterFreshness(model.coverage, link.now)) : [];
  });
  const shown = computed(() => narrow(rows.value, filter()));
  const levels = computed(() => levelCounts(rows.value.map(({ tile }) => tile)));
  const clusters = computed(() => clustersOf(rows.value));
  /** Trouble that a filter hides must be said. */
  const urgentLeft = computed(() => {
    const seen = levelCounts(shown.value.map(({ tile }) => tile));
    return levels.value.critical + levels.value.high - seen.critical - seen.high;
  });
  return { rows, shown, levels, clusters, urgentLeft };
}
