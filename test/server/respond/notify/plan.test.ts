import { describe, expect, it } from 'vitest';
import type { GroupView, Priority } from '../../../../shared/alarms.ts';
import { NotifyConfig } from '../../../../server/base/config-notify.ts';
import type { Notice } from '../../../../server/detect/alarms/types.ts';
import {
  NO_STATE,
  readState,
  writeState,
  type PlanState,
} from '../../../../server/respond/notify/plan-state.ts';
import { planTurn } from '../../../../server/respond/notify/plan.ts';
import type { OnCall } from '../../../../server/respond/notify/targets.ts';
import type { Trouble } from '../../../../server/respond/notify/turn.ts';
import { createTimeText } from '../../../../server/respond/notify/wording.ts';
import { groupView, NIGHT_MS, notice } from '../../../support/notices.ts';

const MINUTE = 60_000;
const NOBODY: OnCall = { at: () => [], personAt: () => null };
const TYPES: Readonly<Record<string, string>> = { mail: 'email', pd: 'pagerduty', am: 'alertmanager' };

/** Plans by an invented configuration and says what was sent to whom, as `channel kind`. */
function createPlanner(
  routes: unknown[],
  escalation: unknown = {},
  ids = ['hook', 'mail', 'pd'],
  onCall = NOBODY,
) {
  const config = NotifyConfig.parse({ routes, escalation });
  const policy = {
    routes: config.routes,
    steps: config.escalation.steps,
    repeatMs: config.escalation.repeatMinutes * MINUTE,
    escalated: config.escalation.priority,
    channels: ids.map((id) => ({ id, type: TYPES[id] ?? 'webhook', isIndependent: true })),
  };
  let state: PlanState = NO_STATE;
  const waiting = new Set<string>();
  const step = (nowMs: number, notices: Notice[], groups: GroupView[], troubles: Trouble[] = []) => {
    const plan = planTurn(
      state,
      { notices, groups, nowMs, troubles, isWaiting: (channel, id) => waiting.has(`${channel} ${id}`) },
      { policy, onCall, style: { link: 'https://watch.example', timeText: createTimeText('Europe/London') } },
    );
    state = plan.state;
    return plan.planned;
  };
  return {
    waiting,
    step,
    sent: (...input: Parameters<typeof step>) =>
      step(...input).map(({ channel, message }) => `${channel} ${message.kind}`),
    restart: () => (state = readState(writeState(state))!),
    state: () => state,
  };
}
const ALL = [{ channels: ['hook'] }];
const open = (changes: Partial<GroupView> = {}) => groupView(changes);
const priorityNotice = (priority: Priority, id = 'g1') => notice('priority', { priority }, { priority, id });

