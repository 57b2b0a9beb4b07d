import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { parsePageQuery, printPageQuery, type PageQuery } from '../stores/page-query.ts';

export interface PageQueryHandle {
  readonly query: ComputedRef<PageQuery>;
  readonly faults: ComputedRef<readonly string[]>;
  /** `step`: the browser's back button comes back here. `glide`: one of many small moves, which are one step together. */
  change(part: Partial<PageQuery>, how?: 'step' | 'glide'): void;
  /** Where the page was before, if it was on this page; false when it was not. */
  back(): boolean;
  /** The whole address of this page with these words. */
  addressOf(query: PageQuery): string;
}

/** Moves closer together than this belong together, ms. */
const GLIDE_MS = 1_000;

/** What the page shows lives in its address: back, forward and copied links work by themselves. */
export function usePageQuery(): PageQueryHandle {
  const route = useRoute();
  const router = useRouter();
  const parsed = computed(() => parsePageQuery(route.query));
  let glidedAtMs = -Infinity;

  function change(part: Partial<PageQuery>, how: 'step' | 'glide' = 'step'): void {
    const query = printPageQuery({ ...parsed.value.query, ...part });
    const nowMs = performance.now();
    const isOneMove = how === 'glide' && nowMs - glidedAtMs < GLIDE_MS;
    glidedAtMs = how === 'glide' ? nowMs : -Infinity;
    const { path } = route;
    void (isOneMove ? router.replace({ path, query }) : router.push({ path, query }));
  }

  function back(): boolean {
    const before = router.options.history.state['back'];
    if (typeof before !== 'string' || before.split('?')[0] !== route.path) return false;
    router.back();
    return true;
  }

  return {
    query: computed(() => parsed.value.query),
    faults: computed(() => parsed.value.faults),
    change,
    back,
    addressOf: (query) =>
      new URL(router.resolve({ path: route.path, query: printPageQuery(query) }).href, location.href).href,
  };
}
