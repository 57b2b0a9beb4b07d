import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { AlarmStrip } from '../../shared/alarms.ts';
import { NO_PINS, pinByHand, pinOf, release, stepPin, touchPin, type PinState } from './pin-model.ts';

/** What this wall has pinned. */
export const usePinStore = defineStore('pin', () => {
  const state = shallowRef<PinState>(NO_PINS);
  const strip = shallowRef<AlarmStrip | null>(null);
  const pin = computed(() => pinOf(state.value, strip.value));

  return {
    state,
    pin,
    note: computed(() => state.value.note),
    /** Takes up what an earlier page had pinned. */
    open: (kept: PinState) => (state.value = kept),
    step: (told: AlarmStrip | null, nowMs: number) => {
      strip.value = told;
      state.value = stepPin(state.value, told, nowMs);
    },
    pinGroup: (id: string, nowMs: number) => {
      const group = strip.value?.groups.find((one) => one.id === id);
      if (group) state.value = pinByHand(state.value, { kind: 'group', id, group }, nowMs);
    },
    pinTenant: (id: string, nowMs: number) =>
      (state.value = pinByHand(state.value, { kind: 'tenant', id }, nowMs)),
    release: () => (state.value = release(state.value)),
    touch: (nowMs: number) => (state.value = touchPin(state.value, nowMs)),
  };
});
