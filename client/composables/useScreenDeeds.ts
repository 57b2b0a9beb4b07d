import { shallowRef } from 'vue';
import type { DisplayView } from '../../shared/screens.ts';
import {
  approvePairing,
  askDisplay,
  changeDisplay,
  denyPairing,
  revokeDisplay,
  type DisplayInput,
} from '../api-screens.ts';
import type { ApiResult } from '../api.ts';
import { useAlarmDeedsStore } from '../stores/alarm-deeds.ts';

/** What the operator is about to do, and to which screen. */
export type ScreenIntent =
  | { readonly kind: 'approve' | 'deny'; readonly userCode: string }
  | { readonly kind: 'change' | 'reload' | 'test-sound' | 'revoke'; readonly display: DisplayView };

/** What can be done to screens, with who does it; what came of it is told with everything else that was done here. */
export function useScreenDeeds(again: () => void) {
  const deeds = useAlarmDeedsStore();
  const intent = shallowRef<ScreenIntent | null>(null);

  function run(verb: string, by: string, send: () => Promise<ApiResult<unknown>>): void {
    intent.value = null;
    deeds.setName(by);
    void deeds.run(verb, async () => {
      const result = await send();
      again();
      return result.ok ? { ok: true, data: { done: ['screen'], refused: [] } } : result;
    });
  }
  function save(by: string, input: DisplayInput, userCode: string): void {
    const { value } = intent;
    if (value?.kind === 'change')
      run(`Change ${input.name}`, by, () => changeDisplay(value.display.id, by, input));
    else run(`Approve ${input.name}`, by, () => approvePairing(userCode, by, input));
  }
  function confirm(by: string, reason: string): void {
    const { value } = intent;
    if (value?.kind === 'deny') run(`Deny ${value.userCode}`, by, () => denyPairing(value.userCode, by));
    if (value?.kind === 'revoke')
      run(`Revoke ${value.display.name}`, by, () => revokeDisplay(value.display.id, by, reason));
    if (value?.kind === 'reload' || value?.kind === 'test-sound') {
      const { kind, display } = value;
      const verb = kind === 'reload' ? 'Reload' : 'Test sound of';
      run(`${verb} ${display.name}`, by, () => askDisplay(display.id, kind, by));
    }
  }
  /** What can be taken back needs no second question once it is known who asks. */
  function want(next: ScreenIntent): void {
    intent.value = next;
    if ((next.kind === 'reload' || next.kind === 'test-sound') && deeds.name !== '') confirm(deeds.name, '');
  }
  return { deeds, intent, want, save, confirm, close: () => (intent.value = null) };
}
