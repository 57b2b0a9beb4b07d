import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { RoomName } from '../../shared/protocol.ts';
import { useLive } from './live.ts';

/** Tells the server the newest frame that is on the screen: after the frame in which the browser painted it, not on arrival. */
export function usePainted(room: MaybeRefOrGetter<RoomName>, seq: MaybeRefOrGetter<number | null>): void {
  const live = useLive();
  let handle = 0;

  function afterPaint(): void {
    handle = 0;
    const painted = toValue(seq);
    if (painted !== null) live.painted(toValue(room), painted);
  }

  watch(
    () => toValue(seq),
    () => {
      // The first callback runs before the paint, the second one after it.
      if (handle === 0) handle = requestAnimationFrame(() => (handle = requestAnimationFrame(afterPaint)));
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => cancelAnimationFrame(handle));
}
