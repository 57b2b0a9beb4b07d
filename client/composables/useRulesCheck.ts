import {
  onScopeDispose,
  ref,
  shallowRef,
  toValue,
  watch,
  type MaybeRefOrGetter,
  type Ref,
  type ShallowRef,
} from 'vue';
import { checkRules } from '../api-rules.ts';

export interface RulesCheck {
  /** Of the text as it is now; null: not known yet. */
  readonly faults: Readonly<ShallowRef<readonly string[] | null>>;
  /** Why the server could not say. */
  readonly error: Readonly<Ref<string>>;
}

/** Long enough that nobody is told of faults in what is still being typed. */
const PAUSE_MS = 400;

/** Asks the server for the faults of a text, a moment after it was last typed in. Null text: there is nothing to check. */
export function useRulesCheck(text: MaybeRefOrGetter<string | null>, pauseMs = PAUSE_MS): RulesCheck {
  const faults = shallowRef<readonly string[] | null>(null);
  const error = ref('');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | undefined;

  function halt(): void {
    clearTimeout(timer);
    abort?.abort();
  }
  async function check(asked: string): Promise<void> {
    abort = new AbortController();
    const result = await checkRules(asked, abort.signal);
    if (!result.ok && result.isAborted) return;
    faults.value = result.ok ? result.data.faults : null;
    error.value = result.ok ? '' : result.error.message;
  }
  watch(
    () => toValue(text),
    (now) => {
      halt();
      faults.value = null;
      if (now !== null) timer = setTimeout(() => void check(now), pauseMs);
    },
    { immediate: true },
  );
  onScopeDispose(halt);
  return { faults, error };
}
