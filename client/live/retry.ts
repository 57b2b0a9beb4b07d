/** When to try to connect. All walls lose a restarting server in the same moment, and must not come back in the same second. */

/** `idle`: connected. `waiting`: until `atMs`. `trying`: since `sinceMs`. */
export type RetryState =
  | { readonly phase: 'idle'; readonly failures: 0 }
  | { readonly phase: 'waiting'; readonly failures: number; readonly atMs: number }
  | { readonly phase: 'trying'; readonly failures: number; readonly sinceMs: number };

/** `lost`: the connection has ended, or is given up. `wake`: the machine or its network is back. */
export type RetryInput = 'start' | 'lost' | 'failed' | 'connected' | 'wake' | 'time';

export type RetryReason =
  | 'started'
  | 'spread-after-loss'
  | 'spread-after-failure'
  | 'due'
  | 'no-answer'
  | 'woken'
  | 'connected'
  | 'nothing-to-do';

export interface RetryStep {
  readonly state: RetryState;
  /** `connect` drops whatever is under way. */
  readonly effect: 'none' | 'connect' | 'drop';
  readonly reason: RetryReason;
}

export const IDLE: RetryState = { phase: 'idle', failures: 0 };

/** After a loss: anywhere within this, by chance. */
export const FIRST_WITHIN_MS = 3_000;
/**
 * After a failure: from the beginning of one attempt to the next; after one that was not answered: from its end. Of 1,000 walls
 * 300 to 420 come in the busiest second, 600 where the server hung, and none later than the longest of these, or that and an attempt into the void, after the
 * server is back: the wall has to be right within ten seconds.
 */
export const AGAIN_MS = { least: 1_500, most: 5_500 } as const;
/** An attempt that takes longer will not end: a server that is stopped still lets its machine take connections. */
export const ATTEMPT_MS = 3_000;
/** An attempt that is younger may still be about to succeed. */
const YOUNG_MS = 1_000;
/** What fails at once is not tried again at once. */
const GAP_MS = 250;

const stay = (state: RetryState): RetryStep => ({ state, effect: 'none', reason: 'nothing-to-do' });

function tryNow(failures: number, nowMs: number, reason: RetryReason): RetryStep {
  return { state: { phase: 'trying', failures, sinceMs: nowMs }, effect: 'connect', reason };
}

function onFailed(state: RetryState, nowMs: number, chance: number): RetryStep {
  if (state.phase !== 'trying') return stay(state);
  const everyMs = AGAIN_MS.least + chance * (AGAIN_MS.most - AGAIN_MS.least);
  const isUnanswered = nowMs - state.sinceMs >= ATTEMPT_MS;
  // A server that hangs answers all who wait for it in the moment in which it goes on: no more than about half of them should.
  const atMs = isUnanswered ? nowMs + everyMs : Math.max(nowMs + GAP_MS, state.sinceMs + everyMs);
  return {
    state: { phase: 'waiting', failures: state.failures + 1, atMs },
    effect: 'drop',
    reason: isUnanswered ? 'no-answer' : 'spread-after-failure',
  };
}

function onTime(state: RetryState, nowMs: number, chance: number): RetryStep {
  if (state.phase === 'waiting' && nowMs >= state.atMs) return tryNow(state.failures, nowMs, 'due');
  if (state.phase === 'trying' && nowMs - state.sinceMs >= ATTEMPT_MS) return onFailed(state, nowMs, chance);
  return stay(state);
}

/** One step; `chance` is a random number from 0 to 1. */
export function stepRetry(state: RetryState, input: RetryInput, nowMs: number, chance: number): RetryStep {
  switch (input) {
    case 'start':
      return tryNow(0, nowMs, 'started');
    case 'connected':
      return { state: IDLE, effect: 'none', reason: 'connected' };
    case 'lost':
      if (state.phase !== 'idle') return stay(state);
      return {
        state: { phase: 'waiting', failures: 0, atMs: nowMs + chance * FIRST_WITHIN_MS },
        effect: 'drop',
        reason: 'spread-after-loss',
      };
    case 'failed':
      return onFailed(state, nowMs, chance);
    case 'wake':
      if (state.phase === 'idle') return stay(state);
      // One that has just begun is as good as another.
      if (state.phase === 'trying' && nowMs - state.sinceMs < YOUNG_MS) return stay(state);
      return tryNow(state.failures, nowMs, 'woken');
    case 'time':
      return onTime(state, nowMs, chance);
  }
}

/** When the state has to be looked at again; null: when something happens. */
export function nextLookMs(state: RetryState): number | null {
  if (state.phase === 'waiting') return state.atMs;
  return state.phase === 'trying' ? state.sinceMs + ATTEMPT_MS : null;
}

export interface RetryDeps {
  readonly localMs: () => number;
  readonly random: () => number;
  /** Connects anew; after so many failures in a row. */
  readonly connect: (failures: number) => void;
  readonly drop: () => void;
}

/** Keeps trying to connect for as long as it is not stopped. */
export interface Retry {
  feed(input: RetryInput): void;
  isConnected(): boolean;
  stop(): void;
}

/** Runs the steps; only one attempt is ever under way. */
export function createRetry({ localMs, random, connect, drop }: RetryDeps): Retry {
  let state: RetryState = IDLE;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function feed(input: RetryInput): void {
    const step = stepRetry(state, input, localMs(), random());
    state = step.state;
    clearTimeout(timer);
    const atMs = nextLookMs(state);
    if (atMs !== null) timer = setTimeout(() => feed('time'), Math.max(0, atMs - localMs()));
    if (step.effect === 'connect') connect(state.failures);
    if (step.effect === 'drop') drop();
  }
  return { feed, isConnected: () => state.phase === 'idle', stop: () => clearTimeout(timer) };
}