describe('planning who is told', () => {
  it('tells each channel of the first route that matches, and of later ones while it says continue [NTF-1]', () => {
    const routes = [
      { match: { priority: 'critical' }, channels: ['pd'] },
      { match: { tenants: ['aurora'] }, channels: ['mail'], continue: true },
      { match: { clusters: ['A'] }, channels: ['hook', 'mail'] },
      { channels: ['pd'] },
    ];
    expect(createPlanner(routes).sent(NIGHT_MS, [notice('raised')], [open()])).toEqual([
      'mail raised',
      'hook raised',
    ]);
  });

  it('tells nobody of what no route takes, and pages when its priority rises into one [NTF-1]', () => {
    const planner = createPlanner([{ match: { priority: 'critical' }, channels: ['pd'] }]);
    expect(planner.sent(NIGHT_MS, [notice('raised')], [open()])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 60 * MINUTE, [], [open()])).toEqual([]);
    const later = NIGHT_MS + 61 * MINUTE;
    expect(planner.sent(later, [priorityNotice('critical')], [open({ priority: 'critical' })])).toEqual([
      'pd priority',
    ]);
  });

  it('tells news, acknowledgement and end to those who were told of the beginning, each once [NTF-2]', () => {
    const planner = createPlanner(ALL);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    const acknowledged = open({ state: 'acknowledged', owner: 'Ana' });
    expect(planner.sent(NIGHT_MS + 1_000, [notice('joined')], [open()])).toEqual(['hook joined']);
    expect(
      planner.sent(NIGHT_MS + 2_000, [notice('acknowledged', {}, acknowledged)], [acknowledged]),
    ).toEqual(['hook acknowledged']);
    expect(
      planner.sent(NIGHT_MS + 3_000, [notice('closed', {}, { state: 'normal', active: 0 })], []),
    ).toEqual(['hook closed']);
    expect(planner.sent(NIGHT_MS + 120 * MINUTE, [], [])).toEqual([]);
    expect(planner.state().entries).toEqual({});
  });

  it('keeps back what is silenced or hidden, and tells it when that ends while it still waits [NTF-3]', () => {
    const planner = createPlanner(ALL);
    const silent = open({ isSilenced: true });
    expect(planner.sent(NIGHT_MS, [notice('raised', { silence: 's1' }, silent)], [silent])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 10 * MINUTE, [], [silent])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 20 * MINUTE, [], [open()])).toEqual(['hook shown']);
    expect(planner.sent(NIGHT_MS + 21 * MINUTE, [], [open()])).toEqual([]);
  });

  it('tells the end of what was told even under a silence, once [NTF-3]', () => {
    const planner = createPlanner([{ channels: ['hook', 'pd', 'am'] }], {}, ['hook', 'pd', 'am']);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    const over = { state: 'returned', active: 0, isSilenced: true } as const;
    const returned = notice('returned', { silence: 's1' }, over);
    expect(planner.sent(NIGHT_MS + 1_000, [returned], [open(over)])).toEqual([
      'hook returned',
      'pd returned',
      'am returned',
    ]);
    const again = open({ isSilenced: true });
    expect(planner.sent(NIGHT_MS + 2_000, [notice('raised', { silence: 's1' }, again)], [again])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 3_000, [{ ...returned, id: 'second' }], [open(over)])).toEqual([]);
  });

  it('tells an Alertmanager and PagerDuty of changes of their state only [NTF-4]', () => {
    const planner = createPlanner([{ channels: ['pd', 'am'] }], {}, ['pd', 'am']);
    expect(planner.sent(NIGHT_MS, [notice('raised')], [open()])).toEqual(['pd raised', 'am raised']);
    const acknowledged = open({ state: 'acknowledged' });
    expect(planner.sent(NIGHT_MS + 1, [notice('acknowledged', {}, acknowledged)], [acknowledged])).toEqual([
      'pd acknowledged',
    ]);
    const returned = { state: 'returned', active: 0 } as const;
    planner.sent(NIGHT_MS + 2, [notice('returned', { members: [] }, returned)], [open(returned)]);
    expect(planner.sent(NIGHT_MS + 3, [notice('closed', {}, { state: 'normal', active: 0 })], [])).toEqual(
      [],
    );
  });

  it('names the priority by which others hold it open, which never falls while they do [NTF-4]', () => {
    const planner = createPlanner([{ channels: ['am'] }], {}, ['am']);
    planner.step(NIGHT_MS, [notice('raised')], [open()]);
    const [rise] = planner.step(NIGHT_MS + 1, [priorityNotice('critical')], [open({ priority: 'critical' })]);
    expect(rise!.message).toMatchObject({ toldPriority: 'critical', formerPriority: 'high' });
    const [end] = planner.step(NIGHT_MS + 2, [notice('closed', {}, { priority: 'high', active: 0 })], []);
    expect(end!.message).toMatchObject({ phase: 'resolved', toldPriority: 'critical', formerPriority: null });
  });

  it('tells of a group that is open without any notice of it having come [NTF-2]', () => {
    const planner = createPlanner(ALL);
    expect(planner.sent(NIGHT_MS + 1_000, [], [open()])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 6_000, [], [open()])).toEqual(['hook raised']);
    expect(planner.sent(NIGHT_MS + 7_000, [], [open()])).toEqual([]);
  });

  it('tells nobody of what is over and was not told, until it holds again [NTF-3]', () => {
    const planner = createPlanner(ALL);
    const over = open({ active: 0 });
    expect(planner.sent(NIGHT_MS + 30 * MINUTE, [], [over])).toEqual([]);
    const silent = notice('raised', { silence: 's1' }, { id: 'g2', isSilenced: true });
    planner.sent(NIGHT_MS + 31 * MINUTE, [silent], [over, open({ id: 'g2', isSilenced: true })]);
    const both = [over, open({ id: 'g2', active: 0 })];
    expect(planner.sent(NIGHT_MS + 32 * MINUTE, [], both)).toEqual([]);
    expect(planner.sent(NIGHT_MS + 33 * MINUTE, [], [open(), open({ id: 'g2' })])).toEqual([
      'hook shown',
      'hook raised',
    ]);
  });

  it('tells the end of what is gone without a word to those who hold it open [NTF-2]', () => {
    const planner = createPlanner([{ channels: ['hook', 'pd', 'am'] }], {}, ['hook', 'pd', 'am']);
    planner.step(NIGHT_MS, [notice('raised')], [open()]);
    planner.restart();
    expect(planner.sent(NIGHT_MS + 5 * MINUTE, [], [])).toEqual([]);
    const ends = planner.step(NIGHT_MS + 11 * MINUTE, [], []);
    expect(ends.map(({ channel }) => channel)).toEqual(['hook', 'pd', 'am']);
    expect(ends[0]!.message).toMatchObject({
      ...{
        kind: 'closed',
        phase: 'resolved',
        groupId: 'g1',
        rule: 'lag',
        cluster: 'A',
        raisedAtMs: NIGHT_MS,
      },
      subject: 'Over: Effective lag: no longer among the alarms',
    });
    expect(planner.state().entries).toEqual({});
  });

  it('says no second end of what has returned and is gone [NTF-2]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, [notice('raised')], [open()]);
    const returned = { state: 'returned', active: 0 } as const;
    planner.step(NIGHT_MS + 1, [notice('returned', { members: [] }, returned)], [open(returned)]);
    expect(planner.sent(NIGHT_MS + 11 * MINUTE, [], [])).toEqual([]);
    expect(planner.state().entries).toEqual({});
  });
});

