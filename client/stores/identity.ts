import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Display, ScreenIdentity } from '../../shared/screens.ts';

/** Who this screen is, as the server says. */
export const useIdentityStore = defineStore('identity', () => {
  const identity = shallowRef<ScreenIdentity | null>(null);
  /** Null: not a paired screen, or nothing is known yet. */
  const display = computed<Display | null>(() =>
    identity.value?.kind === 'display' ? identity.value.display : null,
  );
  return {
    identity,
    display,
    set: (next: ScreenIdentity) => {
      identity.value = next;
    },
  };
});
