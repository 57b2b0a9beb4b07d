import { inject, type InjectionKey } from 'vue';
import type { LiveClient } from '../live/client.ts';

export const LIVE: InjectionKey<LiveClient> = Symbol('live');

/** The one connection of this screen. */
export function useLive(): LiveClient {
  const live = inject(LIVE);
  if (!live) throw new Error('No live client was provided.');
  return live;
}
