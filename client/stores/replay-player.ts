import type { WallAt } from '../../shared/history.ts';
import type { ApiResult } from '../api.ts';
import {
  advance,
  afterJump,
  clockAt,
  isWanted,
  nextAsk,
  NOTHING_ASKED,
  seek,
  stepMs,
  type AskState,
  type ReplayClock,
  type ReplaySpeed,
} from './replay-model.ts';

export interface PlayerState {
  /** Null: it is off. */
  readonly clock: ReplayClock | null;
  readonly ask: AskState;
  readonly shown: WallAt | null;
  /** Why the last question was not answered. */
  readonly error: string;
  /** The clock has been held back for a while because the next moment has not come. */
  readonly isWaiting: boolean;
}

export const PLAYER_OFF: PlayerState = {
  clock: null,
  ask: NOTHING_ASKED,
  shown: null,
  error: '',
  isWaiting: false,
};

/** A moment that comes this late is nothing to talk of. */
const PATIENCE_MS = 1_000;

interface PlayerDeps {
  readonly fetchAt: (atMs: number, signal: AbortSignal) => Promise<ApiResult<WallAt>>;
  /** This screen's clock. */
  readonly localMs: () => number;
  /** The server's clock: nothing later can be shown. */
  readonly nowMs: () => number;
  readonly onState: (state: PlayerState) => void;
}

/** Where to begin; without a speed it stands still. */
export interface PlayFrom {
  readonly atMs: number;
  readonly speed: ReplaySpeed | null;
}

export interface Player {
  open(from: PlayFrom | null): void;
  /** Goes on with another speed, or stops. */
  setPace(change: { readonly speed?: ReplaySpeed; readonly isPlaying?: boolean }): void;
  /** Runs the clock, shows what is due and asks for what comes next; to be called a few times a second. */
  tick(): void;
}

/** Where the hand stands: at the moment that is shown, or after a jump at the one that is wanted. */
export function handOf({ ask, clock }: PlayerState): number | null {
  return ask.shownMs ?? clock?.atMs ?? null;
}

/** What is shown, what is on its way, and what waits for its moment. */
function createMoments({ fetchAt, localMs, onState }: PlayerDeps) {
  let state = PLAYER_OFF;
  let ready: WallAt | null = null;
  let abort = new AbortController();

  function set(change: Partial<PlayerState>): void {
    state = { ...state, ...change };
    onState(state);
  }
  const setAsk = (change: Partial<AskState>) => set({ ask: { ...state.ask, ...change } });

  function showIfDue(): void {
    const { readyMs, shownMs } = state.ask;
    if (!state.clock || !ready || readyMs === null) return;
    if (shownMs !== null && clockAt(state.clock, localMs()) < readyMs) return;
    set({ shown: ready });
    ready = null;
    setAsk({ shownMs: readyMs, readyMs: null });
  }

  return {
    state: () => state,
    set,
    setAsk,
    showIfDue,
    /** Drops what is on its way and what waits; what is shown stays until something else is. */
    forget: () => {
      abort.abort();
      ready = null;
      set({ ask: afterJump(state.ask), error: '', isWaiting: false });
    },
    fetchMoment: async (atMs: number): Promise<void> => {
      const { generation } = state.ask;
      abort = new AbortController();
      setAsk({ askingMs: atMs, askedAtLocalMs: localMs() });
      const result = await fetchAt(atMs, abort.signal);
      if (!isWanted(state.ask, generation, atMs)) return;
      if (!result.ok) {
        set({ error: result.error.message });
        return setAsk({ askingMs: null, failedAtLocalMs: localMs() });
      }
      ready = result.data;
      set({ error: '' });
      setAsk({ askingMs: null, failedAtLocalMs: null, readyMs: atMs });
      showIfDue();
    },
  };
}

/** Plays the past: the next moment is fetched while the one before is shown. */
export function createPlayer(deps: PlayerDeps): Player {
  const { localMs, nowMs } = deps;
  const moments = createMoments(deps);
  const { state, set } = moments;
  let heldSinceMs: number | null = null;

  function tick(): void {
    const { clock, ask, isWaiting: wasWaiting } = state();
    if (!clock) return;
    const local = localMs();
    const holdMs = ask.shownMs === null ? clock.atMs : ask.shownMs + stepMs(clock.speed);
    const limits = { nowMs: nowMs(), waitAtMs: ask.readyMs === null ? holdMs : Infinity };
    const step = advance(clock, limits, local);
    heldSinceMs = step.reason === 'waiting' ? (heldSinceMs ?? local) : null;
    const isWaiting = heldSinceMs !== null && local - heldSinceMs >= PATIENCE_MS;
    if (step.clock !== clock || isWaiting !== wasWaiting) set({ clock: step.clock, isWaiting });
    moments.showIfDue();
    const next = nextAsk(state().ask, step.clock, local);
    if (next.atMs !== null && next.atMs <= limits.nowMs) void moments.fetchMoment(next.atMs);
  }

  return {
    open: (from) => {
      const before = state().clock;
      moments.forget();
      if (!from) return set({ clock: null, shown: null });
      const local = localMs();
      const speed = from.speed ?? before?.speed ?? 1;
      const clock = { atMs: from.atMs, localMs: local, speed, isPlaying: from.speed !== null };
      set({ clock: seek(clock, from.atMs, nowMs(), local) });
      tick();
    },
    setPace: (change) => {
      const { clock, ask } = state();
      if (!clock) return;
      const from = { ...clock, atMs: handOf(state()) ?? clock.atMs, localMs: localMs() };
      moments.forget();
      // What is shown stays shown, and the clock goes on from there.
      moments.setAsk({ shownMs: ask.shownMs });
      set({ clock: { ...from, ...change } });
    },
    tick,
  };
}
