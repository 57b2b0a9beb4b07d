import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  clockOf,
  hearClock,
  serverNow,
  shownClock,
  type ClockBounds,
  type ClockSync,
} from '../live/clock.ts';
import type { Now } from '../live/freshness.ts';
import type { Reach } from '../live/reach.ts';
import { linkPhase, UNLINKED, type LinkFacts } from '../live/link.ts';

/** A connection that begins with plain requests becomes a WebSocket within this, where one gets through. */
const UPGRADE_MS = 5_000;

/** Moments this close to each other are one, ms of real time: nothing on a screen counts finer. */
const SAME_NOW_MS = 50;

/** The connection and the clocks: what every age on the screen is counted from. */
export const useLinkStore = defineStore('link', () => {
  const facts = shallowRef<LinkFacts>(UNLINKED);
  const bounds = shallowRef<ClockBounds | null>(null);
  const sync = computed<ClockSync | null>(() => bounds.value && clockOf(bounds.value));
  const heard = shallowRef<ClockSync | null>(null);
  const localMs = ref(0);
  const isOnline = ref(true);
  const reach = ref<Reach>('unknown');
  /** Since when there is no WebSocket but plain requests only; null: there is, or no connection at all. */
  const pollingSinceMs = ref<number | null>(null);

  const phase = computed(() => linkPhase(facts.value, localMs.value));
  const isOld = computed(() => phase.value !== 'live');
  const silentMs = computed(() =>
    facts.value.heardAtMs === null ? localMs.value : localMs.value - facts.value.heardAtMs,
  );
  const isSlowWay = computed(
    () => pollingSinceMs.value !== null && localMs.value - pollingSinceMs.value > UPGRADE_MS,
  );
  const now = computed<Now | null>((known) => {
    if (!sync.value) return null;
    const { speed } = sync.value;
    const serverMs = serverNow(sync.value, localMs.value);
    // The frame of a second room says the same once more: nothing that hangs on it is made again.
    const isKnown = known?.speed === speed && Math.abs(serverMs - known.serverMs) < SAME_NOW_MS * speed;
    return isKnown ? known : { serverMs, speed };
  });
  const shownMs = computed(() =>
    sync.value && heard.value ? shownClock(sync.value, heard.value, localMs.value) : null,
  );

  return {
    facts,
    localMs,
    phase,
    isOld,
    isOnline,
    reach,
    isSlowWay,
    silentMs,
    now,
    shownMs,
    setFacts: (next: LinkFacts) => {
      facts.value = next;
    },
    setOnline: (next: boolean) => void (isOnline.value = next),
    setPolling: (isPolling: boolean) => {
      if (!isPolling) pollingSinceMs.value = null;
      else pollingSinceMs.value ??= localMs.value;
    },
    setReach: (next: Reach) => {
      reach.value = next;
    },
    hear: (reading: ClockSync, isAnchor: boolean, onWayMs: number | null = null): boolean => {
      const { bounds: next, isOther } = hearClock(isAnchor ? null : bounds.value, reading, onWayMs);
      [bounds.value, heard.value] = [next, reading];
      return isOther;
    },
    tick: (atLocalMs: number) => {
      localMs.value = atLocalMs;
    },
  };
});
