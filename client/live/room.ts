import { DISCONNECTED_AFTER_MS, PROTOCOL_VERSION, type Failure } from '../../shared/protocol.ts';

/** A room as this screen has it. `attempt` counts joins, so that the answer to an older one is known as such. */
export type RoomState =
  | { readonly phase: 'waiting'; readonly attempt: number }
  | { readonly phase: 'joining'; readonly attempt: number; readonly sinceMs: number }
  | { readonly phase: 'live'; readonly attempt: number; readonly seq: number; readonly heardAtMs: number }
  | {
      readonly phase: 'refused';
      readonly attempt: number;
      readonly error: Failure;
      readonly retryAtMs: number;
    };

export type RoomInput =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'joined'; readonly attempt: number; readonly seq: number; readonly protocol: number }
  | { readonly type: 'refused'; readonly attempt: number; readonly error: Failure }
  | { readonly type: 'frame'; readonly seq: number }
  | { readonly type: 'reset' }
  | { readonly type: 'tick' };

/** Why a step did what it did. */
export type RoomReason =
  | 'connected'
  | 'connection-lost'
  | 'snapshot'
  | 'other-protocol'
  | 'old-answer'
  | 'refused'
  | 'next-frame'
  | 'old-frame'
  | 'gap'
  | 'not-live'
  | 'reset'
  | 'no-answer'
  | 'stalled'
  | 'try-again'
  | 'nothing-to-do';

/** What the shell has to do. */
export type RoomEffect = 'none' | 'join' | 'show-snapshot' | 'apply-frame' | 'reload';

export interface RoomStep {
  readonly state: RoomState;
  readonly effect: RoomEffect;
  readonly reason: RoomReason;
}

/** An answer that takes longer will not come. */
export const JOIN_TIMEOUT_MS = 5_000;
/** A refusal (no such tenant, no permission) may be lifted: ask again, seldom. */
export const REFUSED_RETRY_MS = 15_000;

export const NEW_ROOM: RoomState = { phase: 'waiting', attempt: 0 };

const stay = (state: RoomState, reason: RoomReason): RoomStep => ({ state, effect: 'none', reason });

function join(state: RoomState, reason: RoomReason, nowMs: number): RoomStep {
  return { state: { phase: 'joining', attempt: state.attempt + 1, sinceMs: nowMs }, effect: 'join', reason };
}

function onJoined(state: RoomState, input: RoomInput & { type: 'joined' }, nowMs: number): RoomStep {
  if (state.phase !== 'joining' || input.attempt !== state.attempt) return stay(state, 'old-answer');
  if (input.protocol !== PROTOCOL_VERSION) return { state, effect: 'reload', reason: 'other-protocol' };
  const live = { phase: 'live', attempt: state.attempt, seq: input.seq, heardAtMs: nowMs } as const;
  return { state: live, effect: 'show-snapshot', reason: 'snapshot' };
}

function onRefused(state: RoomState, input: RoomInput & { type: 'refused' }, nowMs: number): RoomStep {
  if (state.phase !== 'joining' || input.attempt !== state.attempt) return stay(state, 'old-answer');
  const { attempt } = state;
  if (input.error.code === 'unsupported') return { state, effect: 'reload', reason: 'other-protocol' };
  return stay(
    { phase: 'refused', attempt, error: input.error, retryAtMs: nowMs + REFUSED_RETRY_MS },
    'refused',
  );
}

function onFrame(state: RoomState, seq: number, nowMs: number): RoomStep {
  // While a join is under way the snapshot will hold all that such a frame could say.
  if (state.phase !== 'live') return stay(state, 'not-live');
  if (seq <= state.seq) return stay(state, 'old-frame');
  if (seq > state.seq + 1) return join(state, 'gap', nowMs);
  return { state: { ...state, seq, heardAtMs: nowMs }, effect: 'apply-frame', reason: 'next-frame' };
}

function onTick(state: RoomState, nowMs: number): RoomStep {
  if (state.phase === 'joining' && nowMs - state.sinceMs > JOIN_TIMEOUT_MS)
    return join(state, 'no-answer', nowMs);
  if (state.phase === 'live' && nowMs - state.heardAtMs > DISCONNECTED_AFTER_MS)
    return join(state, 'stalled', nowMs);
  if (state.phase === 'refused' && nowMs >= state.retryAtMs) return join(state, 'try-again', nowMs);
  return stay(state, 'nothing-to-do');
}

/** One step of a room: holes are never patched over; whatever does not follow exactly asks for the room again. */
export function stepRoom(state: RoomState, input: RoomInput, nowMs: number): RoomStep {
  switch (input.type) {
    case 'connected':
      return join(state, 'connected', nowMs);
    case 'disconnected':
      return stay({ phase: 'waiting', attempt: state.attempt }, 'connection-lost');
    case 'joined':
      return onJoined(state, input, nowMs);
    case 'refused':
      return onRefused(state, input, nowMs);
    case 'frame':
      return onFrame(state, input.seq, nowMs);
    case 'reset':
      return state.phase === 'waiting' ? stay(state, 'not-live') : join(state, 'reset', nowMs);
    case 'tick':
      return onTick(state, nowMs);
  }
}
