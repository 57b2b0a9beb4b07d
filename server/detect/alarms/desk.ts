import {
  type AlarmScope,
  type Flood,
  type TransitionKind,
  type TransitionRecord,
} from '../../../shared/alarms.ts';
import type { RuleSet, Verdict } from '../rules/types.ts';
import { act } from './acts.ts';
import type { Alarm } from './alarm.ts';
import { DeskTexts, KEPT, lastClock } from './desk-texts.ts';
import { ViewCache } from './desk-view.ts';
import { recordOf } from './record-of.ts';
import { type Deed, watch } from './draft.ts';
import { Groups } from './groups.ts';
import { Hides } from './hides.ts';
import { MAX_EXTERNAL, own } from './external.ts';
import type { DeskHands } from './hands.ts';
import { subjectOf } from './matcher.ts';
import { isGap } from './gap.ts';
import { floodRecord, Noticing } from './noticing.ts';
import { judgedOf } from './operate.ts';
import type { PointInput } from './point-types.ts';
import { Points } from './points.ts';
import { Recent } from './recent.ts';
import type {
  ActionResult,
  AlarmAction,
  AlarmDesk,
  DeskChanges,
  DeskOptions,
  DeskView,
  KeptDesk,
  Notice,
} from './types.ts';

const NOTHING_KEPT: KeptDesk = { points: {}, kept: {}, recent: [] };

export interface DeskStats {
  readonly alive: number;
  /** Alarms of other systems that were not taken because there were too many. */
  readonly externalDropped: number;
}

/** All alarms there are. Nothing in it waits, and nothing reads a clock. */
export function createAlarmDesk(options: DeskOptions): AlarmDesk & { stats(): DeskStats } {
  return new Desk(options);
}

class Desk implements AlarmDesk, DeskHands {
  readonly points: Points;
  readonly hides: Hides;
  readonly #options: DeskOptions;
  readonly #groups: Groups;
  readonly #noticing: Noticing;
  readonly #recent: Recent;
  readonly #damaged: [key: string, fault: string][] = [];
  #rules: RuleSet;
  #nowMs = 0;
  #lastMs: number | null;
  #hasBegun = false;
  #hasWatched = false;
  #externalDropped = 0;
  #own: TransitionRecord[] = [];
  #records: TransitionRecord[] = [];
  #notices: Notice[] = [];
  readonly #view: ViewCache;
  readonly #texts: DeskTexts;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#rules = options.rules;
    const { points, kept, recent } = options.kept ?? NOTHING_KEPT;
    this.#lastMs = lastClock(kept);
    this.hides = new Hides({
      silences: kept[KEPT.silences],
      maintenance: kept[KEPT.maintenance],
      service: kept[KEPT.service],
    });
    this.#groups = new Groups(kept[KEPT.groups]);
    this.points = new Points({
      ruleVersion: () => this.#rules.version,
      describe: options.describe,
      groupOf: (rule, cluster, sinceMs) => this.#groups.join(rule, cluster, { sinceMs, nowMs: this.#nowMs }),
      hidingOf: (alarm) => this.hides.hidingOf(subjectOf(alarm)),
      silenceOf: (alarm) => this.hides.silenceOf(subjectOf(alarm)),
    });
    this.#noticing = new Noticing(this.#groups, this.points, kept[KEPT.flood]);
    this.#recent = new Recent(recent, this.#lastMs);
    const { points: all, hides } = this;
    const parts = { points: all, hides, noticing: this.#noticing, recent: this.#recent, options };
    this.#view = new ViewCache(parts);
    this.#texts = new DeskTexts({ ...parts, groups: this.#groups });
    for (const record of recent) this.points.episodes.add(record);
    for (const [key, text] of Object.entries(points)) this.#restore(key, text);
  }

  get alive(): ReadonlySet<string> {
    return this.points.alive;
  }

  get rules(): RuleSet {
    return this.#rules;
  }

