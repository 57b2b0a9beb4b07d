import { computed, type ComputedRef } from 'vue';
import { clusterFreshness, isBlind, platformFreshness } from '../live/freshness.ts';
import { outageOf, type Outage } from '../live/outage.ts';
import { useLinkStore } from '../stores/link.ts';
import { useWallStore } from '../stores/wall.ts';

/** What the whole screen has to say about itself; null: it is live. */
export function useOutage(): ComputedRef<Outage | null> {
  const link = useLinkStore();
  const wall = useWallStore();
  const areSourcesSilent = computed(() => {
    if (!wall.model || !link.now) return false;
    return isBlind(platformFreshness(clusterFreshness(wall.model.coverage, link.now)));
  });
  return computed(() =>
    outageOf({
      phase: link.phase,
      isOnline: link.isOnline,
      reach: link.reach,
      flow: wall.flow,
      isBlind: areSourcesSilent.value,
      heardAtDateMs: link.facts.heardAtDateMs,
    }),
  );
}
