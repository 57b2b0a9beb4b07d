import { inject, onScopeDispose, watch, type InjectionKey } from 'vue';
import { useLinkStore } from '../stores/link.ts';

/** Runs after each frame that has been painted. */
export const PAINT_BEAT: InjectionKey<() => void> = Symbol('paint-beat');

/**
 * Tells after each tick of the page's clock that it is on the screen. The whole way is walked: timer, store, Vue, frame, paint;
 * whatever of it stops, the beat stops.
 */
export function usePaintBeat(): void {
  const beat = inject(PAINT_BEAT, () => undefined);
  const link = useLinkStore();
  let handle = 0;
  watch(
    () => link.localMs,
    () => {
      // The first callback runs before the paint, the second one after it.
      if (handle !== 0) return;
      handle = requestAnimationFrame(() => {
        handle = requestAnimationFrame(() => {
          handle = 0;
          beat();
        });
      });
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => cancelAnimationFrame(handle));
}