describe('escalation', () => {
  const STEPS = {
    steps: [
      { afterMinutes: 5, channels: ['pd'] },
      { afterMinutes: 15, channels: ['mail'] },
    ],
    repeatMinutes: 30,
  };

  it('takes each step when its time has come, and reminds everybody told after that [NTF-5]', () => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    const at = (minutes: number) => planner.sent(NIGHT_MS + minutes * MINUTE, [], [open()]);
    expect(at(4.9)).toEqual([]);
    expect(at(5)).toEqual(['pd escalated']);
    expect(at(14)).toEqual([]);
    expect(at(15)).toEqual(['mail escalated']);
    expect(at(44)).toEqual([]);
    expect(at(45)).toEqual(['hook reminder', 'pd reminder', 'mail reminder']);
    expect(at(74)).toEqual([]);
    expect(at(75)).toHaveLength(3);
  });

  it('takes all steps whose time has come as one message [NTF-5]', () => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    expect(planner.sent(NIGHT_MS + 20 * MINUTE, [], [open()])).toEqual(['pd escalated', 'mail escalated']);
  });

  it.each([
    ['it is acknowledged', { state: 'acknowledged' }],
    ['it has returned', { state: 'returned', active: 0 }],
    ['it is hidden', { isHidden: true }],
    ['it is silenced', { isSilenced: true }],
    ['its priority is too low', { priority: 'low' }],
  ] as const)('stops when %s [NTF-6]', (_why, changes) => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    expect(planner.sent(NIGHT_MS + 60 * MINUTE, [], [open(changes)])).toEqual([]);
  });

  it('begins anew when the priority rises [NTF-6]', () => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    const acknowledged = open({ state: 'acknowledged' });
    planner.sent(NIGHT_MS + MINUTE, [notice('acknowledged', {}, acknowledged)], [acknowledged]);
    const critical = open({ priority: 'critical' });
    expect(planner.sent(NIGHT_MS + 60 * MINUTE, [priorityNotice('critical')], [critical])).toEqual([
      'hook priority',
    ]);
    expect(planner.sent(NIGHT_MS + 65 * MINUTE, [], [critical])).toEqual(['pd escalated']);
  });

  it('goes on after a restart where it was [NTF-7]', () => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    planner.sent(NIGHT_MS + 5 * MINUTE, [], [open()]);
    planner.restart();
    expect(planner.sent(NIGHT_MS + 6 * MINUTE, [], [open()])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 15 * MINUTE, [], [open()])).toEqual(['mail escalated']);
  });

  it('keeps what was so long ago so long ago when the clock jumps back [NTF-7]', () => {
    const planner = createPlanner(ALL, STEPS);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    planner.sent(NIGHT_MS + 4 * MINUTE, [], [open()]);
    const jumped = NIGHT_MS - 180 * MINUTE;
    expect(planner.sent(jumped, [], [open()])).toEqual([]);
    expect(planner.sent(jumped + MINUTE, [], [open()])).toEqual(['pd escalated']);
  });

  it('takes the next step at once when nobody is on call, and says why [NTF-8]', () => {
    const hole: OnCall = {
      at: () => [
        { schedule: 'night', person: null, reason: 'no layer covers Sunday', untilMs: null, next: null },
      ],
      personAt: () => null,
    };
    const planner = createPlanner([{ schedule: 'night' }], STEPS, ['hook', 'mail', 'pd'], hole);
    const [row] = planner.step(NIGHT_MS, [notice('raised')], [open()]);
    expect(row).toMatchObject({ channel: 'pd', message: { kind: 'raised' } });
    expect(row!.message.body).toContain('Nobody is on call in night (no layer covers Sunday)');
    expect(planner.sent(NIGHT_MS + 15 * MINUTE, [], [open()])).toEqual(['mail escalated']);
  });

  it('tells every channel when nobody is on call and no step reaches anybody [NTF-8]', () => {
    const planner = createPlanner([{ schedule: 'night' }]);
    expect(planner.sent(NIGHT_MS, [notice('raised')], [open()])).toEqual([
      'hook raised',
      'mail raised',
      'pd raised',
    ]);
  });

  it('reaches whoever is on call at that moment [NTF-8]', () => {
    const change = NIGHT_MS + 3 * MINUTE;
    const onCall: OnCall = {
      at: () => [],
      personAt: (_schedule, atMs) => ({ name: 'x', channels: [atMs < change ? 'hook' : 'mail'] }),
    };
    const steps = { steps: [{ afterMinutes: 5, schedule: 'night' }] };
    const planner = createPlanner([{ schedule: 'night' }], steps, ['hook', 'mail'], onCall);
    expect(planner.sent(NIGHT_MS, [notice('raised')], [open()])).toEqual(['hook raised']);
    expect(planner.sent(NIGHT_MS + 5 * MINUTE, [], [open()])).toEqual(['mail escalated']);
  });

  it('passes on at once what a channel refused, to the next step or to another channel [NTF-9]', () => {
    const trouble = { channel: 'hook', groupId: 'g1', reason: 'it answered 404' };
    const withSteps = createPlanner(ALL, STEPS);
    withSteps.sent(NIGHT_MS, [notice('raised')], [open()]);
    const [row] = withSteps.step(NIGHT_MS + 1_000, [], [open()], [trouble]);
    expect(row).toMatchObject({ channel: 'pd', message: { kind: 'escalated' } });
    expect(row!.message.body).toContain('could not be told through hook: it answered 404');
    const without = createPlanner(ALL);
    without.sent(NIGHT_MS, [notice('raised')], [open()]);
    expect(without.sent(NIGHT_MS + 1_000, [], [open()], [trouble])).toEqual(['mail escalated']);
  });

  it('reminds through another channel as well when only mail was told, as a relay may lose what it accepts [NTF-10]', () => {
    const planner = createPlanner([{ channels: ['mail'] }]);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    expect(planner.sent(NIGHT_MS + 30 * MINUTE, [], [open()])).toEqual(['mail reminder', 'hook reminder']);
  });

  it('does not pile reminders upon what still waits to leave [NTF-10]', () => {
    const planner = createPlanner([{ channels: ['hook', 'pd'] }]);
    planner.sent(NIGHT_MS, [notice('raised')], [open()]);
    planner.waiting.add('hook g1');
    expect(planner.sent(NIGHT_MS + 30 * MINUTE, [], [open()])).toEqual(['pd reminder']);
  });
});

