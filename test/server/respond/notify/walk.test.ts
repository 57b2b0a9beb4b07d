import { describe, expect, it } from 'vitest';
import type { GroupView } from '../../../../shared/alarms.ts';
import { NotifyConfig } from '../../../../server/base/config-notify.ts';
import { routeAlarm } from '../../../../server/base/notify-routing.ts';
import { createAlarmDesk } from '../../../../server/detect/alarms/desk.ts';
import type { AlarmAction } from '../../../../server/detect/alarms/types.ts';
import { keyOf, type Rule, type Verdict } from '../../../../server/detect/rules/types.ts';
import { NO_STATE, type PlanState } from '../../../../server/respond/notify/plan-state.ts';
import { planTurn } from '../../../../server/respond/notify/plan.ts';
import type { Planned } from '../../../../server/respond/notify/turn.ts';
import { NIGHT_MS } from '../../../support/notices.ts';
import { createRandom } from '../../../support/random.ts';

const MINUTE = 60_000;
/** The desk gathers what joins for 30 s; somebody then has it before this. */
const HELD_WITHIN_MS = 40_000;
const REPEAT_MINUTES = 15;
const TOLD_WITHIN_MS = REPEAT_MINUTES * MINUTE + HELD_WITHIN_MS;

const RULES: Rule[] = Array.from({ length: 16 }, (_, i) => ({
  ...{ id: `r${i}`, title: `Rule ${i}`, enabled: true, scope: 'tenant' },
  ...{ when: { kind: 'level', metric: 'queueHold' }, guards: [], action: 'Look.', runbook: null },
  levels: [
    { priority: 'medium', above: 5, holdSeconds: 0 },
    { priority: 'high', above: 10, holdSeconds: 0 },
    { priority: 'critical', above: 20, holdSeconds: 0 },
  ],
  ...{ clearRatio: 1, clearForSeconds: (i % 3) * 120, keepFiringSeconds: 0 },
}));
const clusterOf = (tenant: string) => 'AB'[Number(tenant.slice(1)) % 3] ?? null;
const { routes } = NotifyConfig.parse({
  routes: [
    { match: { clusters: ['A'] }, channels: ['teamA'] },
    { match: { clusters: ['B'] }, channels: ['teamB'] },
    { match: { priority: 'critical' }, channels: ['all'] },
  ],
});

function verdict(rule: Rule, tenant: string, level: number, atMs: number): Verdict {
  const scope = { kind: 'tenant', id: tenant } as const;
  return {
    ...{ key: keyOf(rule.id, scope), rule, scope, level, isClear: level < 0, noData: null },
    reading: {
      ...{ metric: 'queueHold', value: 9, unit: 'count', limit: 5, side: 'above' },
      ...{ n: null, isFloor: false, atMs },
    },
    reason: 'held mail',
  };
}

