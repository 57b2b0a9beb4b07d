/** From what paired displays do to alarms: facts, stock rules and desk together, on a clock of the test. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../../server/base/config.ts';
import { planOf } from '../../../../server/detect/back-test/plan.ts';
import { createAlarmDesk } from '../../../../server/detect/alarms/desk.ts';
import { createEvaluator } from '../../../../server/detect/rules/evaluate.ts';
import { createLiveFacts, type ScreenFact } from '../../../../server/detect/rules/live-facts.ts';
import { METRIC_VIEWS } from '../../../../server/detect/rules/metrics.ts';
import { loadRuleSet } from '../../../../server/detect/rules/rule-set.ts';
import { STOCK_RULES } from '../../../../server/detect/rules/stock-rules.ts';
import type { Reading } from '../../../../server/detect/rules/types.ts';
import { createPipeline } from '../../../../server/pipeline.ts';

const START = Date.UTC(2026, 10, 22, 3);
const SOUNDS: Reading = { value: 0, n: null };
const LEFT: ScreenFact = {
  id: 'left',
  name: 'Night wall left (control room)',
  dark: { value: 4_000, n: null },
  mute: SOUNDS,
};
const RIGHT: ScreenFact = { ...LEFT, id: 'right', name: 'Night wall right (control room)' };

/** A platform without mail whose screens a test sets. */
function bench(screens: readonly ScreenFact[]) {
  const state = { nowMs: START, screens };
  const clock = { now: () => state.nowMs, speed: 1 };
  const live = createPipeline({ tenants: [], limits: DEFAULT_THRESHOLDS, clock, reports: () => [] });
  const factsAt = createLiveFacts({ live, sums: live.sums, own: () => ({}), screens: () => state.screens });
  const rules = loadRuleSet(undefined, 1).set;
  const evaluator = createEvaluator({ rules });
  const desk = createAlarmDesk({
    rules,
    describe: (scope) => {
      const name = [LEFT, RIGHT].find(({ id }) => id === scope.id)?.name ?? scope.id;
      return { ...scope, name, cluster: null, mailboxes: null };
    },
    shiftBegan: () => START,
  });
  const step = (next: readonly ScreenFact[], seconds = 1) => {
    state.screens = next;
    for (let i = 0; i < seconds; i++) {
      state.nowMs += 1_000;
      const facts = factsAt(state.nowMs);
      desk.observe(evaluator.evaluate(facts, state.nowMs, desk.alive), state.nowMs);
    }
    return desk.view(state.nowMs).alarms.map(({ rule, scope, state: of }) => `${rule} ${scope.id} ${of}`);
  };
  return { step, desk, factsAt, nowMs: () => state.nowMs };
}

const dark = (fact: ScreenFact, ms: number, isFloor = false): ScreenFact => ({
  ...fact,
  dark: { value: ms, n: null, ...(isFloor && { isFloor }) },
});
const unknown = (fact: ScreenFact): ScreenFact => ({
  ...fact,
  dark: { value: null, n: null, noData: 'nothing painted yet, expected for 5 s' },
});

