import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { parseDeskQuery, printDeskQuery, type DeskQuery } from '../stores/desk-query.ts';

export interface DeskQueryHandle {
  readonly query: ComputedRef<DeskQuery>;
  /** What was not understood; it stays until it is taken away, as the address itself is mended at the next move. */
  readonly faults: Readonly<Ref<readonly string[]>>;
  forget(): void;
  change(part: Partial<DeskQuery>): void;
}

/** What the desk shows lives in its address: reloads, bookmarks and copied links show the same. */
export function useDeskQuery(): DeskQueryHandle {
  const route = useRoute();
  const router = useRouter();
  const parsed = computed(() => parseDeskQuery(route.query));
  const faults = shallowRef<readonly string[]>([]);
  watch(
    () => parsed.value.faults,
    (next) => {
      if (next.length > 0) faults.value = next;
    },
    { immediate: true },
  );
  // Changes of one tick build on one another: the address follows later.
  let next: DeskQuery | null = null;

  function change(part: Partial<DeskQuery>): void {
    next = { ...(next ?? parsed.value.query), ...part };
    const { path } = route;
    const mine = next;
    // Moves through a list are no steps to go back through.
    void router.replace({ path, query: printDeskQuery(next) }).finally(() => {
      if (next === mine) next = null;
    });
  }
  return {
    query: computed(() => parsed.value.query),
    faults,
    forget: () => void (faults.value = []),
    change,
  };
}
