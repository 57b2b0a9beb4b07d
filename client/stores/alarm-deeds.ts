import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { AlarmView } from '../../shared/alarms.ts';
import type { ActionResult, AlarmDeed } from '../api-alarms.ts';
import type { ApiResult } from '../api.ts';
import { useAlarmsStore } from './alarms.ts';

/** What became of something that was done: it stays until somebody takes it away. */
export interface Outcome {
  readonly id: number;
  readonly verb: string;
  readonly state: 'sending' | 'done' | 'partly' | 'failed';
  readonly done: number;
  /** By alarm, in words. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly fault: string;
}

/** What a row shows of it. `sent`: the server has it, but the list does not show it yet. */
export interface DeedMark {
  readonly verb: string;
  readonly state: 'sending' | 'sent' | 'refused' | 'failed';
  readonly reason: string;
  /** As the alarm was when it was sent. */
  readonly before: AlarmView | undefined;
}

export const VERBS: Readonly<Record<AlarmDeed['kind'], string>> = {
  acknowledge: 'Acknowledge',
  resolve: 'Resolve',
  shelve: 'Shelve',
  unshelve: 'Unshelve',
  'out-of-service': 'Out of service',
  'in-service': 'Back in service',
};

const NAME_KEY = 'mailvigil.by';
/** Outcomes kept at most, the newest. */
const MAX_OUTCOMES = 8;

function readName(): string {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    // A browser that keeps nothing asks each time.
    return '';
  }
}

function keepName(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // Then it is known until the page is closed.
  }
}

function outcomeOf(base: Outcome, result: ApiResult<ActionResult>, nameOf: (id: string) => string): Outcome {
  if (!result.ok) {
    const { message, details = [] } = result.error;
    return { ...base, state: 'failed', fault: [message, ...details].join(' ') };
  }
  const { done, refused } = result.data;
  const state = refused.length === 0 ? 'done' : done.length === 0 ? 'failed' : 'partly';
  return {
    ...base,
    state,
    done: done.length,
    refused: refused.map(({ id, reason }) => ({ name: nameOf(id), reason })),
  };
}

function markOf(
  id: string,
  verb: string,
  before: AlarmView | undefined,
  result: ApiResult<ActionResult>,
): DeedMark {
  if (!result.ok) return { verb, state: 'failed', reason: result.error.message, before };
  const refusal = result.data.refused.find((refused) => refused.id === id);
  return refusal
    ? { verb, state: 'refused', reason: refusal.reason, before }
    : { verb, state: 'sent', reason: '', before };
}

/** Who acts here, what was done, and what came of it. Nothing is shown as done before the server shows it. */
export const useAlarmDeedsStore = defineStore('alarm-deeds', () => {
  const alarms = useAlarmsStore();
  const name = ref(readName());
  const outcomes = shallowRef<readonly Outcome[]>([]);
  const kept = shallowRef<ReadonlyMap<string, DeedMark>>(new Map());
  let last = 0;

  /** Marks that still say something: what was sent is over once the alarm has changed. */
  const marks = computed(
    () =>
      new Map(
        [...kept.value].filter(
          ([id, { state, before }]) => state !== 'sent' || alarms.model?.byId.get(id) === before,
        ),
      ),
  );

  function setName(next: string): void {
    name.value = next.trim();
    keepName(name.value);
  }
  /** What went well makes room for the next; what did not stays until it is taken away. */
  function put(outcome: Outcome): void {
    const others = outcomes.value.filter(({ id, state }) => id !== outcome.id && state !== 'done');
    outcomes.value = [outcome, ...others].slice(0, MAX_OUTCOMES);
  }
  function dismiss(id: number): void {
    outcomes.value = outcomes.value.filter((outcome) => outcome.id !== id);
  }
  const withMarks = (ids: readonly string[], make: (id: string) => DeedMark) => {
    // Marks of alarms that are gone would be kept for ever.
    const living = [...kept.value].filter(([id]) => alarms.model?.byId.has(id));
    kept.value = new Map([...living, ...ids.map((id) => [id, make(id)] as const)]);
  };

  /** Sends something and keeps what came of it; `ids` are the alarms that show it. True: done without a refusal. */
  async function run(
    verb: string,
    send: () => Promise<ApiResult<ActionResult>>,
    ids: readonly string[] = [],
  ): Promise<boolean> {
    const known = new Map(ids.map((id) => [id, alarms.model?.byId.get(id)]));
    const nameOf = (id: string) => known.get(id)?.scopeName ?? id;
    const base: Outcome = { id: ++last, verb, state: 'sending', done: 0, refused: [], fault: '' };
    put(base);
    withMarks(ids, (id) => ({ verb, state: 'sending', reason: '', before: known.get(id) }));
    const result = await send();
    const outcome = outcomeOf(base, result, nameOf);
    put(outcome);
    withMarks(ids, (id) => markOf(id, verb, known.get(id), result));
    return outcome.state === 'done';
  }

  return { name, outcomes, marks, setName, dismiss, run };
});
