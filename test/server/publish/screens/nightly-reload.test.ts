import { describe, expect, it } from 'vitest';
import type { GroupView } from '../../../../shared/alarms.ts';
import type { Screen } from '../../../../server/publish/screens.ts';
import { createLog } from '../../../../server/base/log.ts';
import { calmOf, type CalmFacts, unrestOf } from '../../../../server/publish/screens/calm.ts';
import { createNightlyReload } from '../../../../server/publish/screens/nightly-reload.ts';
import type { Calm } from '../../../../server/publish/screens/reload-plan.ts';
import { displayOf, screenOf, tellOf } from '../../../support/displays.ts';

const FROM = Date.parse('2026-11-22T04:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const DISPLAYS = [displayOf('a'), displayOf('b')];

function bench(screens: Screen[]) {
  const asked: string[] = [];
  const reloading: string[] = [];
  const lines: string[] = [];
  let calm: Calm = { sinceMs: FROM - DAY, reason: '' };
  const nightly = createNightlyReload({
    screens: () => screens,
    displayOf: ({ principal }) => DISPLAYS.find(({ id }) => id === principal.id),
    ask: (id, { what }) => asked.push(`${what} ${id}`) > 0,
    reloading: (id) => void reloading.push(id),
    calm: () => calm,
    at: (monotonicMs) => FROM + monotonicMs,
    log: createLog('test', { write: (line) => void lines.push(line) }),
    zone: 'UTC',
  });
  const look = (fromMs: number, untilMs: number) => {
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += MINUTE) nightly.look(nowMs);
  };
  const events = () =>
    lines.map((line) => {
      const { event, screens: count, reason } = JSON.parse(line) as Record<string, unknown>;
      return [event, count, reason].filter((part) => part !== undefined).join(' ');
    });
  return { nightly, asked, reloading, look, events, setCalm: (next: Calm) => void (calm = next) };
}

describe('the nightly reload', () => {
  it('SCR-43: asks each wall once, paired or not, and no page on which somebody may be typing', () => {
    const screens = [
      screenOf('s1', 'a', { connectedMonotonicMs: -DAY }),
      screenOf('s2', 'a', { connectedMonotonicMs: -DAY }),
      screenOf('s3', null, { connectedMonotonicMs: -DAY }),
      screenOf('s4', 'b', { connectedMonotonicMs: -DAY, told: tellOf({ page: '/desk' }) }),
      screenOf('s5', 'b', { connectedMonotonicMs: -DAY, told: null }),
    ];
    const { look, asked, reloading, events, nightly } = bench(screens);
    expect(nightly.nextAtMs(FROM - MINUTE)).toBe(FROM);
    look(FROM - 10 * MINUTE, FROM);
    expect(asked).toEqual([]);
    const done = new Set<string>();
    for (let nowMs = FROM; nowMs < FROM + 60 * MINUTE; nowMs += MINUTE) {
      nightly.look(nowMs);
      // A screen that is not paired comes back under another id.
      for (const id of asked)
        if (id === 'reload s3' && !done.has(id)) {
          done.add(id);
          screens[2] = screenOf('s6', null, { connectedMonotonicMs: nowMs - FROM });
        }
    }
    expect([...asked].sort()).toEqual(['reload s1', 'reload s2', 'reload s3']);
    expect(reloading).toEqual(['a']);
    look(FROM + 60 * MINUTE, FROM + 70 * MINUTE);
    expect(events()).toEqual(['nightly_reload_done 2']);
    expect(nightly.nextAtMs(FROM + 70 * MINUTE)).toBe(FROM + DAY);
    look(FROM + DAY, FROM + DAY + 60 * MINUTE);
    expect(reloading).toEqual(['a', 'a']);
  });

  it('SCR-43: leaves a night out that is not calm, and says so', () => {
    const { look, asked, events, setCalm } = bench([screenOf('s1', 'a'), screenOf('s2', 'b')]);
    setCalm({ sinceMs: null, reason: 'there is a flood of alarms' });
    look(FROM, FROM + 70 * MINUTE);
    expect(asked).toEqual([]);
    expect(events()).toEqual(['nightly_reload_left_out 2 it is not calm: there is a flood of alarms']);
  });
});

describe('calm', () => {
  const group = (change: Partial<GroupView>): GroupView => ({
    ...{ id: 'g', rule: 'lag', title: 'Lag', priority: 'high', state: 'acknowledged', cluster: null },
    ...{ sinceMs: 1, raisedAtMs: 1, members: [], active: 1, mailboxes: null, text: 'Lag: Aurora' },
    ...{ owner: null, isHidden: false, isSilenced: false, isFirstOut: false },
    ...change,
  });
  const facts = (groups: GroupView[], change: Partial<NonNullable<CalmFacts['alarms']>> = {}): CalmFacts => ({
    alarms: { groups, flood: null, notKept: null, ...change },
    faults: [],
  });

  it.each<[string, CalmFacts, string]>([
    ['nothing is the matter', facts([]), ''],
    ['somebody has all of it', facts([group({ priority: 'critical' })]), ''],
    ['a medium alarm waits', facts([group({ priority: 'medium', state: 'unacknowledged' })]), ''],
    ['a high alarm is hidden', facts([group({ state: 'unacknowledged', isHidden: true })]), ''],
    ['a high alarm waits', facts([group({ state: 'unacknowledged' })]), 'not acknowledged: Lag: Aurora'],
    [
      'a critical one is over and was seen by nobody',
      facts([group({ priority: 'critical', state: 'returned' })]),
      'not acknowledged: Lag: Aurora',
    ],
    [
      'there is a flood',
      facts([], { flood: { sinceMs: 1, raises: 11, firstOut: 'g' } }),
      'there is a flood of alarms',
    ],
    ['alarms are not kept', facts([], { notKept: 'the disk is full' }), 'the disk is full'],
    ['alarms are not watched', { alarms: null, faults: [] }, 'alarms are not watched'],
    ['the server is ill', { ...facts([]), faults: ['history is not kept'] }, 'history is not kept'],
  ])('SCR-41: when %s', (_what, given, unrest) => {
    expect(unrestOf(given)).toBe(unrest);
  });

  it('SCR-41: is counted from when it began without a break', () => {
    const before = calmOf({ sinceMs: null, reason: 'x' }, '', 1_000);
    expect(before).toEqual({ sinceMs: 1_000, reason: '' });
    expect(calmOf(before, '', 2_000)).toBe(before);
    expect(calmOf(before, 'a flood', 3_000)).toEqual({ sinceMs: null, reason: 'a flood' });
    // The clock of this machine went back.
    expect(calmOf(before, '', 500)).toEqual({ sinceMs: 500, reason: '' });
  });
});
