import { computed, onScopeDispose, ref } from 'vue';
import { fetchScreens } from '../api-screens.ts';
import { screensNow, type ScreensModel } from '../stores/screens-model.ts';
import { usePolled } from './usePolled.ts';

const EVERY_MS = 3_000;
const ASK_TIMEOUT_MS = 10_000;
/** Two answers missed: what stands there is old. */
const OLD_AFTER_MS = 3 * EVERY_MS;
const TICK_MS = 1_000;

/** The list of screens, asked for every few seconds, and the server's real time now; ages go on when it does not answer. */
export function useScreensList() {
  const polled = usePolled(
    (signal) => fetchScreens(AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])),
    EVERY_MS,
  );
  const localMs = ref(Date.now());
  const timer = setInterval(() => (localMs.value = Date.now()), TICK_MS);
  onScopeDispose(() => clearInterval(timer));

  const model = computed<ScreensModel | null>(() => {
    const { data, atMs } = polled;
    return data.value && atMs.value !== null ? { ...data.value, heardAtMs: atMs.value } : null;
  });
  const silentMs = computed(() => (model.value ? Math.max(0, localMs.value - model.value.heardAtMs) : 0));
  const nowMs = computed(() =>
    model.value ? screensNow(model.value, Math.max(localMs.value, model.value.heardAtMs)) : localMs.value,
  );
  const isOld = computed(() => silentMs.value > OLD_AFTER_MS);
  return { model, nowMs, silentMs, isOld, fault: polled.fault, again: polled.again };
}
