import { describe, expect, it } from 'vitest';
import { AlarmWatch, type AlarmWatchParts } from '../../../server/alarms.ts';
import { silentLog } from '../../../server/base/log.ts';
import { createAlarmDesk } from '../../../server/detect/alarms/desk.ts';
import { loadRuleSet } from '../../../server/detect/rules/rule-set.ts';
import { keyOf, type Facts, type Rule, type Verdict } from '../../../server/detect/rules/types.ts';
import type { AlarmBatch } from '../../../server/history/alarm-store.ts';
import { AlarmKeeper } from '../../../server/history/alarms/keeper.ts';
import type { AlarmPathReport } from '../../../shared/alarms.ts';

const T = Date.parse('2026-11-22T03:00:00Z');
const rule: Rule = {
  ...{ id: 'quick', title: 'Quick', enabled: true, scope: 'tenant', guards: [], clearRatio: 0.8 },
  when: { kind: 'level', metric: 'lagP95Ms' },
  levels: [{ priority: 'critical', above: 10, holdSeconds: 0 }],
  ...{ clearForSeconds: 0, keepFiringSeconds: 0, action: 'look', runbook: null },
};
const PATH: AlarmPathReport = { state: 'none', reason: '', checkedAtMs: null, channels: [], deadMan: null };

function verdict(id: string): Verdict {
  const scope = { kind: 'tenant', id } as const;
  return {
    ...{ key: keyOf(rule.id, scope), rule, scope, level: 0, isClear: false, noData: null, reason: 'lag 11' },
    reading: {
      metric: 'lagP95Ms',
      value: 11,
      unit: 'ms',
      limit: 10,
      side: 'above',
      n: 9,
      isFloor: false,
      atMs: T,
    },
  };
}

/** A watch over a store that takes batches when it is told to. */
function createBench(broken: { evaluate?: boolean; plan?: boolean } = {}) {
  const batches: AlarmBatch[] = [];
  const gates: (() => void)[] = [];
  const released: string[][] = [];
  const logged: string[] = [];
  const said: { verdicts: readonly Verdict[] } = { verdicts: [] };
  let row = 0;
  let rows: { id: string; channel: string; createdAtMs: number; text: string }[] = [];
  const store = {
    load: () => Promise.reject(new Error('not asked')),
    record: () => Promise.resolve({ records: [], nextBeforeSeq: null }),
    async write(batch: AlarmBatch) {
      await new Promise<void>((resolve) => gates.push(resolve));
      batches.push(batch);
    },
  };
  const rules = { version: 1, rules: [rule] };
  const parts: AlarmWatchParts = {
    clock: { now: () => T, speed: 1 },
    log: { ...silentLog, error: (event) => void logged.push(event) },
    facts: () => ({}) as Facts,
    evaluator: {
      evaluate() {
        if (broken.evaluate) throw new Error('a rule too many');
        return said.verdicts;
      },
      useRules: () => undefined,
      takeKept: () => undefined,
    },
    desk: createAlarmDesk({
      rules,
      describe: ({ kind, id }) => ({ kind, id, name: id, cluster: 'a', mailboxes: null }),
      shiftBegan: () => T,
    }),
    onCall: {
      ...{ at: () => [], personAt: () => null, people: () => [], overrides: () => [], faults: [] },
      ...{
        override: () => ({ id: '' }),
        endOverride: () => undefined,
        takeKept: () => ({}),
        takeChanges: () => [],
      },
    },
    responder: {
      ...{ start: () => undefined, stop: () => Promise.resolve(), report: () => PATH, onCall: () => [] },
      takeKept: () => ({}),
      plan(notices) {
        if (broken.plan) throw new Error('a route too many');
        rows = notices.map(() => ({ id: `row-${(row += 1)}`, channel: 'hook', createdAtMs: T, text: '' }));
      },
      take() {
        const put = rows;
        rows = [];
        return { put, done: [] };
      },
      release: (ids) => void released.push([...(ids ?? ['all'])]),
    },
    keeper: new AlarmKeeper({ store, log: silentLog }),
    rules: () => ({ version: 1, count: loadRuleSet(undefined, 1).set.rules.length, faults: [] }),
    external: [],
    recent: [],
    notKept: () => null,
  };
  const settle = async () => {
    gates.shift()?.();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { watch: new AlarmWatch(parts), batches, released, logged, said, settle };
}

describe('the watch over alarms', () => {
  it('ALM-43: rules that cannot be evaluated stop nothing, are told on the screens, and the outside watch hears of it', () => {
    const broken = { evaluate: true };
    const { watch } = createBench(broken);
    const before = watch.evaluatedMs;
    watch.tick(T);
    expect(watch.strip().notKept).toMatch(/not evaluated as they should be: a rule too many/);
    expect(watch.evaluatedMs).toBe(before);
    broken.evaluate = false;
    watch.tick(T + 1_000);
    expect(watch.strip().notKept).toBeNull();
    expect(watch.evaluatedMs).toBeGreaterThan(before);
  });

  it('ALM-43: a fault that lasts is logged once, and again when it comes back', () => {
    const broken = { evaluate: true };
    const { watch, logged } = createBench(broken);
    for (let turn = 0; turn < 5; turn++) watch.tick(T + turn * 1_000);
    expect(logged).toEqual(['alarm_turn_failed']);
    broken.evaluate = false;
    watch.tick(T + 6_000);
    broken.evaluate = true;
    watch.tick(T + 7_000);
    expect(logged).toHaveLength(2);
  });

  it('ALM-43: the outside watch hears nothing while nobody can be told', () => {
    const broken = { plan: true };
    const { watch, logged } = createBench(broken);
    const before = watch.evaluatedMs;
    watch.tick(T);
    watch.tick(T + 1_000);
    expect([watch.evaluatedMs, logged.length]).toEqual([before, 1]);
    expect(watch.strip().notKept).toMatch(/a route too many/);
  });

  it('ALM-43: when nobody can be told, what happened is kept all the same', async () => {
    const { watch, said, batches, settle } = createBench({ plan: true });
    said.verdicts = [verdict('aurora')];
    watch.tick(T);
    await settle();
    expect(batches[0]?.records.map(({ kind }) => kind)).toContain('raised');
  });

  it('NTF-12: only what is kept leaves, not what was planned while it was being written', async () => {
    const { watch, said, released, settle } = createBench();
    said.verdicts = [verdict('aurora')];
    watch.tick(T);
    said.verdicts = [verdict('aurora'), verdict('blueridge')].map((each) => each);
    watch.tick(T + 200_000);
    await settle();
    expect(released.flat()).toEqual(['row-1']);
    await settle();
    expect(released.flat()).toContain('row-2');
  });
});
