import type { AlarmScope, BackTestFire, TransitionRecord } from '../../../shared/alarms.ts';
import { type Alarm, NOT_HIDDEN } from '../alarms/alarm.ts';
import { Episodes } from '../alarms/episodes.ts';
import { type PointContext, step } from '../alarms/point.ts';
import { createEvaluator } from '../rules/evaluate.ts';
import type { ScopeFacts, Verdict } from '../rules/types.ts';
import type { SampleFacts } from './facts.ts';
import type { Plan } from './plan.ts';

interface Judge {
  readonly evaluator: ReturnType<typeof createEvaluator>;
  readonly alive: Set<string>;
}
type Open = { -readonly [K in keyof BackTestFire]: BackTestFire[K] };

/** Takes each alarm at once, so that each time the condition comes back is an alarm of its own. */
const TAKER = { by: 'back-test', note: '' };

/** Rules and the life of their alarms, as live, over one step of the past after the other. */
export class Runner {
  /** In the order in which they were raised. */
  readonly fires: readonly BackTestFire[];
  readonly #fires: Open[] = [];
  readonly #facts: SampleFacts;
  /** One for each rule, so that others get their turn between two of them. */
  readonly #judges: readonly Judge[];
  readonly #alarms = new Map<string, Alarm>();
  readonly #open = new Map<string, Open>();
  readonly #episodes = new Episodes();
  readonly #countFromMs: number;
  readonly #only: AlarmScope | undefined;
  readonly #names: ReadonlyMap<string, ScopeFacts>;
  #raised = 0;

  /** Alarms raised before `countFromMs` are not counted: until then rules only see what they must have seen. */
  constructor(plan: Plan, facts: SampleFacts, of: { countFromMs: number; only?: AlarmScope | undefined }) {
    this.fires = this.#fires;
    this.#facts = facts;
    this.#judges = plan.rules.map((rule) => ({
      evaluator: createEvaluator({ rules: { version: 0, rules: [rule] } }),
      alive: new Set(),
    }));
    this.#countFromMs = of.countFromMs;
    this.#only = of.only;
    const scopes = Object.values(plan.scopes).flat();
    this.#names = new Map(scopes.map((scope) => [nameOf(scope), scope]));
  }

  /** Why a rule could not be judged, by rule. */
  get faults(): ReadonlyMap<string, string> {
    return new Map(this.#judges.flatMap(({ evaluator }) => [...evaluator.faults]));
  }

  /** One rule, at all scopes; `facts` are of this moment. */
  advance(rule: number, atMs: number): void {
    const judge = this.#judges[rule];
    if (!judge) return;
    this.#episodes.prune(atMs);
    for (const verdict of judge.evaluator.evaluate(this.#facts, atMs, judge.alive))
      if (!this.#isOutside(verdict)) this.#observe(verdict, atMs, judge.alive);
  }

  #isOutside({ rule, scope }: Verdict): boolean {
    if (this.#only && this.#only.id !== scope.id) return true;
    if (rule.when.kind !== 'no-data') return false;
    const place = this.#facts.scopes(scope.kind).findIndex(({ id }) => id === scope.id);
    return this.#facts.isNotKept(scope.kind, place);
  }

  #observe(verdict: Verdict, atMs: number, alive: Set<string>): void {
    const { key } = verdict;
    const context = this.#contextOf(verdict);
    const seen = step(this.#alarms.get(key) ?? null, { kind: 'observe', verdict }, atMs, context);
    const isNew = seen.alarm?.state === 'unacknowledged';
    const { alarm } = isNew ? step(seen.alarm, { kind: 'acknowledge', ...TAKER }, atMs, context) : seen;
    for (const record of seen.records) this.#note(record, verdict);
    const open = this.#open.get(key);
    if (open && alarm?.raisedAtMs) open.worst = alarm.worst;
    if (alarm) {
      this.#alarms.set(key, alarm);
      alive.add(key);
    } else if (this.#alarms.delete(key)) {
      alive.delete(key);
      this.#open.delete(key);
    }
  }

  #note(record: TransitionRecord, { key, scope, reading }: Verdict): void {
    this.#episodes.add(record);
    if (record.kind === 'raised') {
      const { rule, priority, atMs: raisedAtMs, reason } = record;
      const scopeName = this.#names.get(nameOf(scope))?.name ?? scope.id;
      const fire: Open = {
        ...{ rule, scope, scopeName, priority, raisedAtMs, reason },
        ...{ clearedAtMs: null, worst: reading.value },
      };
      this.#open.set(key, fire);
      if (raisedAtMs >= this.#countFromMs) this.#fires.push(fire);
      return;
    }
    const open = this.#open.get(key);
    if (!open) return;
    if (record.kind === 'priority') open.priority = record.priority;
    if (record.kind === 'closed' || record.kind === 'returned') open.clearedAtMs = record.atMs;
  }

  #contextOf({ key, scope }: Verdict): PointContext {
    const { kind, id } = scope;
    const unknown: ScopeFacts = { kind, id, name: id, cluster: null, mailboxes: null };
    return {
      ruleVersion: 0,
      newId: () => `${key} ${(this.#raised += 1)}`,
      groupOf: () => 'back-test',
      describe: () => this.#names.get(nameOf(scope)) ?? unknown,
      hidingOf: () => NOT_HIDDEN,
      episodes: this.#episodes.of(key),
    };
  }
}

function nameOf({ kind, id }: AlarmScope): string {
  return `${kind} ${id}`;
}
