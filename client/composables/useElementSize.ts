import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';

/** Inner size of an element in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Follows the size of an element. */
export function useElementSize(
  element: Readonly<ShallowRef<HTMLElement | null>>,
): Readonly<ShallowRef<Size>> {
  const size = shallowRef<Size>({ width: 0, height: 0 });
  const observer = new ResizeObserver(([entry]) => {
    if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
  });
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before);
      if (now) observer.observe(now);
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => observer.disconnect());
  return size;
}
