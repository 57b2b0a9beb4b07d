/** How a fresh screen comes by its identity (RFC 8628, device flow), as states and what moves them. All pure. */
import type { Failure } from '../../shared/protocol.ts';
import type { Display, PairingClaim, PairingStarted } from '../../shared/screens.ts';

/** What the page shows. Times are this screen's own clock, ms. */
export type PairingState =
  | { readonly phase: 'asking' }
  | {
      readonly phase: 'waiting';
      readonly deviceCode: string;
      readonly userCode: string;
      readonly expiresAtMs: number;
      readonly intervalMs: number;
      /** When the server may be asked next; null: it is being asked. */
      readonly claimAtMs: number | null;
      /** Why the last question was not answered; empty: it was. */
      readonly fault: string;
    }
  | {
      readonly phase: 'refused';
      readonly code: Failure['code'];
      readonly message: string;
      readonly retryAtMs: number;
    }
  | { readonly phase: 'denied'; readonly retryAtMs: number }
  | { readonly phase: 'approved'; readonly display: Display; readonly leaveAtMs: number };

type Answer<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: Failure };

export type PairingInput =
  | { readonly type: 'started'; readonly answer: Answer<PairingStarted> }
  | { readonly type: 'claimed'; readonly deviceCode: string; readonly answer: Answer<PairingClaim> }
  | { readonly type: 'tick' };

/** `ask`: for a code. `claim`: whether it was approved. `leave`: to the wall. */
export type PairingEffect = 'none' | 'ask' | 'claim' | 'leave';
export interface PairingStep {
  readonly state: PairingState;
  readonly effect: PairingEffect;
}

/** RFC 8628 3.5: `slow_down` adds five seconds, for good. */
const SLOW_DOWN_MS = 5_000;
const RETRY_MS = 5_000;
/** Whoever said no is not asked to say it again at once. */
const REFUSED_RETRY_MS = 15_000;
const DENIED_PAUSE_MS = 30_000;
/** Long enough to read the name that the operator gave it. */
const SHOW_NAME_MS = 4_000;

export const NEW_PAIRING: PairingState = { phase: 'asking' };

const stay = (state: PairingState): PairingStep => ({ state, effect: 'none' });
const anew: PairingStep = { state: NEW_PAIRING, effect: 'ask' };
/** The server may come back and know the code still. */
const isPassing = ({ code }: Failure) => code === 'unavailable' || code === 'internal';

function refused({ code, message }: Failure, nowMs: number): PairingState {
  const waitMs = code === 'unavailable' ? RETRY_MS : REFUSED_RETRY_MS;
  return { phase: 'refused', code, message, retryAtMs: nowMs + waitMs };
}

function onStarted(state: PairingState, answer: Answer<PairingStarted>, nowMs: number): PairingStep {
  if (state.phase !== 'asking') return stay(state);
  if (!answer.ok) return stay(refused(answer.error, nowMs));
  const { deviceCode, userCode, expiresInSeconds, intervalSeconds } = answer.data;
  const intervalMs = intervalSeconds * 1_000;
  return stay({
    phase: 'waiting',
    deviceCode,
    userCode,
    expiresAtMs: nowMs + expiresInSeconds * 1_000,
    intervalMs,
    claimAtMs: nowMs + intervalMs,
    fault: '',
  });
}

type Waiting = PairingState & { readonly phase: 'waiting' };
type Claimed = PairingInput & { readonly type: 'claimed' };

/** Not approved yet: the same code, as long as it holds. */
const goOn = (state: Waiting, change: Partial<Waiting>, nowMs: number): PairingStep =>
  nowMs >= state.expiresAtMs ? anew : stay({ ...state, ...change });

function onClaim(state: Waiting, claim: PairingClaim, nowMs: number): PairingStep {
  switch (claim.state) {
    case 'pending':
      return goOn(state, { claimAtMs: nowMs + state.intervalMs, fault: '' }, nowMs);
    case 'slow-down': {
      const intervalMs = state.intervalMs + SLOW_DOWN_MS;
      return goOn(state, { intervalMs, claimAtMs: nowMs + intervalMs, fault: '' }, nowMs);
    }
    case 'expired':
      return anew;
    case 'denied':
      return stay({ phase: 'denied', retryAtMs: nowMs + DENIED_PAUSE_MS });
    case 'approved':
      return stay({ phase: 'approved', display: claim.display, leaveAtMs: nowMs + SHOW_NAME_MS });
  }
}

function onClaimed(state: PairingState, { deviceCode, answer }: Claimed, nowMs: number): PairingStep {
  if (state.phase !== 'waiting' || state.deviceCode !== deviceCode) return stay(state);
  if (answer.ok) return onClaim(state, answer.data, nowMs);
  if (!isPassing(answer.error)) return stay(refused(answer.error, nowMs));
  const claimAtMs = nowMs + Math.max(RETRY_MS, state.intervalMs);
  return goOn(state, { claimAtMs, fault: answer.error.message }, nowMs);
}

function onTick(state: PairingState, nowMs: number): PairingStep {
  switch (state.phase) {
    case 'asking':
      return stay(state);
    case 'waiting':
      // Asked a last time when the code expires: it may just have been approved.
      if (state.claimAtMs === null || nowMs < Math.min(state.claimAtMs, state.expiresAtMs))
        return stay(state);
      return { state: { ...state, claimAtMs: null }, effect: 'claim' };
    case 'refused':
    case 'denied':
      return nowMs >= state.retryAtMs ? anew : stay(state);
    case 'approved':
      if (nowMs < state.leaveAtMs) return stay(state);
      return { state: { ...state, leaveAtMs: nowMs + REFUSED_RETRY_MS }, effect: 'leave' };
  }
}

/** One step: whatever goes wrong, a time comes at which it is tried anew. */
export function stepPairing(state: PairingState, input: PairingInput, nowMs: number): PairingStep {
  switch (input.type) {
    case 'started':
      return onStarted(state, input.answer, nowMs);
    case 'claimed':
      return onClaimed(state, input, nowMs);
    case 'tick':
      return onTick(state, nowMs);
  }
}
