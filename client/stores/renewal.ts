import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { objectionTo, renewalStep, SPREAD_MS, type RenewalFacts, type RenewalWish } from '../live/renewal.ts';
import { useLinkStore } from './link.ts';
import { useWallStore } from './wall.ts';

/** Loads the page anew when that is asked for and nothing speaks against it. */
export const useRenewalStore = defineStore('renewal', () => {
  const link = useLinkStore();
  const wall = useWallStore();
  const wish = shallowRef<RenewalWish | null>(null);
  const broken = ref<string | null>(null);
  const touchedAtMs = ref<number | null>(null);
  const calmSinceMs = ref<number | null>(null);
  const spreadMs = Math.random() * SPREAD_MS;

  // Groups come the most urgent first, so that those which are left out of the strip cannot be more urgent.
  const criticals = computed(
    () =>
      wall.model?.alarms?.groups.filter(
        ({ priority, state }) => priority === 'critical' && state === 'unacknowledged',
      ).length ?? 0,
  );
  const facts = computed<RenewalFacts>(() => ({
    wish: wish.value,
    criticals: criticals.value,
    isLive: link.phase === 'live' && wall.model !== null && !wall.isStalled,
    idleMs: touchedAtMs.value === null ? Infinity : link.localMs - touchedAtMs.value,
    calmMs: calmSinceMs.value === null ? 0 : link.localMs - calmSinceMs.value,
    spreadMs,
  }));
  const step = computed(() => renewalStep(facts.value));
  watch(
    () => wish.value !== null && objectionTo(facts.value) === null,
    (isCalm) => (calmSinceMs.value = isCalm ? link.localMs : null),
    { flush: 'sync' },
  );

  return {
    wish,
    step,
    note: computed(() => step.value.note),
    /** What to reload for now; null: nothing. */
    cause: computed(
      () => broken.value ?? (step.value.action === 'reload' ? (wish.value?.cause ?? null) : null),
    ),
    /** The page has failed and cannot be trusted: nothing speaks against a new one. */
    fail: (cause: string) => {
      broken.value = cause;
    },
    /** Wishes that the page be loaded anew, as soon as that is safe; null: not any more. */
    want: (next: RenewalWish | null) => {
      wish.value = next;
    },
    /** Somebody has a hand on this screen. */
    touched: () => {
      touchedAtMs.value = link.localMs;
    },
  };
});