describe('a flood', () => {
  const groups = Array.from({ length: 40 }, (_, i) => open({ id: `f${i}`, text: `Trouble ${i}` }));
  const raise = (group: GroupView) => notice('raised', { isInFlood: true }, group);

  it('is told once, with the most urgent of it, however many come [NTF-11]', () => {
    const planner = createPlanner(ALL);
    const planned = groups.flatMap((group, i) =>
      planner.step(NIGHT_MS + i * 1_000, [raise(group)], groups.slice(0, i + 1)),
    );
    expect(planned).toHaveLength(1);
    expect(planned[0]!.message).toMatchObject({ kind: 'raised', title: 'Flood of alarms' });
    expect(planned[0]!.message.body).toContain('Trouble 0');
  });

  it('is told again when something more urgent comes than was told [NTF-11]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, groups.map(raise), groups);
    const critical = open({ id: 'c', priority: 'critical', text: 'Worse' });
    const planned = planner.step(NIGHT_MS + 1_000, [raise(critical)], [...groups, critical]);
    expect(planned.map(({ message }) => [message.kind, message.priority])).toEqual([
      ['priority', 'critical'],
    ]);
    expect(planned[0]!.message.body).toContain('CRITICAL: Worse');
  });

  it('repeats nothing while it lasts, and reminds of what still waits after it [NTF-11]', () => {
    const planner = createPlanner(ALL, { repeatMinutes: 1 });
    planner.step(NIGHT_MS, groups.map(raise), groups);
    expect(planner.sent(NIGHT_MS + 9 * MINUTE, [], groups)).toEqual([]);
    expect(planner.sent(NIGHT_MS + 11 * MINUTE, [], groups)).toEqual(['hook reminder']);
  });

  it('is acknowledged when nothing of it waits, and over when nothing of it is open [NTF-11]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, groups.map(raise), groups);
    const half = groups.map((group, i) => (i < 20 ? { ...group, state: 'acknowledged' as const } : group));
    expect(planner.sent(NIGHT_MS + 1_000, [], half)).toEqual([]);
    const all = groups.map((group) => ({ ...group, state: 'acknowledged' as const }));
    expect(planner.sent(NIGHT_MS + 2_000, [], all)).toEqual(['hook acknowledged']);
    expect(planner.sent(NIGHT_MS + 3_000, [], [])).toEqual(['hook closed']);
    expect(planner.sent(NIGHT_MS + 4_000, [], [])).toEqual([]);
  });

  const acknowledged = (group: GroupView): GroupView => ({ ...group, state: 'acknowledged', owner: 'Ana' });
  const STEPS = { steps: [{ afterMinutes: 10, channels: ['pd'] }] };

  it('is told and escalated again when more of it comes after it was acknowledged [NTF-33]', () => {
    const planner = createPlanner(ALL, STEPS);
    const [first, second] = [groups.slice(0, 2), groups.slice(2, 4)];
    planner.step(NIGHT_MS, first.map(raise), first);
    planner.step(NIGHT_MS + MINUTE, [], first.map(acknowledged));
    const all = [...first.map(acknowledged), ...second];
    const [again, ...others] = planner.step(NIGHT_MS + 2 * MINUTE, second.map(raise), all);
    expect(others).toEqual([]);
    expect(again!.message).toMatchObject({ kind: 'raised', phase: 'firing', isPage: true });
    expect(again!.message.body).toContain('2 more since it was acknowledged');
    expect(planner.sent(NIGHT_MS + 11 * MINUTE, [], all)).toEqual([]);
    expect(planner.sent(NIGHT_MS + 12 * MINUTE, [], all)).toEqual(['pd escalated']);
    const done = all.map(acknowledged);
    expect(planner.sent(NIGHT_MS + 13 * MINUTE, [], done)).toEqual(['hook acknowledged', 'pd acknowledged']);
  });

  it('begins anew after the one before is over, though that is open still [NTF-33]', () => {
    const planner = createPlanner(ALL);
    const first = groups.slice(0, 2);
    planner.step(NIGHT_MS, first.map(raise), first);
    planner.step(NIGHT_MS + MINUTE, [], first.map(acknowledged));
    const later = NIGHT_MS + 48 * 60 * MINUTE;
    const [told, ...others] = planner.step(
      later,
      [raise(groups[2]!)],
      [...first.map(acknowledged), groups[2]!],
    );
    expect(others).toEqual([]);
    expect(told!.message.body).toContain('1 open beyond those told before');
  });

  it('leaves what comes again after it to be told by itself [NTF-34]', () => {
    const planner = createPlanner(ALL);
    const [one, two] = [groups[0]!, groups[1]!];
    planner.step(NIGHT_MS, [raise(one), raise(two)], [one, two]);
    planner.step(NIGHT_MS + MINUTE, [], [acknowledged(one), acknowledged(two)]);
    planner.step(NIGHT_MS + 20 * MINUTE, [], [acknowledged(one), acknowledged(two)]);
    const again = planner.step(NIGHT_MS + 21 * MINUTE, [], [acknowledged(one), two]);
    expect(again.map(({ message }) => [message.groupId, message.kind])).toEqual([['f1', 'raised']]);
  });

  it('is told of what came unsaid as soon as it is over, as one [NTF-34]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, [raise(groups[0]!)], groups.slice(0, 1));
    expect(planner.sent(NIGHT_MS + MINUTE, groups.slice(1).map(raise), groups)).toEqual([]);
    expect(planner.sent(NIGHT_MS + 10 * MINUTE, [], groups)).toEqual([]);
    expect(planner.sent(NIGHT_MS + 11 * MINUTE, [], groups)).toEqual(['hook reminder']);
    expect(planner.sent(NIGHT_MS + 12 * MINUTE, [], groups)).toEqual([]);
  });

  it('is not acknowledged but over when all of it returns by itself, and told again when more comes [NTF-33]', () => {
    const planner = createPlanner(ALL);
    const [one, two] = [groups[0]!, groups[1]!];
    planner.step(NIGHT_MS, [raise(one)], [one]);
    const returned: GroupView = { ...one, state: 'returned', active: 0 };
    expect(planner.sent(NIGHT_MS + MINUTE, [], [returned])).toEqual(['hook returned']);
    expect(planner.sent(NIGHT_MS + 2 * MINUTE, [raise(two)], [returned, two])).toEqual(['hook raised']);
  });

  it('tells the people of each group by its own routes, at once [NTF-35]', () => {
    const routes = [
      { match: { clusters: ['A'] }, channels: ['hook'] },
      { match: { clusters: ['B'] }, channels: ['mail'] },
    ];
    const planner = createPlanner(routes);
    const [a, b, c] = ['A', 'B', 'C'].map((cluster) => open({ id: cluster, cluster, text: `On ${cluster}` }));
    expect(planner.sent(NIGHT_MS, [raise(c!)], [c!])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 1, [raise(a!)], [c!, a!])).toEqual(['hook raised']);
    const late = planner.step(NIGHT_MS + 2, [raise(b!)], [c!, a!, b!]);
    expect(late.map(({ channel }) => channel)).toEqual(['mail']);
    expect(late[0]!.message.body).toContain('On B');
    expect(planner.sent(NIGHT_MS + 3, [raise({ ...b!, id: 'B2' })], [a!, b!, { ...b!, id: 'B2' }])).toEqual(
      [],
    );
  });

  it.each(['raised', 'priority', 'joined'] as const)(
    'tells and escalates by itself what was told and acknowledged before it: %s [NTF-36]',
    (kind) => {
      const planner = createPlanner(ALL, STEPS);
      planner.step(NIGHT_MS, [notice('raised')], [open()]);
      const done = acknowledged(open());
      planner.step(NIGHT_MS + MINUTE, [notice('acknowledged', {}, done)], [done]);
      planner.step(
        NIGHT_MS + 2 * MINUTE,
        [raise({ ...groups[0]!, priority: 'critical' })],
        [done, groups[0]!],
      );
      const again = notice(kind, { isInFlood: kind !== 'joined' });
      const both = [open(), acknowledged(groups[0]!)];
      const sent = planner.step(NIGHT_MS + 3 * MINUTE, [again], both);
      expect(
        sent.filter(({ message }) => message.groupId === 'g1').map(({ message }) => message.kind),
      ).toEqual([kind]);
      expect(planner.sent(NIGHT_MS + 13 * MINUTE, [], both)).toEqual(['pd escalated']);
    },
  );
});