  observe(verdicts: readonly Verdict[], nowMs: number): void {
    this.#begin(nowMs);
    this.#hasWatched = true;
    const waiting = new Set(this.alive);
    for (const verdict of verdicts) {
      waiting.delete(verdict.key);
      if (this.#isTooMany(verdict)) continue;
      this.points.apply(verdict.key, verdict.scope, { kind: 'observe', verdict: own(verdict) }, nowMs);
      this.points.refresh(verdict.key, nowMs);
    }
    for (const key of waiting) this.#unheard(key, nowMs);
    this.#finish(nowMs);
  }

  act(action: AlarmAction, nowMs: number): ActionResult {
    this.#begin(nowMs);
    try {
      return act(this, action, nowMs);
    } finally {
      this.#finish(nowMs);
    }
  }

  useRules(rules: RuleSet, by: string, nowMs: number): void {
    this.#begin(nowMs);
    const reason = `rules of version ${rules.version} are in force (${rules.rules.length} rules)`;
    this.#rules = rules;
    this.note('rules-changed', { by, reason });
    const byId = new Map(rules.rules.map((rule) => [rule.id, rule]));
    for (const { key, scope, rule: id, judged } of [...this.points.all()]) {
      const rule = byId.get(id);
      if (rule && judgedOf(rule) !== judged)
        this.points.apply(key, scope, { kind: 'rules-changed', rule }, nowMs);
    }
    this.#finish(nowMs);
  }

  take(): DeskChanges {
    const { points, kept } = this.#texts.take(this.#nowMs, this.#records.length > 0);
    const changes = { records: this.#records, points, kept, notices: this.#notices };
    this.#records = [];
    this.#notices = [];
    return changes;
  }

  view(nowMs: number): DeskView {
    if (!this.#hasBegun) {
      this.#begin(nowMs);
      this.#finish(nowMs);
    }
    return this.#view.at(nowMs);
  }

  stats(): DeskStats {
    return { alive: this.alive.size, externalDropped: this.#externalDropped };
  }

  note(kind: TransitionKind, deed: Deed, about: Partial<TransitionRecord> = {}): void {
    this.#own.push(recordOf(kind, deed, { atMs: this.#nowMs, ruleVersion: this.#rules.version, ...about }));
  }

  sweep(why: Deed): void {
    if (!this.hides.refresh(this.#nowMs)) return;
    for (const alarm of [...this.points.all()]) this.#hide(alarm, why);
    this.#view.isOld = true;
  }

  #hide(alarm: Alarm, why: Deed): void {
    const { key, scope, suppressed, outOfService } = alarm;
    this.points.forgetView(key);
    const hiding = this.hides.hidingOf(subjectOf(alarm));
    const apply = (input: PointInput): void => this.points.apply(key, scope, input, this.#nowMs);
    if (hiding.suppressed && hiding.suppressed.by !== suppressed?.by)
      apply({ kind: 'suppress', hidden: hiding.suppressed });
    if (hiding.outOfService && !outOfService) apply({ kind: 'out-of-service', hidden: hiding.outOfService });
    if (!hiding.suppressed && suppressed) apply({ kind: 'unsuppress', ...why });
    if (!hiding.outOfService && outOfService) apply({ kind: 'in-service', ...why });
  }

  #restore(key: string, text: string): void {
    const fault = this.points.restore(key, text);
    if (fault !== undefined) this.#damaged.push([key, fault]);
    const alarm = this.points.get(key);
    if (alarm && alarm.groupId !== '' && !this.#groups.get(alarm.groupId)) this.#groups.reopen(alarm);
  }

  #begin(nowMs: number): void {
    this.#nowMs = nowMs;
    const awayMs = this.#lastMs === null ? 0 : nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (awayMs < 0) this.#jump('back', -awayMs);
    else if (isGap(awayMs, this.#hasWatched, this.#options.maxStepMs)) this.#jump('gap', awayMs);
    if (!this.#hasBegun) this.#begun();
    for (const { by, reason } of this.hides.endSilences(nowMs))
      this.note('silence-ended', watch(`its time is over; ${by}: ${reason}`));
    for (const { by, reason } of this.hides.endMaintenance(nowMs))
      this.note('maintenance-ended', watch(`its time is over; ${by}: ${reason}`));
    this.sweep(watch('the maintenance is over'));
  }

  #begun(): void {
    this.#hasBegun = true;
    this.points.episodes.dropFuture(this.#nowMs);
    for (const [key, fault] of this.#damaged) {
      const [rule = '', kind = 'platform', id = ''] = key.split(' ');
      const scope = { kind, id } as AlarmScope;
      this.note(
        'closed',
        watch(`what was kept of it cannot be read (${fault}); it comes again if it holds`),
        {
          rule,
          scope,
        },
      );
      this.points.dirty.add(key);
    }
  }

  #jump(jump: 'back' | 'gap', byMs: number): void {
    for (const { key, scope } of [...this.points.all()])
      this.points.apply(key, scope, { kind: 'clock', jump, byMs }, this.#nowMs);
    for (const key of this.alive) this.points.forgetView(key);
    if (jump !== 'back') return;
    this.points.episodes.shift(byMs);
    this.#noticing.shift(byMs);
    this.hides.shift(byMs);
  }

  /** Nothing is said of it: it is another system's, or its rule or scope is no more. */
  #unheard(key: string, nowMs: number): void {
    const alarm = this.points.get(key);
    if (!alarm) return;
    if (alarm.scope.kind === 'external') {
      this.points.apply(key, alarm.scope, { kind: 'tick' }, nowMs);
      return;
    }
    const rule = this.#rules.rules.find(({ id, enabled }) => id === alarm.rule && enabled);
    const what = rule
      ? `${alarm.about.scopeName} is no longer watched by it`
      : 'the rule is no longer in force';
    this.points.apply(
      key,
      alarm.scope,
      { kind: 'gone', ...watch(`${what} (rules of version ${this.#rules.version})`) },
      nowMs,
    );
  }

  #isTooMany({ key, scope }: Verdict): boolean {
    if (scope.kind !== 'external' || this.alive.has(key)) return false;
    if (this.points.externals < MAX_EXTERNAL) return false;
    this.#externalDropped++;
    return true;
  }

  #finish(nowMs: number): void {
    const turn = this.points.takeTurn();
    const before: Flood | null = this.#noticing.flood;
    const notices = this.#noticing.notices(turn, nowMs);
    const flood = floodRecord(before, this.#noticing.flood);
    if (flood) this.note(flood.kind, watch(flood.reason), { groupId: flood.groupId });
    for (const { silence } of notices) if (silence !== null) this.hides.withheld(silence);
    const records = [...this.#own, ...turn.records];
    this.#own = [];
    this.#recent.add(records, nowMs);
    this.points.episodes.prune(nowMs);
    this.#records.push(...records);
    this.#notices.push(...notices);
    if (records.length > 0 || notices.length > 0 || turn.touched.size > 0) this.#view.isOld = true;
  }
}