describe('alarms of paired screens', () => {
  it('SCR-37: a screen that has painted nothing for more than 15 s is one at once, by name and place', () => {
    const { step, desk, nowMs } = bench([LEFT]);
    expect(step([dark(LEFT, 15_000)])).toEqual([]);
    expect(step([dark(LEFT, 15_001)])).toEqual(['screen-dark left unacknowledged']);
    const { alarms, groups } = desk.view(nowMs());
    expect(alarms[0]).toMatchObject({
      priority: 'high',
      scope: { kind: 'screen', id: 'left' },
      scopeName: 'Night wall left (control room)',
      reason: 'nothing painted for 15.0 s, over 15 s',
    });
    expect(groups.map(({ text }) => text)).toEqual([
      'A screen shows nothing: Night wall left (control room), nothing painted for 15.0 s, over 15 s',
    ]);
  });

  it('SCR-37: says that it may have been dark for longer than the server has run', () => {
    const { step, desk, nowMs } = bench([LEFT]);
    step([dark(LEFT, 180_000, true)]);
    expect(desk.view(nowMs()).alarms[0]!.reason).toBe('nothing painted for ≥ 3.0 min, over 15 s');
  });

  it('SCR-37: several screens are one group, and it says how many and which one is worst', () => {
    const { step, desk, nowMs } = bench([LEFT, RIGHT]);
    step([dark(LEFT, 20_000), dark(RIGHT, 60_000)]);
    expect(desk.view(nowMs()).groups.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^A screen shows nothing: 2 screens, worst Night wall right \(control room\), /),
    ]);
  });

  it('SCR-38: its alarm returns ten seconds after it paints again, and a report that is due soon does not bring it back', () => {
    const { step } = bench([LEFT]);
    step([dark(LEFT, 20_000)]);
    expect(step([dark(LEFT, 0)])).toEqual(['screen-dark left unacknowledged']);
    expect(step([dark(LEFT, 10_500)], 10)).toEqual(['screen-dark left returned']);
    expect(step([dark(LEFT, 14_999)], 60)).toEqual(['screen-dark left returned']);
  });

  it('SCR-38: its alarm waits while nothing can be said, and goes when it is revoked', () => {
    const { step, desk } = bench([LEFT, RIGHT]);
    step([dark(LEFT, 20_000), dark(RIGHT, 20_000)]);
    expect(step([unknown(LEFT), RIGHT], 60)).toEqual([
      'screen-dark left unacknowledged',
      'screen-dark right returned',
    ]);
    expect(step([RIGHT])).toEqual(['screen-dark right returned']);
    const closed = desk.take().records.find(({ kind }) => kind === 'closed');
    expect(closed).toMatchObject({
      scope: { kind: 'screen', id: 'left' },
      reason: 'Night wall left (control room) is no longer watched by it (rules of version 1)',
    });
  });

  it('SCR-34: without paired screens there is none', () => {
    expect(bench([]).step([], 60)).toEqual([]);
  });

  it('SCR-39: a screen that cannot sound for a minute is a low one; while it is not known none comes or goes', () => {
    const { step, desk, nowMs } = bench([LEFT]);
    const mute = (value: number) => [{ ...LEFT, mute: { value, n: null } }];
    const untold = [{ ...LEFT, mute: { value: null, n: null, noData: 'it has not told yet' } }];
    expect(step(untold, 120)).toEqual([]);
    expect(step(mute(1), 60)).toEqual(['screen-mute left pending']);
    expect(step(mute(1))).toEqual(['screen-mute left unacknowledged']);
    expect(desk.view(nowMs()).alarms[0]).toMatchObject({
      priority: 'low',
      reason: 'sound held back by its browser or silenced for over an hour',
    });
    expect(step(untold, 120)).toEqual(['screen-mute left unacknowledged']);
    expect(step(mute(0), 11)).toEqual(['screen-mute left returned']);
  });

  it('is called by its new name from when it is renamed', () => {
    const { factsAt, step, nowMs } = bench([LEFT]);
    step([{ ...LEFT, name: 'Day wall' }]);
    const facts = factsAt(nowMs());
    expect(facts.scopes('screen').map(({ name }) => name)).toEqual(['Day wall']);
    // Rules remember where they apply by the list itself.
    expect(factsAt(nowMs() + 1).scopes('screen')).toBe(facts.scopes('screen'));
  });
});

describe('rules about screens', () => {
  const rule = (metric: string, scope: string) => `
rules:
  - id: mine
    title: Mine
    scope: ${scope}
    when: {kind: level, metric: ${metric}}
    levels: [{priority: low, above: 0, holdSeconds: 0}]
    action: look at it
`;

  it('SCR-39: may be written like any other, with metrics of screens only', () => {
    expect(loadRuleSet(rule('screenDarkMs', 'screen'), 2).faults).toEqual([]);
    expect(loadRuleSet(rule('queueDepth', 'screen'), 2).faults).toEqual([
      expect.stringContaining('queueDepth is not known of a screen, only of tenant, cluster, platform'),
    ]);
    expect(loadRuleSet(rule('screenDarkMs', 'tenant'), 2).faults).toEqual([
      expect.stringContaining('screenDarkMs is not known of a tenant, only of screen'),
    ]);
    const listed = METRIC_VIEWS.filter(({ scopes }) => scopes.includes('screen'));
    expect(listed.map(({ name }) => name)).toEqual(['screenDarkMs', 'screenMute']);
  });

  it('SCR-39: cannot be back-tested, and that is said', () => {
    const screens = STOCK_RULES.filter(({ scope }) => scope === 'screen');
    const asked = { fromMs: START - 86_400_000, toMs: START };
    const known = { tenants: [], extents: { oldestMs: { 10: null, 60: null, 3600: null }, newestMs: null } };
    const { rules, notes } = planOf(screens, asked, known as unknown as Parameters<typeof planOf>[2]);
    expect(rules).toEqual([]);
    expect(notes).toEqual([
      "rule 'screen-dark' was left out: it is about a screen, and windows are stored by tenant, cluster and platform only",
      "rule 'screen-mute' was left out: it is about a screen, and windows are stored by tenant, cluster and platform only",
    ]);
  });
});
