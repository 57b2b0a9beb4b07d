import { describe, expect, it } from 'vitest';
import type { PairingClaim, PairingStarted } from '../../../shared/screens.ts';
import {
  NEW_PAIRING,
  stepPairing,
  type PairingInput,
  type PairingState,
} from '../../../client/stores/pairing-model.ts';
import { display } from '../screen-fixtures.ts';

const STARTED: PairingStarted = {
  deviceCode: 'secret',
  userCode: 'BCDF-2345',
  expiresInSeconds: 900,
  intervalSeconds: 5,
};
const AWAY = { code: 'unavailable', message: 'The server could not be reached.' } as const;
const NO = { code: 'forbidden', message: 'Not from there.' } as const;

const step = (state: PairingState, input: PairingInput, nowMs: number) => stepPairing(state, input, nowMs);
const tick = (state: PairingState, nowMs: number) => step(state, { type: 'tick' }, nowMs);
const started = step(NEW_PAIRING, { type: 'started', answer: { ok: true, data: STARTED } }, 0).state;
const claimed = (state: PairingState, data: PairingClaim, nowMs: number) =>
  step(state, { type: 'claimed', deviceCode: 'secret', answer: { ok: true, data } }, nowMs);
const failed = (state: PairingState, error: typeof AWAY | typeof NO, nowMs: number) =>
  step(state, { type: 'claimed', deviceCode: 'secret', answer: { ok: false, error } }, nowMs);
/** Asked, and not answered yet. */
const claiming = (nowMs = 5_000) => tick(started, nowMs).state;

describe('pairing', () => {
  it('SCR-51: asks no sooner than the interval that was given, and one question at a time', () => {
    expect(tick(started, 4_999).effect).toBe('none');
    expect(tick(started, 5_000).effect).toBe('claim');
    expect(tick(claiming(), 60_000).effect).toBe('none');
    const again = claimed(claiming(), { state: 'pending' }, 5_200).state;
    expect(tick(again, 10_199).effect).toBe('none');
    expect(tick(again, 10_200).effect).toBe('claim');
  });

  it('SCR-51: asks five seconds less often each time it is told to slow down, and stays so', () => {
    const slower = claimed(claiming(), { state: 'slow-down' }, 5_000).state;
    expect(tick(slower, 14_999).effect).toBe('none');
    const asked = tick(slower, 15_000).state;
    const after = claimed(asked, { state: 'pending' }, 15_000).state;
    expect(tick(after, 24_999).effect).toBe('none');
    expect(tick(after, 25_000).effect).toBe('claim');
  });

  it('SCR-50: asks a last time when the code expires, for it may just have been approved', () => {
    const late = claimed(claiming(899_000), { state: 'pending' }, 899_000).state;
    const last = tick(late, 900_000);
    expect(last.effect).toBe('claim');
    expect(claimed(last.state, { state: 'approved', display: display() }, 900_100).state.phase).toBe(
      'approved',
    );
  });

  it.each<[string, (state: PairingState) => ReturnType<typeof stepPairing>]>([
    ['it is pending', (state) => claimed(state, { state: 'pending' }, 900_100)],
    ['it is expired', (state) => claimed(state, { state: 'expired' }, 900_100)],
    ['the server is away', (state) => failed(state, AWAY, 900_100)],
  ])('SCR-50: asks for a new code by itself when the old one is over and %s', (_, answer) => {
    const over = answer(tick(started, 900_000).state);
    expect(over).toEqual({ state: NEW_PAIRING, effect: 'ask' });
  });

  it('SCR-52: keeps the code while the server is away, says so, and takes it back with the next answer', () => {
    const away = failed(claiming(), AWAY, 6_000).state;
    expect(away).toMatchObject({ phase: 'waiting', userCode: 'BCDF-2345', fault: AWAY.message });
    const asked = tick(away, 11_000);
    expect(asked.effect).toBe('claim');
    expect(claimed(asked.state, { state: 'pending' }, 11_100).state).toMatchObject({ fault: '' });
  });

  it('SCR-52: says why it is refused, and asks again by itself, later than when the server is away', () => {
    const answer = (error: typeof AWAY | typeof NO) =>
      step(NEW_PAIRING, { type: 'started', answer: { ok: false, error } }, 0).state;
    expect(answer(NO)).toMatchObject({ phase: 'refused', message: NO.message });
    expect(tick(answer(NO), 14_999).effect).toBe('none');
    expect(tick(answer(NO), 15_000).effect).toBe('ask');
    expect(tick(answer(AWAY), 5_000).effect).toBe('ask');
    expect(failed(claiming(), NO, 6_000).state).toMatchObject({ phase: 'refused', message: NO.message });
  });

  it('SCR-52: shows another code half a minute after it was denied', () => {
    const denied = claimed(claiming(), { state: 'denied' }, 5_000).state;
    expect(denied.phase).toBe('denied');
    expect(tick(denied, 34_999).effect).toBe('none');
    expect(tick(denied, 35_000).effect).toBe('ask');
  });

  it('SCR-54: shows the name for a moment, then leaves for the wall, and again if that comes to nothing', () => {
    const approved = claimed(claiming(), { state: 'approved', display: display() }, 5_000).state;
    expect(tick(approved, 8_999).effect).toBe('none');
    const left = tick(approved, 9_000);
    expect(left.effect).toBe('leave');
    expect(tick(left.state, 9_500).effect).toBe('none');
    expect(tick(left.state, 24_000).effect).toBe('leave');
  });

  it('takes no answer that belongs to another code', () => {
    const other = { ...STARTED, deviceCode: 'other', userCode: 'XKRT-7789' };
    const next = step(NEW_PAIRING, { type: 'started', answer: { ok: true, data: other } }, 0).state;
    expect(claimed(next, { state: 'denied' }, 1_000).state).toBe(next);
    expect(step(next, { type: 'started', answer: { ok: true, data: STARTED } }, 1_000).state).toBe(next);
  });
});
