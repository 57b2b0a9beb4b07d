import { onScopeDispose, ref, watch, type Ref, type ShallowRef } from 'vue';

/** So much before it comes into view an element counts as seen, so that nobody watches it being drawn. */
const AHEAD = '300px';

/** Whether an element is in the window, or nearly; always, where a browser cannot tell. */
export function useSeen(element: Readonly<ShallowRef<HTMLElement | null>>): Readonly<Ref<boolean>> {
  const isKnown = typeof IntersectionObserver === 'function';
  const isSeen = ref(!isKnown);
  if (!isKnown) return isSeen;
  const observer = new IntersectionObserver(
    (entries) => (isSeen.value = entries.at(-1)?.isIntersecting ?? true),
    { rootMargin: AHEAD },
  );
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before);
      if (now) observer.observe(now);
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => observer.disconnect());
  return isSeen;
}
