import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { AlarmView } from '../../shared/alarms.ts';
import { sendDeed, sendSilence, type ActionResult, type AlarmDeed } from '../api-alarms.ts';
import type { ApiResult } from '../api.ts';
import { useAlarmDeedsStore, VERBS } from '../stores/alarm-deeds.ts';
import { deedsOf, type ActionInput, type ActionName } from '../stores/alarm-forms.ts';
import { unacknowledgedOf } from '../stores/alarms-rows.ts';

/** A form that is open. */
export interface OpenForm {
  readonly action: ActionName;
  readonly alarms: readonly AlarmView[];
}

export interface AlarmActions {
  readonly form: Readonly<ShallowRef<OpenForm | null>>;
  /** Counts forms, so that each starts empty. */
  readonly formKey: Readonly<Ref<number>>;
  /** Acknowledges at once when it is known who does; everything else asks first. */
  act(action: ActionName, alarms: readonly AlarmView[]): void;
  /** Opens the form of an action. */
  open(action: ActionName, alarms: readonly AlarmView[]): void;
  send(input: ActionInput): void;
  close(): void;
}

const QUIET: Omit<ActionInput, 'by'> = { reason: '', untilMs: null, matcher: {}, isEverywhere: false };

/** One after the other, told as one; what failed as a whole ends it. */
async function sendEach(deeds: readonly AlarmDeed[]): Promise<ApiResult<ActionResult>> {
  const done: string[] = [];
  const refused: ActionResult['refused'][number][] = [];
  for (const deed of deeds) {
    const result = await sendDeed(deed);
    if (!result.ok) return result;
    done.push(...result.data.done);
    refused.push(...result.data.refused);
  }
  return { ok: true, data: { done, refused } };
}

/** What can be done to alarms: asked for, sent, and told. `nowMs` is the server's. */
export function useAlarmActions(nowMs: () => number): AlarmActions {
  const deeds = useAlarmDeedsStore();
  const form = shallowRef<OpenForm | null>(null);
  const formKey = ref(0);

  function open(action: ActionName, alarms: readonly AlarmView[]): void {
    if (alarms.length === 0) return;
    formKey.value += 1;
    form.value = { action, alarms };
  }
  function sendAll(action: ActionName, alarms: readonly AlarmView[], input: ActionInput): void {
    if (action === 'silence') {
      const { by, reason, matcher } = input;
      const times = { fromMs: Math.round(nowMs()), untilMs: Math.round(input.untilMs ?? 0) };
      void deeds.run('Silence', () => sendSilence({ matcher, by, reason, ...times }));
      return;
    }
    const sent = deedsOf(action, alarms, input);
    const ids = sent.flatMap((one) => one.ids);
    void deeds.run(VERBS[action], () => sendEach(sent.map(({ deed }) => deed)), ids);
  }
  function act(action: ActionName, alarms: readonly AlarmView[]): void {
    if (action !== 'acknowledge') return open(action, alarms);
    const waiting = unacknowledgedOf(alarms);
    if (waiting.length === 0) return;
    if (deeds.name === '') return open(action, waiting);
    sendAll(action, waiting, { ...QUIET, by: deeds.name });
  }
  function send(input: ActionInput): void {
    if (!form.value) return;
    const { action, alarms } = form.value;
    deeds.setName(input.by);
    form.value = null;
    sendAll(action, alarms, input);
  }
  return { form, formKey, act, open, send, close: () => void (form.value = null) };
}
