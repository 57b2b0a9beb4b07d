import { computed, watch } from 'vue';
import { sparksMissing } from '../stores/wall-model.ts';
import { useWallStore } from '../stores/wall.ts';
import { useLive } from './live.ts';

const NONE: readonly string[] = [];

/** Sees to it that the sparklines of these tenants are known: the snapshot of a large wall comes without. */
export function useSparks(ids: () => readonly string[]): void {
  const live = useLive();
  const wall = useWallStore();
  const wanted = computed(ids);
  const missing = computed(() => (wall.model ? sparksMissing(wall.model, wanted.value) : NONE));
  let isAsking = false;

  async function ask(): Promise<void> {
    const asked = missing.value;
    if (isAsking || asked.length === 0) return;
    isAsking = true;
    const result = await live.sparks(asked);
    isAsking = false;
    if (result.ok) wall.putSparks(asked, result.data);
  }
  // With each frame, as long as some are missing.
  watch([missing, () => wall.model?.seq], () => void ask(), { immediate: true });
}
