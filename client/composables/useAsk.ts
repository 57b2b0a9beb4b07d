import { computed, onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { Failure } from '../../shared/protocol.ts';
import type { ApiResult } from '../api.ts';

export interface AskDeps<T> {
  /** Whom it is about: with another one, what was known is forgotten at once. */
  readonly subject: () => string;
  /** What is asked; null: nothing yet. With another one it is asked anew, and the old answer stays until the new one is there. */
  readonly key: () => string | null;
  readonly ask: (signal: AbortSignal) => Promise<ApiResult<T>>;
  /** When to ask again after an answer, real ms; null: not by itself. */
  readonly againMs: (answer: T | null) => number | null;
}

/** A question to the server and its answer: never two at once, an old one is aborted, and a failure is kept to be told. */
export interface Asked<T> {
  readonly data: Readonly<ShallowRef<T | null>>;
  /** What `data` answers is no longer what is asked. */
  readonly isOld: Readonly<Ref<boolean>>;
  readonly isLoading: Readonly<Ref<boolean>>;
  readonly error: Readonly<ShallowRef<Failure | null>>;
  retry(): void;
}

/** After a failure it is tried again by itself, but not at the pace of success. */
const RETRY_MS = 10_000;

/** Asks, and asks again, as long as its scope lives. */
export function useAsk<T>(deps: AskDeps<T>): Asked<T> {
  const data = shallowRef<T | null>(null);
  const dataKey = ref<string | null>(null);
  const isLoading = ref(false);
  const error = shallowRef<Failure | null>(null);
  let abort: AbortController | null = null;
  let askedKey: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function halt(): void {
    clearTimeout(timer);
    abort?.abort();
    abort = null;
  }

  async function run(): Promise<void> {
    halt();
    const key = deps.key();
    if (key !== askedKey) error.value = null;
    askedKey = key;
    isLoading.value = key !== null;
    if (key === null) return;
    const mine = new AbortController();
    abort = mine;
    const result = await deps.ask(mine.signal);
    if (abort !== mine) return;
    abort = null;
    isLoading.value = false;
    if (result.ok) {
      data.value = result.data;
      dataKey.value = key;
      error.value = null;
    } else if (!result.isAborted) {
      error.value = result.error;
    }
    const waitMs = deps.againMs(data.value);
    if (waitMs !== null)
      timer = setTimeout(() => void run(), result.ok ? waitMs : Math.max(RETRY_MS, waitMs));
  }

  function forget(): void {
    halt();
    data.value = null;
    dataKey.value = null;
    error.value = null;
  }

  watch(deps.subject, forget, { flush: 'sync' });
  watch([deps.subject, deps.key], () => void run(), { immediate: true });
  onScopeDispose(halt);
  const isOld = computed(() => data.value !== null && dataKey.value !== deps.key());
  return { data, isOld, isLoading, error, retry: () => void run() };
}
