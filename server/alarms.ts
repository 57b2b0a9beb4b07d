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
import { messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { alarmsDelta, isSameStrip, stripOf } from './detect/alarms/strip.ts';
import type { ActionResult, AlarmAction, AlarmDesk, DeskView } from './detect/alarms/types.ts';
import type { Evaluator, Facts, RuleSet } from './detect/rules/types.ts';
import type { AlarmBatch } from './history/alarm-store.ts';
import type { AlarmKeeper } from './history/alarms/keeper.ts';
import { ExternalAlarms } from './external-alarms.ts';
import type { ExternalAlarm } from './respond/notify/alertmanager-in.ts';
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
  readonly log: Log;
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
  readonly #external: ExternalAlarms;
  /** Of this turn; null: none. */
  #fault: string | null = null;
  /** As the log knows it: told once, however many turns it lasts. */
  #logged: string | null = null;
  #evaluatedMs = performance.now();
  #raises: readonly TransitionRecord[];
  #before: AlarmsSnapshot;
  #now: AlarmsSnapshot;
  #stripBefore: AlarmStrip;
  #strip: AlarmStrip;

  constructor(parts: AlarmWatchParts) {
    this.#parts = parts;
    this.#raises = parts.recent.filter(({ kind }) => kind === 'raised');
    this.#external = new ExternalAlarms(parts.desk, parts.external);
    this.#before = this.#now = this.#look(parts.clock.now());
    this.#stripBefore = this.#strip = stripOf(this.#now);
  }

  /** When everything was last evaluated, and who is to be told planned, without a fault; on the monotonic clock. */
  get evaluatedMs(): number {
    return this.#evaluatedMs;
  }

  /** Evaluates everything once, and lets leave what follows from it. Whatever fails in it stops no wall, and is told. */
  advance(nowMs: number): void {
    const { facts, evaluator, desk } = this.#parts;
    this.#fault = null;
    try {
      const verdicts = evaluator.evaluate(facts(nowMs), nowMs, desk.alive);
      desk.observe([...verdicts, ...this.#external.verdicts(nowMs)], nowMs);
    } catch (error) {
      this.#note(error);
    }
    void this.flush(nowMs);
    if (this.#fault !== null) return;
    this.#evaluatedMs = performance.now();
    this.#logged = null;
  }

  /** One state of the rooms out of the one before. */
  tick(nowMs: number): void {
    this.advance(nowMs);
    this.#before = this.#now;
    this.#stripBefore = this.#strip;
    try {
      this.#now = this.#look(nowMs);
      const strip = stripOf(this.#now);
      if (!isSameStrip(this.#strip, strip)) this.#strip = strip;
    } catch (error) {
      this.#note(error);
    }
  }

  snapshot(): AlarmsSnapshot {
    return this.#now;
  }

  /** As it is now, with what was done since the last tick. */
  lookup(): DeskView {
    return this.#parts.desk.view(this.#parts.clock.now());
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
    const notKept = await this.flush(nowMs);
    return notKept === undefined ? result : { ...result, notKept };
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

  /** What another system says; it stays until that system says otherwise, or it is resolved here. How many were taken. */
  tell(alarms: readonly ExternalAlarm[]): number {
    return this.#external.tell(alarms);
  }

  /** For the panel of sources. */
  counters(): Readonly<Record<string, number>> {
    return { alarmsAlive: this.#parts.desk.alive.size, externalAlarmsDropped: this.#external.dropped };
  }

  /** Plans who is told of what has happened, and writes all of it as one. Resolves when it is kept, or with why it is not. */
  flush(nowMs: number): Promise<string | undefined> {
    const { desk, responder, keeper, evaluator } = this.#parts;
    const { records, points, kept, notices } = desk.take();
    this.#countRaises(records, nowMs);
    try {
      this.#external.forgetEnded(nowMs);
      responder.plan(notices, desk.view(nowMs).groups, nowMs);
    } catch (error) {
      // What happened is kept all the same; who was to be told of it is asked again with the next change of the group.
      this.#note(error);
    }
    const memory = evaluator.takeKept(nowMs);
    const external = this.#external.takeKept();
    const outbox = responder.take();
    const batch: AlarmBatch = {
      records: [...records, ...this.#rosterRecords()],
      points,
      kept: {
        ...kept,
        ...responder.takeKept(),
        ...this.#parts.onCall.takeKept(),
        ...(memory === undefined ? {} : { [RULES_MEMORY]: memory }),
        ...(external === undefined ? {} : { [EXTERNAL_MEMORY]: external }),
      },
      outbox,
    };
    return keeper
      .put(batch)
      .then((fault) => {
        // Only what this batch holds: what was planned since may not be kept yet.
        responder.release(outbox.put.map(({ id }) => id));
        return fault;
      })
      .catch((error: unknown) => {
        this.#note(error);
        return messageOf(error);
      });
  }

  /** A fault is logged once, and stands on the screens for as long as it lasts. */
  #note(error: unknown): void {
    this.#fault = messageOf(error);
    if (this.#fault !== this.#logged) this.#parts.log.error('alarm_turn_failed', { reason: this.#fault });
    this.#logged = this.#fault;
  }

  #countRaises(records: readonly TransitionRecord[], nowMs: number): void {
    const raised = records.filter(({ kind }) => kind === 'raised');
    if (raised.length > 0)
      this.#raises = [...this.#raises.filter(({ atMs }) => atMs > nowMs - DAY_MS), ...raised];
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
      notKept:
        this.#fault === null ? notKept() : `alarms are not evaluated as they should be: ${this.#fault}`,
    };
  }
}
