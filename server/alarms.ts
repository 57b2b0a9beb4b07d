/** Alarms of one run, on one screen: facts → verdicts → desk → record and outbox in one transaction → people, and back. */
import type {
  AlarmScope,
  AlarmsDelta,
  AlarmsSnapshot,
  AlarmStrip,
  RulesState,
  TransitionRecord,
} from '../shared/alarms.ts';
import type { Clock } from './base/clock.ts';
import { alarmsDelta, stripOf } from './detect/alarms/strip.ts';
import type { ActionResult, AlarmAction, AlarmDesk } from './detect/alarms/types.ts';
import type { Evaluator, Facts, RuleSet, Verdict } from './detect/rules/types.ts';
import type { AlarmBatch } from './history/alarm-store.ts';
import type { AlarmKeeper } from './history/alarms/keeper.ts';
import { type ExternalAlarm, toVerdict } from './respond/notify/alertmanager-in.ts';
import type { OnCall } from './respond/on-call/on-call.ts';
import type { Responder } from './respond/types.ts';

/** Under this name the evaluator's memory is kept. */
export const RULES_MEMORY = 'rules.memory';
/** And alarms that other systems have told of. */
export const EXTERNAL_MEMORY = 'alertmanager.alerts';
const DAY_MS = 86_400_000;
const PLATFORM_SCOPE: AlarmScope = { kind: 'platform', id: '' };

export interface AlarmWatchParts {
  readonly clock: Clock;
  readonly facts: (nowMs: number) => Facts;
  readonly evaluator: Evaluator;
  readonly desk: AlarmDesk;
  readonly onCall: OnCall;
  readonly responder: Responder;
  readonly keeper: AlarmKeeper;
  readonly rules: () => RulesState;
  readonly external: readonly ExternalAlarm[];
  /** The last day of the record. */
  readonly recent: readonly TransitionRecord[];
  /** Why what happens is not kept; null: it is. */
  readonly notKept: () => string | null;
}

/** Lives with the pipeline: `advance` after each of its steps, `tick` after each of its ticks. */
export class AlarmWatch {
  readonly #parts: AlarmWatchParts;
  readonly #external = new Map<string, ExternalAlarm>();
  #isExternalNew = false;
  #raises: readonly TransitionRecord[];
  #before: AlarmsSnapshot;
  #now: AlarmsSnapshot;
  #stripBefore: AlarmStrip;
  #strip: AlarmStrip;

  constructor(parts: AlarmWatchParts) {
    this.#parts = parts;
    this.#raises = parts.recent.filter(({ kind }) => kind === 'raised');
    for (const alarm of parts.external) this.#external.set(alarm.fingerprint, alarm);
    this.#before = this.#now = this.#look(parts.clock.now());
    this.#stripBefore = this.#strip = stripOf(this.#now);
  }