/** A night at random: alarms in bursts and quiet hours, rises, ends, and operators who acknowledge, silence, shelve and maintain. */
function walk(seed: number, hours: number, steps: { afterMinutes: number; channels: string[] }[]) {
  const random = createRandom(seed);
  const any = (of: number) => Math.floor(random() * of);
  const desk = createAlarmDesk({
    rules: { version: 1, rules: RULES },
    describe: (scope) => ({ ...scope, name: scope.id, cluster: clusterOf(scope.id), mailboxes: null }),
    shiftBegan: () => 0,
  });
  const policy = {
    ...{ routes, steps, repeatMs: REPEAT_MINUTES * MINUTE, escalated: 'medium' as const },
    channels: ['teamA', 'teamB', 'all', 'boss'].map((id) => ({ id, type: 'webhook', isIndependent: true })),
  };
  const deps = {
    policy,
    onCall: { at: () => [], personAt: () => null },
    style: { link: null, timeText: String },
  };
  let state: PlanState = NO_STATE;
  const levels = new Map<string, number>();
  const waitsSince = new Map<string, number>();
  const openSince = new Map<string, number>();
  const unheldSince = new Map<string, number>();
  const toldAt = new Map<string, number>();
  const held = new Map<string, Set<string>>();
  const faults: string[] = [];
  let [messages, floods] = [0, 0];

  function look(nowMs: number, isBusy: boolean): Verdict[] {
    for (let i = 0; i < 16; i++) {
      if (random() > (isBusy ? 0.003 : 0.000_2)) continue;
      const key = `${i} t${any(6)}`;
      levels.set(key, Math.min(2, (levels.get(key) ?? -1) + 1));
    }
    return [...levels].map(([key, before]) => {
      const [i, tenant] = key.split(' ');
      const level = random() < 0.000_8 ? -1 : before;
      levels.set(key, level);
      return verdict(RULES[Number(i)]!, tenant!, level, nowMs);
    });
  }

  function act(nowMs: number): void {
    const ids = desk.view(nowMs).alarms.map(({ id }) => id);
    const some = random() < 0.4 ? ids : ids.filter(() => random() < 0.5);
    if (some.length === 0) return;
    const by = { by: 'Ana', reason: 'seen' };
    const untilMs = nowMs + (1 + any(20)) * MINUTE;
    const kind = random();
    const matcher = { clusters: [random() < 0.5 ? 'A' : 'B'] };
    const deed: AlarmAction =
      kind < 0.8
        ? { kind: 'acknowledge', ids: some, by: 'Ana', note: '' }
        : kind < 0.9
          ? { kind: 'shelve', ids: some.slice(0, 3), ...by, untilMs }
          : kind < 0.95
            ? { kind: 'silence', silence: { matcher, ...by, fromMs: nowMs, untilMs } }
            : {
                kind: 'maintain',
                maintenance: { matcher, ...by, when: { kind: 'once', fromMs: nowMs, untilMs } },
              };
    desk.act(deed, nowMs);
  }

  function check(groups: readonly GroupView[], nowMs: number): void {
    const entries = Object.values(state.entries);
    const leads = entries.filter(({ standing }) => standing === 'lead');
    const has = (map: Map<string, number>, id: string, is: boolean): number => {
      if (!is) map.delete(id);
      else if (!map.has(id)) map.set(id, nowMs);
      return map.get(id) ?? nowMs;
    };
    for (const group of groups) {
      const routed = routeAlarm({ ...group, tenants: [] }, routes).routes.length > 0;
      const waits = has(waitsSince, group.id, group.state === 'unacknowledged' && group.active > 0 && routed);
      const isOpen = waitsSince.has(group.id) && !group.isHidden && !group.isSilenced;
      const opened = has(openSince, group.id, isOpen);
      const own = state.entries[group.id];
      const isHeld =
        (own?.standing === 'told' && own.phase === 'firing') ||
        leads.some(({ phase, members }) => phase === 'firing' && members.includes(group.id));
      const unheld = has(unheldSince, group.id, isOpen && !isHeld);
      if (nowMs - unheld > HELD_WITHIN_MS) faults.push(`${group.id} has no firing entry`);
      const isTold = (toldAt.get(group.id) ?? 0) >= waits;
      if (!isTold && nowMs - opened > TOLD_WITHIN_MS) faults.push(`${group.id} is untold`);
    }
  }

  /** Nobody is told of what is over, and who was told of a beginning is told of the end in the turn in which it is. */
  function hear(planned: readonly Planned[], groups: readonly GroupView[], nowMs: number): void {
    const open = new Map(groups.map((group) => [group.id, group]));
    for (const { channel, message } of planned) {
      const { kind, phase, groupId } = message;
      const isFirst = kind === 'raised' || kind === 'shown';
      if (isFirst && open.get(groupId)?.active === 0)
        faults.push(`${groupId} is over and told to ${channel}`);
      const channels = held.get(groupId) ?? new Set();
      if (phase === 'firing' || phase === 'acknowledged') held.set(groupId, channels.add(channel));
      else channels.delete(channel);
      if (channels.size === 0) held.delete(groupId);
    }
    for (const [id, channels] of held)
      if (!open.has(id) && state.entries[id]?.standing !== 'lead')
        faults.push(`${id} is over, and ${[...channels].join()} do not know at ${nowMs}`);
  }

  for (let second = 0; second < hours * 3_600 && faults.length === 0; second++) {
    const nowMs = NIGHT_MS + second * 1_000;
    desk.observe(look(nowMs, second % 5_400 < 2_700), nowMs);
    if (random() < 0.004) act(nowMs);
    const { notices } = desk.take();
    const { groups, flood } = desk.view(nowMs);
    if (flood !== null) floods += 1;
    const plan = planTurn(state, { notices, groups, nowMs, isWaiting: () => false, troubles: [] }, deps);
    state = plan.state;
    for (const { message } of plan.planned) {
      messages += 1;
      if (message.phase !== 'firing') continue;
      for (const id of [message.groupId, ...(state.entries[message.groupId]?.members ?? [])])
        toldAt.set(id, nowMs);
    }
    check(groups, nowMs);
    hear(plan.planned, groups, nowMs);
  }
  return { faults, messages, floods };
}

describe('planning through nights at random', () => {
  it.each([1, 2, 3])(
    'leaves no group that waits without somebody who has been told of it or of its flood, and no end untold [NTF-2] [NTF-33] %i',
    { timeout: 60_000 },
    (seed) => {
      const steps = seed % 2 === 0 ? [] : [{ afterMinutes: 10, channels: ['boss'] }];
      const { faults, messages, floods } = walk(seed, 2, steps);
      expect(faults).toEqual([]);
      expect(messages).toBeGreaterThan(20);
      expect(floods).toBeGreaterThan(100);
    },
  );
});
