import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MessageQuery } from '../../shared/history.ts';
import { fetchMessages } from '../api.ts';
import { messageQuery, queryOfSearch, type MessageSearch } from './message-search.ts';
import { NOTHING_FOUND, withOlder, type FoundMessages } from './messages-model.ts';

/** `idle`: nothing was asked yet. */
export type SearchState = 'idle' | 'loading' | 'done' | 'error';

/** The result of the last search; it outlives the page, so that the way back from a message leads to the same place. */
export const useMessagesStore = defineStore('messages', () => {
  const state = ref<SearchState>('idle');
  const error = ref('');
  const found = shallowRef<FoundMessages>(NOTHING_FOUND);
  /** What was asked, with the times it meant then. */
  const asked = shallowRef<MessageQuery | null>(null);
  const askedAtMs = ref(0);
  /** Which row the keys are on; -1: none. */
  const row = ref(-1);
  let key = '';
  let abort = new AbortController();

  async function ask(query: MessageQuery, base: FoundMessages): Promise<void> {
    abort.abort();
    const own = (abort = new AbortController());
    state.value = 'loading';
    error.value = '';
    const result = await fetchMessages(query, own.signal);
    // Only the last question may answer.
    if (own.signal.aborted) return;
    state.value = result.ok ? 'done' : 'error';
    if (!result.ok) {
      const { message, details = [] } = result.error;
      error.value = [message, ...details].join(' ');
      return;
    }
    found.value = withOlder(base, result.data);
  }

  /** Searches anew, unless this very search is what is shown. */
  function search(wanted: MessageSearch, nowMs: number, isForced = false): void {
    const wantedKey = JSON.stringify(queryOfSearch(wanted));
    if (wantedKey === key && state.value !== 'error' && state.value !== 'idle' && !isForced) return;
    key = wantedKey;
    row.value = -1;
    found.value = NOTHING_FOUND;
    asked.value = messageQuery(wanted, nowMs);
    askedAtMs.value = nowMs;
    void ask(asked.value, NOTHING_FOUND);
  }

  /** Goes on where the last answer ended. */
  function older(): void {
    const { cursor } = found.value;
    if (!asked.value || cursor === null || state.value === 'loading') return;
    void ask({ ...asked.value, cursor }, found.value);
  }

  const rows = computed(() => found.value.records);
  const pick = (next: number) => {
    row.value = Math.min(rows.value.length - 1, Math.max(0, next));
  };
  return { state, error, found, asked, askedAtMs, row, rows, search, older, pick };
});