  /** Evaluates everything once, and lets leave what follows from it. */
  advance(nowMs: number): void {
    const { facts, evaluator, desk } = this.#parts;
    const verdicts = evaluator.evaluate(facts(nowMs), nowMs, desk.alive);
    desk.observe([...verdicts, ...this.#externalVerdicts(nowMs)], nowMs);
    void this.flush(nowMs);
  }

  /** One state of the rooms out of the one before. */
  tick(nowMs: number): void {
    this.advance(nowMs);
    this.#before = this.#now;
    this.#stripBefore = this.#strip;
    this.#now = this.#look(nowMs);
    const strip = stripOf(this.#now);
    if (JSON.stringify(strip) !== JSON.stringify(this.#strip)) this.#strip = strip;
  }

  snapshot(): AlarmsSnapshot {
    return this.#now;
  }

  strip(): AlarmStrip {
    return this.#strip;
  }

  delta(): AlarmsDelta {
    return alarmsDelta(this.#before, this.#now);
  }

  stripDelta(): AlarmStrip | undefined {
    return this.#strip === this.#stripBefore ? undefined : this.#strip;
  }

  async act(action: AlarmAction): Promise<ActionResult> {
    const nowMs = this.#parts.clock.now();
    const result = this.#parts.desk.act(action, nowMs);
    await this.flush(nowMs);
    return result;
  }

  /** Rules of a new version are in force from now on. */
  useRules(rules: RuleSet, by: string): void {
    const nowMs = this.#parts.clock.now();
    this.#parts.evaluator.useRules(rules);
    this.#parts.desk.useRules(rules, by, nowMs);
    void this.flush(nowMs);
  }

  /** How often a rule was raised in the last 24 hours. */
  raises(rule: string): number {
    const fromMs = this.#parts.clock.now() - DAY_MS;
    return this.#raises.filter((raise) => raise.rule === rule && raise.atMs > fromMs).length;
  }

  external(fingerprint: string): ExternalAlarm | undefined {
    return this.#external.get(fingerprint);
  }

  /** What another system says; it stays until that system says otherwise. */
  tell(alarms: readonly ExternalAlarm[]): void {
    for (const alarm of alarms) this.#external.set(alarm.fingerprint, alarm);
    this.#isExternalNew ||= alarms.length > 0;
  }

  /** Plans who is told of what has happened, and writes all of it as one. Resolves when it is kept, or known not to be. */
  flush(nowMs: number): Promise<void> {
    const { desk, responder, keeper, evaluator } = this.#parts;
    const { records, points, kept, notices } = desk.take();
    this.#countRaises(records, nowMs);
    responder.plan(notices, desk.view(nowMs).groups, nowMs);
    const memory = evaluator.takeKept(nowMs);
    const batch: AlarmBatch = {
      records: [...records, ...this.#rosterRecords()],
      points,
      kept: {
        ...kept,
        ...responder.takeKept(),
        ...this.#parts.onCall.takeKept(),
        ...(memory === undefined ? {} : { [RULES_MEMORY]: memory }),
        ...this.#takeExternal(),
      },
      outbox: responder.take(),
    };
    return keeper.put(batch).then(() => responder.release());
  }

  #countRaises(records: readonly TransitionRecord[], nowMs: number): void {
    const raised = records.filter(({ kind }) => kind === 'raised');
    if (raised.length > 0)
      this.#raises = [...this.#raises.filter(({ atMs }) => atMs > nowMs - DAY_MS), ...raised];
  }

  #externalVerdicts(nowMs: number): Verdict[] {
    const verdicts: Verdict[] = [];
    for (const [fingerprint, alarm] of this.#external) {
      verdicts.push(toVerdict(alarm, nowMs));
      if (alarm.isFiring) continue;
      // The desk has heard of its end: it need not be told again.
      this.#external.delete(fingerprint);
      this.#isExternalNew = true;
    }
    return verdicts;
  }

  #takeExternal(): Readonly<Record<string, string>> {
    if (!this.#isExternalNew) return {};
    this.#isExternalNew = false;
    return { [EXTERNAL_MEMORY]: JSON.stringify([...this.#external.values()]) };
  }

  /** Who was put on call by whom belongs into the same record. */
  #rosterRecords(): TransitionRecord[] {
    return this.#parts.onCall.takeChanges().map(({ atMs, by, reason }) => ({
      ...{ seq: 0, atMs, kind: 'on-call-changed', alarmId: '', rule: '', groupId: '', by, reason },
      ...{ ruleVersion: this.#parts.rules().version, scope: PLATFORM_SCOPE, priority: 'low', value: null },
      ...{ from: 'normal', to: 'normal' },
    }));
  }

  #look(nowMs: number): AlarmsSnapshot {
    const { desk, responder, onCall, rules, notKept } = this.#parts;
    return {
      ...desk.view(nowMs),
      onCall: onCall.at(nowMs),
      path: responder.report(nowMs),
      rules: rules(),
      notKept: notKept(),
    };
  }
}
