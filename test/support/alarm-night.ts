import { createAlarmDesk } from '../../server/detect/alarms/desk.ts';
import type { Notice } from '../../server/detect/alarms/types.ts';
import { loadRuleSet } from '../../server/detect/rules/rule-set.ts';
import type { TransitionRecord } from '../../shared/alarms.ts';
import { type AlarmRunOptions, createAlarmRun } from './alarm-run.ts';

export interface Night {
  readonly startMs: number;
  readonly records: readonly TransitionRecord[];
  readonly notices: readonly Notice[];
  /** First time a rule was raised at any scope after `fromMs`, at this priority or above it. */
  raisedAt(rule: string, fromMs: number, priority?: string): number | undefined;
}

/** A story of the demo platform through pipeline, rules and alarms, in simulated time. Nobody acknowledges. */
export function runNight(options: AlarmRunOptions): Night {
  const run = createAlarmRun(options);
  const byId = new Map(run.tenants.map((tenant) => [tenant.id, tenant]));
  const desk = createAlarmDesk({
    rules: loadRuleSet(undefined, 1).set,
    describe({ kind, id }) {
      const { name = id, cluster = null, mailboxes = null } = byId.get(id) ?? {};
      return { kind, id, name, cluster: cluster ?? null, mailboxes: mailboxes ?? null };
    },
    shiftBegan: () => run.startMs,
  });
  const records: TransitionRecord[] = [];
  const notices: Notice[] = [];
  run.run(
    ({ verdicts, nowMs }) => {
      desk.observe(verdicts, nowMs);
      const taken = desk.take();
      records.push(...taken.records);
      notices.push(...taken.notices);
    },
    () => desk.alive,
  );
  return {
    startMs: run.startMs,
    records,
    notices,
    raisedAt: (rule, fromMs, priority) =>
      records.find(
        (record) =>
          record.rule === rule &&
          record.atMs >= fromMs &&
          (record.kind === 'raised' || record.kind === 'reraised' || record.kind === 'priority') &&
          (priority === undefined || record.priority === priority),
      )?.atMs,
  };
}
