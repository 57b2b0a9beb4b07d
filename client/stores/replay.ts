import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { WallAt } from '../../shared/history.ts';
import { fetchWallAt } from '../api.ts';
import { createLocalClock } from '../live/clock.ts';
import type { Now } from '../live/freshness.ts';
import { useLinkStore } from './link.ts';
import { returnInMs } from './replay-model.ts';
import { createPlayer, handOf, PLAYER_OFF, type PlayerState } from './replay-player.ts';
import type { ReplayAddress } from './replay-url.ts';
import { useWallFigures } from './wall-figures.ts';
import type { WallModel } from './wall-model.ts';

/** A past wall in the form of a live one. */
export function wallOfPast(answer: WallAt): WallModel {
  const { tenants, rows, sparks, platform, coverage, demo, atMs } = answer;
  return { seq: 0, atMs, tenants, rows, sparks, platform, coverage, demo, alarms: null };
}

/** The wall at a past moment, and the clock that plays it. Off: the wall is live. */
export const useReplayStore = defineStore('replay', () => {
  const link = useLinkStore();
  const localMs = createLocalClock();
  const state = shallowRef<PlayerState>(PLAYER_OFF);
  const isStaying = ref(false);
  const touchedAtMs = ref(0);
  const tickedAtMs = ref(0);

  const liveNowMs = () => link.now?.serverMs ?? Date.now();
  const player = createPlayer({
    fetchAt: fetchWallAt,
    localMs,
    nowMs: liveNowMs,
    onState: (next) => (state.value = next),
  });

  const clock = computed(() => state.value.clock);
  const shown = computed(() => state.value.shown);
  const model = computed(() => (shown.value ? wallOfPast(shown.value) : null));
  // Ages are told as they were then: against the shown moment, in the real seconds of that time.
  const now = computed<Now | null>(() =>
    shown.value ? { serverMs: shown.value.atMs, speed: shown.value.demo?.speed ?? 1 } : null,
  );

  function touch(): void {
    touchedAtMs.value = localMs();
    tickedAtMs.value = touchedAtMs.value;
  }

  return {
    isOn: computed(() => clock.value !== null),
    clock,
    shown,
    model,
    ...useWallFigures(model, now),
    error: computed(() => state.value.error),
    isWaiting: computed(() => state.value.isWaiting),
    /** What is shown is still of before the jump. */
    isJumping: computed(() => clock.value !== null && state.value.ask.shownMs === null),
    handMs: computed(() => handOf(state.value)),
    isStaying,
    /** Until it goes back to live by itself, ms. Null: it stays. */
    returnIn: computed(() => returnInMs(touchedAtMs.value, isStaying.value, tickedAtMs.value)),
    liveNowMs,
    touch,
    /** Shows the moment of an address; null goes back to live. */
    open: (address: ReplayAddress | null) => {
      if (address) {
        touch();
        isStaying.value = address.isStaying;
      }
      player.open(address);
    },
    setPace: player.setPace,
    setStaying: (next: boolean) => (isStaying.value = next),
    tick: () => {
      // Counted down by the second: nothing is to be drawn ten times as often.
      const local = localMs();
      if (local - tickedAtMs.value >= 1_000) tickedAtMs.value = local;
      player.tick();
    },
  };
});
