import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { serverNow, shownClock, syncClock, type ClockSync } from '../live/clock.ts';
import type { Now } from '../live/freshness.ts';
import { linkPhase, UNLINKED, type LinkFacts } from '../live/link.ts';

/** The connection and the clocks: what every age on the screen is counted from. */
export const useLinkStore = defineStore('link', () => {
  const facts = shallowRef<LinkFacts>(UNLINKED);
  const sync = shallowRef<ClockSync | null>(null);
  const heard = shallowRef<ClockSync | null>(null);
  const localMs = ref(0);
  const isOnline = ref(true);

  const phase = computed(() => linkPhase(facts.value, localMs.value));
  const isOld = computed(() => phase.value !== 'live');
  const silentMs = computed(() =>
    facts.value.heardAtMs === null ? localMs.value : localMs.value - facts.value.heardAtMs,
  );
  const now = computed<Now | null>(() =>
    sync.value ? { serverMs: serverNow(sync.value, localMs.value), speed: sync.value.speed } : null,
  );
  const shownMs = computed(() =>
    sync.value && heard.value ? shownClock(sync.value, heard.value, localMs.value) : null,
  );

  return {
    facts,
    phase,
    isOld,
    isOnline,
    silentMs,
    now,
    shownMs,
    setFacts: (next: LinkFacts) => {
      facts.value = next;
    },
    setOnline: (next: boolean) => {
      isOnline.value = next;
    },
    hear: (reading: ClockSync, isAnchor: boolean) => {
      sync.value = syncClock(isAnchor ? null : sync.value, reading);
      heard.value = reading;
    },
    tick: (atLocalMs: number) => {
      localMs.value = atLocalMs;
    },
  };
});
