import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { ApiResult } from '../api.ts';

/** What was answered last, and why the last question was not. */
export interface Polled<T> {
  readonly data: Readonly<ShallowRef<T | null>>;
  readonly fault: Readonly<Ref<string>>;
  /** When the data came, by the viewer's clock. */
  readonly atMs: Readonly<Ref<number | null>>;
  /** Asks now, not at the next turn. */
  again(): void;
}

/** Asks at once and again every so often as long as the scope lives; one question at a time. */
export function usePolled<T>(
  ask: (signal: AbortSignal) => Promise<ApiResult<T>>,
  everyMs: number,
): Polled<T> {
  const data = shallowRef<T | null>(null);
  const fault = ref('');
  const atMs = ref<number | null>(null);
  const abort = new AbortController();
  let isAsking = false;

  async function poll(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const result = await ask(abort.signal);
    isAsking = false;
    if (abort.signal.aborted) return;
    fault.value = result.ok ? '' : result.error.message;
    if (!result.ok) return;
    data.value = result.data;
    atMs.value = Date.now();
  }

  const timer = setInterval(() => void poll(), everyMs);
  void poll();
  onScopeDispose(() => {
    clearInterval(timer);
    abort.abort();
  });
  return { data, fault, atMs, again: () => void poll() };
}
