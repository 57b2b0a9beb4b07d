import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { AlarmStrip } from '../../shared/alarms.ts';
import type { WallAt } from '../../shared/history.ts';
import { fetchWallAt } from '../api.ts';
import { createLocalClock } from '../live/clock.ts';
import type { Now } from '../live/freshness.ts';
import { useLinkStore } from './link.ts';
import { returnInMs } from './replay-model.ts';
import { createPlayer, handOf, PLAYER_OFF, type PlayerState } from './replay-player.ts';
import type { ReplayAddress } from './replay-url.ts';
import { isLoud } from './pin-model.ts';
import { useWallFigures } from './wall-figures.ts';
import type { WallModel } from './wall-model.ts';
import { useWallStore } from './wall.ts';

/** A hand that was here so lately may be in the middle of something. */
const CALLED_BACK_MS = 10_000;

/** A past wall in the form of a live one. */
export function wallOfPast(answer: WallAt): WallModel {
  const { tenants, rows, sparks, platform, coverage, demo, atMs } = answer;
  return { seq: 0, atMs, tenants, rows, sparks, platform, coverage, demo, alarms: null };
}

/** Critical alarms that have come since a hand was here: the wall must not turn away from one that nobody knows of. */
function createCaller(strip: () => AlarmStrip | null) {
  /** Null: nothing was known of alarms yet. */
  let known: ReadonlySet<string> | null = null;
  const loud = () =>
    strip()
      ?.groups.filter(isLoud)
      .map(({ id }) => id) ?? null;
  const look = () => {
    const now = loud();
    known = now && new Set(now);
  };
  return {
    look,
    calls: () => {
      if (!known) look();
      return loud()?.some((id) => !known?.has(id)) === true;
    },
  };
}

/** The wall at a past moment, and the clock that plays it. Off: the wall is live. */
export const useReplayStore = defineStore('replay', () => {
  const link = useLinkStore();
  const wall = useWallStore();
  const localMs = createLocalClock();
  const caller = createCaller(() => wall.model?.alarms ?? null);
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
    caller.look();
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
    isCalledBack: () => caller.calls() && localMs() - touchedAtMs.value >= CALLED_BACK_MS,
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
