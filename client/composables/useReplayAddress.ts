import { onScopeDispose, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { nextSpeed, type ReplaySpeed } from '../stores/replay-model.ts';
import { isSameReplay, queryOfReplay, replayOf, type ReplayAddress } from '../stores/replay-url.ts';
import { useReplayStore } from '../stores/replay.ts';

/** How often the clock is looked at: often enough that no step of it is late to the eye. */
const TICK_MS = 100;
/** While playing, the address follows this often. */
const WRITE_EVERY_MS = 5_000;

type Pace = { readonly speed?: ReplaySpeed; readonly isPlaying?: boolean };
type Replay = ReturnType<typeof useReplayStore>;

/** Where the replay is, as an address. */
function addressOf({ clock, handMs, isStaying }: Replay): ReplayAddress | null {
  if (!clock || handMs === null) return null;
  return { atMs: handMs, speed: clock.isPlaying ? clock.speed : null, isStaying };
}

/** Keeps address and replay in step: the address decides, what is done here is written into it. */
function useAddress(replay: Replay) {
  const route = useRoute();
  const router = useRouter();
  /** What of the address is already so. */
  let known: ReplayAddress | null = null;
  let writtenAtMs = 0;

  watch(
    () => replayOf(route.query),
    (address) => {
      if (isSameReplay(address, known) && replay.isOn === (address !== null)) return;
      known = address;
      replay.open(address);
    },
    { immediate: true },
  );

  return {
    push: (address: ReplayAddress | null) =>
      void router.push({ path: route.path, query: queryOfReplay(address) }),
    /** Writes what is so, without a new entry in the history of the browser. */
    write: () => {
      known = addressOf(replay);
      writtenAtMs = performance.now();
      void router.replace({ path: route.path, query: queryOfReplay(known) });
    },
    show: (address: ReplayAddress | null) => {
      known = address;
      replay.open(address);
    },
    isBehind: () => replay.clock?.isPlaying === true && performance.now() - writtenAtMs > WRITE_EVERY_MS,
  };
}

/** What hands can do with time; runs the replay as long as the scope lives. */
export function useReplayAddress() {
  const replay = useReplayStore();
  const address = useAddress(replay);

  function leave(): void {
    address.show(null);
    address.push(null);
  }
  function go(atMs: number): void {
    const speed = replay.clock?.isPlaying ? replay.clock.speed : null;
    const isStaying = replay.isOn && replay.isStaying;
    address.push({ atMs: Math.min(atMs, replay.liveNowMs()), speed, isStaying });
  }
  function pace(change: Pace): void {
    if (!replay.isOn) return;
    replay.setPace(change);
    address.write();
  }

  const timer = setInterval(() => {
    if (!replay.isOn) return;
    replay.tick();
    if (replay.returnIn === 0 || replay.isCalledBack()) leave();
    else if (address.isBehind()) address.write();
  }, TICK_MS);
  onScopeDispose(() => {
    clearInterval(timer);
    replay.open(null);
  });

  return {
    go,
    leave,
    pace,
    step: (byMs: number) => go((replay.handMs ?? replay.liveNowMs()) + byMs),
    /** Follows a finger on the bar; the address is written when it is lifted. */
    drag: (atMs: number) => address.show({ atMs, speed: null, isStaying: replay.isOn && replay.isStaying }),
    faster: (by: 1 | -1) => {
      if (replay.clock) pace({ speed: nextSpeed(replay.clock.speed, by) });
    },
    stay: (isStaying: boolean) => {
      replay.setStaying(isStaying);
      address.write();
    },
  };
}

export type ReplayControls = ReturnType<typeof useReplayAddress>;