describe('what is open again without a word', () => {
  it('is told again after the time in which the desk gathers news [NTF-36]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, [notice('raised')], [open()]);
    const done = open({ state: 'acknowledged' });
    planner.step(NIGHT_MS + MINUTE, [notice('acknowledged', {}, done)], [done]);
    expect(planner.sent(NIGHT_MS + 2 * MINUTE, [], [open()])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 2 * MINUTE + 34_000, [], [open()])).toEqual([]);
    expect(planner.sent(NIGHT_MS + 2 * MINUTE + 35_000, [], [open()])).toEqual(['hook raised']);
  });

  it('gets a new incident when it pages after an acknowledgement, which later messages go to [NTF-37]', () => {
    const planner = createPlanner([{ channels: ['pd'] }]);
    const incidents = (nowMs: number, one: Notice, group: GroupView) =>
      planner.step(nowMs, [one], [group]).map(({ message }) => [message.incident, message.formerIncident]);
    const done = open({ state: 'acknowledged' });
    expect(incidents(NIGHT_MS, notice('raised'), open())).toEqual([[0, null]]);
    expect(incidents(NIGHT_MS + 1, notice('acknowledged', {}, done), done)).toEqual([[0, null]]);
    expect(incidents(NIGHT_MS + 2, notice('joined'), open())).toEqual([[1, 0]]);
    planner.restart();
    expect(incidents(NIGHT_MS + 3, { ...notice('acknowledged', {}, done), id: 'x' }, done)).toEqual([
      [1, null],
    ]);
    const critical = open({ priority: 'critical' });
    expect(incidents(NIGHT_MS + 4, priorityNotice('critical'), critical)).toEqual([[2, 1]]);
    const over = notice('closed', {}, { state: 'normal', active: 0 });
    expect(planner.step(NIGHT_MS + 5, [over], []).map(({ message }) => message.incident)).toEqual([2]);
  });

  it('is read from what a run kept that knew no incidents [NTF-37]', () => {
    const planner = createPlanner(ALL);
    planner.step(NIGHT_MS, [notice('raised')], [open()]);
    const { version, ...kept } = JSON.parse(writeState(planner.state()));
    const { incident, waitsSinceMs, isOver, about, ...entry } = kept.entries.g1;
    expect([version, incident, waitsSinceMs, isOver, about.rule]).toEqual([1, 0, null, false, 'lag']);
    const old = JSON.stringify({ version, ...kept, entries: { g1: entry } });
    expect(readState(old)?.entries['g1']).toMatchObject({
      ...{ incident: 0, waitsSinceMs: null, isOver: false, about: null },
    });
  });
});
