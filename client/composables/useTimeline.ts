import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import type { SeriesAnswer } from '../../shared/history.ts';
import { fetchPlatformSeries, fetchStorage } from '../api.ts';
import type { Range } from '../stores/timeline-model.ts';
import { usePolled } from './usePolled.ts';

const STORAGE_EVERY_MS = 60_000;
/** A finger that still moves asks for nothing. */
const SETTLE_MS = 250;
const POINTS = 240;
const METRIC = 'queueDepth';

/** What is kept of the past, and the platform's queue over a range of it. */
export function useTimeline(range: Readonly<Ref<Range>>) {
  const storage = usePolled(fetchStorage, STORAGE_EVERY_MS);
  const series = shallowRef<SeriesAnswer | null>(null);
  let abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    abort.abort();
    const own = (abort = new AbortController());
    const { fromMs, toMs } = range.value;
    const asked = { metrics: [METRIC], fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs), points: POINTS };
    const result = await fetchPlatformSeries(asked, own.signal);
    if (own.signal.aborted) return;
    // Without it the bar still works; it only shows no line.
    series.value = result.ok ? result.data : null;
  }

  watch(
    // The end that follows now would ask anew every second.
    () => `${Math.round(range.value.fromMs / 60_000)} ${Math.round(range.value.toMs / 60_000)}`,
    () => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), SETTLE_MS);
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    abort.abort();
  });

  return {
    parts: computed(() => storage.data.value?.parts ?? []),
    storage: storage.data,
    storageFault: storage.fault,
    series,
    values: computed(() => series.value?.metrics[METRIC] ?? []),
  };
}
