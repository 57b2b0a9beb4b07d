import type { AlarmScope, Priority } from '../../../../shared/alarms.ts';
import { NOT_HIDDEN } from '../../../../server/detect/alarms/alarm.ts';
import { createAlarmDesk } from '../../../../server/detect/alarms/desk.ts';
import type { PointContext } from '../../../../server/detect/alarms/point-types.ts';
import type { DeskChanges, DeskOptions, KeptDesk } from '../../../../server/detect/alarms/types.ts';
import { keyOf, type Rule, type ScopeFacts, type Verdict } from '../../../../server/detect/rules/types.ts';

export const T = Date.UTC(2026, 10, 22, 3);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export function ruleOf(change: Partial<Rule> = {}): Rule {
  return {
    id: 'lag',
    title: 'Effective lag',
    enabled: true,
    scope: 'tenant',
    when: { kind: 'level', metric: 'lag-p95' },
    guards: [],
    levels: [
      { priority: 'high', above: 300_000, holdSeconds: 180 },
      { priority: 'critical', above: 900_000, holdSeconds: 180 },
    ],
    clearRatio: 0.8,
    clearForSeconds: 300,
    keepFiringSeconds: 300,
    action: 'look at the queue',
    runbook: null,
    ...change,
  };
}

/** Raised at once and gone at once. */
export const QUICK: Rule = ruleOf({
  id: 'quick',
  title: 'Quick',
  levels: [
    { priority: 'high', above: 10, holdSeconds: 0 },
    { priority: 'critical', above: 20, holdSeconds: 0 },
  ],
  clearForSeconds: 0,
  keepFiringSeconds: 0,
});

export function tenant(id: string): AlarmScope {
  return { kind: 'tenant', id };
}

/** What a value says: number of the level; `clear`, `between`, or no data. */
export type Said = number | 'clear' | 'between' | 'no-data';

export function verdictOf(rule: Rule, scope: AlarmScope, said: Said, value?: number): Verdict {
  const level = typeof said === 'number' ? said : -1;
  const shown = value ?? (typeof said === 'number' ? (rule.levels[said]?.above ?? 0) + 1 : 1);
  const number = said === 'no-data' ? null : shown;
  return {
    key: keyOf(rule.id, scope),
    rule,
    scope,
    level,
    isClear: said === 'clear',
    noData: said === 'no-data' ? 'the log is silent' : null,
    reading: {
      metric: 'lag-p95',
      value: number,
      unit: 'ms',
      limit: rule.levels[Math.max(0, level)]?.above ?? null,
      side: 'above',
      n: 100,
      isFloor: false,
      atMs: 0,
    },
    reason: `lag ${number ?? '?'}`,
  };
}

export function factsOf(scope: AlarmScope): ScopeFacts {
  return { ...scope, name: `Tenant ${scope.id}`, cluster: scope.id.slice(0, 1) || null, mailboxes: 100 };
}

let ids = 0;
export function contextOf(change: Partial<PointContext> = {}): PointContext {
  return {
    ruleVersion: 1,
    newId: (key, nowMs) => `${key}@${nowMs}#${ids++}`,
    groupOf: (rule) => `g-${rule}`,
    describe: () => factsOf(tenant('a1')),
    hidingOf: () => NOT_HIDDEN,
    episodes: [],
    ...change,
  };
}

export function deskOptions(change: Partial<DeskOptions> = {}): DeskOptions {
  return {
    rules: { version: 1, rules: [ruleOf(), QUICK] },
    describe: factsOf,
    shiftBegan: () => T - 4 * HOUR,
    ...change,
  };
}

/** A desk with what it would have in the store, so that it can be ended and begun anew at any moment. */
export class Bench {
  readonly points = new Map<string, string>();
  readonly kept: Record<string, string> = {};
  readonly records: DeskChanges['records'][number][] = [];
  readonly notices: DeskChanges['notices'][number][] = [];
  readonly options: DeskOptions;
  desk: ReturnType<typeof createAlarmDesk>;
  nowMs = T;

  constructor(change: Partial<DeskOptions> = {}) {
    this.options = deskOptions(change);
    this.desk = createAlarmDesk(this.options);
  }

  /** One look at all of these. */
  observe(...said: readonly (readonly [rule: Rule, id: string, said: Said])[]): DeskChanges {
    return this.see(said.map(([rule, id, what]) => verdictOf(rule, tenant(id), what)));
  }

  see(verdicts: readonly Verdict[]): DeskChanges {
    this.desk.observe(verdicts, this.nowMs);
    return this.take();
  }

  /** The same look each second, for so long. */
  during(ms: number, ...said: readonly (readonly [rule: Rule, id: string, said: Said])[]): void {
    for (const end = this.nowMs + ms; this.nowMs < end;) {
      this.nowMs += SECOND;
      this.observe(...said);
    }
  }

  act(action: Parameters<Bench['desk']['act']>[0]): ReturnType<Bench['desk']['act']> {
    const result = this.desk.act(action, this.nowMs);
    this.take();
    return result;
  }

  take(): DeskChanges {
    const changes = this.desk.take();
    for (const [key, text] of Object.entries(changes.points))
      if (text === null) this.points.delete(key);
      else this.points.set(key, text);
    Object.assign(this.kept, changes.kept);
    this.records.push(...changes.records);
    this.notices.push(...changes.notices);
    return changes;
  }

  restart(): void {
    this.desk = createAlarmDesk({ ...this.options, kept: this.stored() });
  }

  stored(): KeptDesk {
    return structuredClone({
      points: Object.fromEntries(this.points),
      kept: this.kept,
      recent: this.records,
    });
  }

  view(): ReturnType<Bench['desk']['view']> {
    return this.desk.view(this.nowMs);
  }

  ids(): string[] {
    return this.view().alarms.map(({ id }) => id);
  }

  kinds(): string[] {
    return this.records.map(({ kind }) => kind);
  }

  told(): string[] {
    return this.notices.map(({ kind }) => kind);
  }
}

export const PRIORITY_RANK: Readonly<Record<Priority, number>> = { low: 0, medium: 1, high: 2, critical: 3 };
