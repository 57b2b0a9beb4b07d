import { onScopeDispose, watch, type ShallowRef } from 'vue';

/**
 * Draws a canvas anew when what was on it may be gone: its context was lost and is back (the graphics process has crashed, or the
 * driver was reset), or the page was put away and is shown again.
 */
export function useRedraw(canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>, draw: () => void): void {
  const onShown = () => {
    if (document.visibilityState === 'visible') draw();
  };
  watch(
    canvas,
    (element, _, onCleanup) => {
      element?.addEventListener('contextrestored', draw);
      onCleanup(() => element?.removeEventListener('contextrestored', draw));
    },
    { immediate: true, flush: 'post' },
  );
  document.addEventListener('visibilitychange', onShown);
  addEventListener('pageshow', onShown);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onShown);
    removeEventListener('pageshow', onShown);
  });
}
