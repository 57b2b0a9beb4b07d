import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { claimPairing, startPairing } from '../api-screens.ts';
import { NEW_PAIRING, stepPairing, type PairingInput, type PairingState } from '../stores/pairing-model.ts';

export interface PairingDeps {
  /** This screen's clock, ms. */
  readonly localMs: () => number;
  /** Goes to the wall. */
  readonly leave: () => void;
}
export interface Pairing {
  readonly state: Readonly<ShallowRef<PairingState>>;
  readonly nowMs: Readonly<ShallowRef<number>>;
}

const TICK_MS = 500;
const ASK_TIMEOUT_MS = 10_000;

/** Shows codes and waits until one is approved; the secret that belongs to a code is kept nowhere but here. */
export function usePairing({ localMs, leave }: PairingDeps): Pairing {
  const state = shallowRef<PairingState>(NEW_PAIRING);
  const nowMs = shallowRef(localMs());
  let isOver = false;

  async function ask(): Promise<void> {
    feed({ type: 'started', answer: await startPairing(AbortSignal.timeout(ASK_TIMEOUT_MS)) });
  }
  async function claim(deviceCode: string): Promise<void> {
    const answer = await claimPairing(deviceCode, AbortSignal.timeout(ASK_TIMEOUT_MS));
    feed({ type: 'claimed', deviceCode, answer });
  }
  function feed(input: PairingInput): void {
    if (isOver) return;
    nowMs.value = localMs();
    const step = stepPairing(state.value, input, nowMs.value);
    state.value = step.state;
    if (step.effect === 'ask') void ask();
    if (step.effect === 'claim' && step.state.phase === 'waiting') void claim(step.state.deviceCode);
    if (step.effect === 'leave') leave();
  }

  const timer = setInterval(() => feed({ type: 'tick' }), TICK_MS);
  onScopeDispose(() => {
    isOver = true;
    clearInterval(timer);
  });
  void ask();
  return { state, nowMs };
}
