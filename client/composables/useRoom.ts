import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { Delta, RoomName, Snapshot } from '../../shared/protocol.ts';
import type { RoomHandlers } from '../live/rooms.ts';
import { useLive } from './live.ts';

/** Is in a room as long as the scope lives; another name leaves the one and joins the other. */
export function useRoom<S extends Snapshot, D extends Delta>(
  room: MaybeRefOrGetter<RoomName>,
  handlers: RoomHandlers<S, D>,
): void {
  const live = useLive();
  let leave: (() => void) | undefined;
  watch(
    () => toValue(room),
    (name) => {
      leave?.();
      leave = live.open(name, handlers);
    },
    { immediate: true },
  );
  onScopeDispose(() => leave?.());
}
