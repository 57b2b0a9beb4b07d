import { computed, ref, shallowRef, watch } from 'vue';
import { isInside, panRange, rangeAround, SPANS, type Range } from '../stores/timeline-model.ts';

/** The range that the time line shows: it follows the hand, but never moves under a finger. */
export function useTimelineRange(atMs: () => number, nowMs: () => number) {
  const spanMs = ref<number>(SPANS[0].ms);
  const range = shallowRef<Range>(rangeAround(atMs(), spanMs.value, nowMs()));
  const isDragging = ref(false);
  const around = () => (range.value = rangeAround(atMs(), spanMs.value, nowMs()));

  watch([atMs, nowMs], ([at, now], [atBefore, nowBefore]) => {
    if (isDragging.value) return;
    const doesFollowNow = range.value.toMs >= nowBefore && at >= now - spanMs.value;
    // Somebody who has moved the line away from the hand wants to look there; a jump is another matter.
    const hasLeft = isInside(range.value, atBefore) || Math.abs(at - atBefore) > spanMs.value;
    if (doesFollowNow || (!isInside(range.value, at) && hasLeft)) around();
  });

  return {
    spanMs,
    range,
    isDragging,
    isAtEnd: computed(() => range.value.toMs >= nowMs()),
    zoom: (ms: number) => {
      spanMs.value = ms;
      around();
    },
    pan: (lengths: number) => {
      range.value = panRange(range.value, lengths * spanMs.value, nowMs());
    },
  };
}
