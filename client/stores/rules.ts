import { defineStore } from 'pinia';
import { computed, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { RulesAnswer } from '../../shared/alarms.ts';
import type { Failure } from '../../shared/protocol.ts';
import { fetchRules, fetchRulesVersion, saveRules } from '../api-rules.ts';
import { createDraftBox, type RulesDraft } from './rules-draft.ts';

type Answer = ShallowRef<RulesAnswer | null>;

/** What is typed to take the place of the rules in force. */
function useDraft(answer: Answer) {
  const box = createDraftBox(() => sessionStorage);
  const draft = shallowRef<RulesDraft | null>(box.read() ?? null);
  const isKept = ref(true);
  const savedVersion = ref<number | null>(null);
  const refusal = shallowRef<Failure | null>(null);

  const text = computed(() => draft.value?.text ?? answer.value?.text ?? '');
  const note = computed(() => draft.value?.note ?? '');
  const isChanged = computed(() => draft.value !== null && draft.value.text !== draft.value.baseText);
  /** Somebody else saved, or changed the file by hand, while this was typed: the version in force now. */
  const conflict = computed(() => {
    const now = answer.value;
    if (!now || !draft.value) return null;
    const { baseVersion, baseText } = draft.value;
    if (now.version === baseVersion && now.text === baseText) return null;
    if (now.version === baseVersion) return { version: now.version, isByHand: true };
    return now.versions.find(({ version }) => version === now.version) ?? { version: now.version };
  });

  function keep(next: RulesDraft | null): void {
    draft.value = next;
    isKept.value = box.keep(next);
  }
  function change(part: Partial<Pick<RulesDraft, 'text' | 'note'>>): void {
    const now = answer.value;
    if (!draft.value && !now) return;
    const base = {
      text: now?.text ?? '',
      baseText: now?.text ?? '',
      baseVersion: now?.version ?? 0,
      note: '',
    };
    savedVersion.value = null;
    keep({ ...(draft.value ?? base), ...part });
  }
  function discard(): void {
    refusal.value = null;
    keep(null);
  }
  /** What was typed is from now on meant to take the place of the version in force. */
  function rebase(): void {
    if (!draft.value || !answer.value) return;
    refusal.value = null;
    keep({ ...draft.value, baseVersion: answer.value.version, baseText: answer.value.text });
  }
  const facts = { draft, text, note, isChanged, isKept, conflict, savedVersion, refusal };
  return { ...facts, keep, change, discard, rebase };
}

/** Reading and saving; what was typed stays when it is refused. */
function useServer(answer: Answer, fault: Ref<string>, typed: ReturnType<typeof useDraft>) {
  const isSaving = ref(false);

  async function load(signal?: AbortSignal): Promise<void> {
    const result = await fetchRules(signal);
    if (!result.ok && result.isAborted) return;
    fault.value = result.ok ? '' : result.error.message;
    if (!result.ok) return;
    answer.value = result.data;
    // What was typed and then taken back by hand is no draft.
    if (typed.draft.value && !typed.isChanged.value && typed.note.value === '') typed.keep(null);
  }

  async function save(by: string): Promise<boolean> {
    const { value } = typed.draft;
    if (!value || isSaving.value) return false;
    isSaving.value = true;
    typed.refusal.value = null;
    const { text, note, baseVersion } = value;
    const result = await saveRules({ text, by, note, baseVersion });
    isSaving.value = false;
    if (result.ok) {
      answer.value = result.data;
      typed.keep(null);
      typed.savedVersion.value = result.data.version;
      return true;
    }
    typed.refusal.value = result.error;
    // Perhaps another version is in force by now: then the page says so.
    await load();
    return false;
  }

  /** An earlier file as what is to be saved; a sentence when it cannot be had. */
  async function takeBack(version: number): Promise<string> {
    const result = await fetchRulesVersion(version);
    if (!result.ok) return result.error.message;
    typed.change({ text: result.data.text, note: `Back to version ${version}: ` });
    return '';
  }
  return { isSaving, load, save, takeBack };
}

/** The rules in force, and what somebody types here to take their place. Nothing typed is ever lost by an answer. */
export const useRulesStore = defineStore('rules', () => {
  const answer = shallowRef<RulesAnswer | null>(null);
  const fault = ref('');
  const typed = useDraft(answer);
  return { answer, fault, ...typed, ...useServer(answer, fault, typed) };
});
