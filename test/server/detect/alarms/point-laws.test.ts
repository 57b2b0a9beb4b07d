import { describe, expect, it } from 'vitest';
import type { TransitionRecord } from '../../../../shared/alarms.ts';
import { type Alarm, hiddenOf } from '../../../../server/detect/alarms/alarm.ts';
import { isLegal } from '../../../../server/detect/alarms/edges.ts';
import { Episodes } from '../../../../server/detect/alarms/episodes.ts';
import { readAlarm, writeAlarm } from '../../../../server/detect/alarms/kept-alarm.ts';
import { MAX_SHELF_MS } from '../../../../server/detect/alarms/operate.ts';
import { type PointInput, step } from '../../../../server/detect/alarms/point.ts';
import { replay } from './replay.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { contextOf, PRIORITY_RANK, ruleOf, type Said, SECOND, T, tenant, verdictOf } from './support.ts';

const SEEDS = [1, 2, 3, 4, 5];
const INPUTS = 20_000;
const SCOPE = tenant('a1');
const RULES = [
  ruleOf({ levels: holds(5, 5), clearForSeconds: 6, keepFiringSeconds: 4 }),
  ruleOf({ levels: holds(0, 10), clearForSeconds: 0, keepFiringSeconds: 0 }),
  ruleOf({ levels: holds(12, 2), clearForSeconds: 3, keepFiringSeconds: 15 }),
];

function holds(high: number, critical: number): ReturnType<typeof ruleOf>['levels'] {
  return [
    { priority: 'high', above: 300, holdSeconds: high },
    { priority: 'critical', above: 900, holdSeconds: critical },
  ];
}

const hidden = (kind: 'suppressed' | 'out-of-service', nowMs: number) =>
  ({ kind, by: 'm1', reason: 'work', sinceMs: nowMs, untilMs: null }) as const;

/** Mostly looks, of which most say what the one before said; now and then somebody does something. */
function inputs(random: () => number): (nowMs: number) => PointInput {
  let said: Said = 'clear';
  let rule = RULES[0]!;
  return (nowMs) => {
    const dice = random();
    const by = 'anna';
    const why = { by, reason: 'because' };
    if (dice < 0.9) {
      if (random() < 0.15) said = pick<Said>(random, [0, 0, 1, 'clear', 'clear', 'between', 'no-data']);
      if (random() < 0.001) rule = pick(random, RULES);
      return { kind: 'observe', verdict: verdictOf(rule, SCOPE, said, Math.floor(random() * 1_000)) };
    }
    return pick<PointInput>(random, [
      { kind: 'tick' },
      { kind: 'acknowledge', by, note: random() < 0.5 ? '' : 'I have it' },
      { kind: 'acknowledge', by, note: '' },
      { kind: 'resolve', ...why },
      { kind: 'shelve', ...why, untilMs: nowMs + Math.floor((random() - 0.1) * 2 * MAX_SHELF_MS) },
      { kind: 'shelve', ...why, untilMs: nowMs + 5 * SECOND },
      { kind: 'unshelve', ...why },
      { kind: 'suppress', hidden: hidden('suppressed', nowMs) },
      { kind: 'unsuppress', ...why },
      { kind: 'out-of-service', hidden: hidden('out-of-service', nowMs) },
      { kind: 'in-service', ...why },
      { kind: 'rules-changed', rule },
      ...(random() < 0.1 ? [{ kind: 'gone' as const, ...why }] : []),
      { kind: 'clock', jump: pick(random, ['back', 'gap']), byMs: Math.floor(random() * 100_000) },
    ]);
  };
}

interface Moment {
  readonly before: Alarm | null;
  readonly input: PointInput;
  readonly after: Alarm | null;
  readonly records: readonly TransitionRecord[];
  readonly isAnnunciated: boolean;
  readonly nowMs: number;
}

function walk(seed: number, onMoment: (moment: Moment, all: readonly TransitionRecord[]) => void): void {
  const random = createRandom(seed);
  const next = inputs(random);
  const episodes = new Episodes();
  const all: TransitionRecord[] = [];
  let alarm: Alarm | null = null;
  let nowMs = T;
  for (let n = 0; n < INPUTS; n++) {
    const before: Alarm | null = alarm;
    nowMs += random() < 0.01 ? MAX_SHELF_MS / 4 : SECOND;
    const input = next(nowMs);
    if (input.kind === 'clock') nowMs += input.jump === 'back' ? -input.byMs : input.byMs;
    const context = contextOf({ episodes: episodes.of('lag tenant a1') });
    const result = step(before, input, nowMs, context);
    for (const record of result.records) episodes.add(record);
    all.push(...result.records);
    alarm = result.alarm;
    const { records, isAnnunciated } = result;
    onMoment({ before, input, after: alarm, records, isAnnunciated, nowMs }, all);
  }
}

describe.each(SEEDS)(`a random walk of ${INPUTS} inputs through one point, seed %i`, (seed) => {
  it('ALM-1: every transition has a reason, a name and a legal edge, and begins where the last one ended', () => {
    const kinds = new Set<string>();
    walk(seed, ({ before, after, records }) => {
      let state = before?.state ?? 'normal';
      for (const { kind, from, to, reason, by } of records) {
        kinds.add(kind);
        const isGood = isLegal(kind, from, to) && from === state && reason !== '' && by !== '';
        if (!isGood) expect({ kind, from, to, reason, by }).toEqual({ from: state });
        state = to;
      }
      if ((after?.state ?? 'normal') !== state) expect(after?.state).toBe(state);
    });
    // The walk comes by every kind there is of one point.
    expect([...kinds].sort()).toEqual(
      [
        ...['acknowledged', 'chattering', 'closed', 'data-again', 'dropped', 'in-service', 'no-data'],
        ...['out-of-service', 'pending', 'priority', 'raised', 'reraised', 'resolved', 'returned'],
        ...['shelved', 'suppressed', 'unshelved', 'unsuppressed'],
      ].sort(),
    );
  });

  it('ALM-2: nothing is annunciated but an unacknowledged alarm that is not hidden', () => {
    let annunciated = 0;
    walk(seed, ({ after, isAnnunciated, before }) => {
      if (!isAnnunciated) return;
      annunciated++;
      expect(after?.state).toBe('unacknowledged');
      expect(hiddenOf(after!)).toBeNull();
      expect(after).not.toBe(before);
    });
    expect(annunciated).toBeGreaterThan(50);
  });

  it('ALM-3: nothing returns to normal while its condition holds or is not known, unless its rule or scope is gone', () => {
    walk(seed, ({ before, input, after, records }) => {
      const isBack = records.some(
        ({ kind, from, to }) =>
          kind === 'returned' || (to === 'normal' && from !== 'normal' && from !== 'pending'),
      );
      if (!isBack || input.kind === 'gone') return;
      if (input.kind === 'observe') {
        expect(input.verdict).toMatchObject({ level: -1, isClear: true, noData: null });
        const { clearSinceMs, heldUntilMs } = before!.timers;
        const rule = input.verdict.rule;
        const atMs = records[0]!.atMs;
        expect(atMs - (clearSinceMs ?? atMs)).toBeGreaterThanOrEqual(rule.clearForSeconds * SECOND);
        expect(atMs - (heldUntilMs ?? atMs)).toBeGreaterThanOrEqual(rule.keepFiringSeconds * SECOND);
      } else if (input.kind === 'resolve') expect(before!.isActive).not.toBe(true);
      else expect([input.kind, before!.state]).toEqual(['acknowledge', 'returned']);
      expect(after === null || after.state === 'returned' || after.shelved !== null).toBe(true);
    });
  });

  it('ALM-4: nothing is raised before its limit was passed for the whole hold without a break', () => {
    const passedSince = new Map<string, number>();
    walk(seed, ({ input, records, nowMs }) => {
      if (input.kind === 'clock') {
        const d = input.jump === 'back' ? -input.byMs : input.byMs;
        for (const [priority, atMs] of passedSince) passedSince.set(priority, atMs + d);
      }
      if (input.kind !== 'observe' || input.verdict.noData !== null) return;
      const { rule, level } = input.verdict;
      rule.levels.forEach(({ priority }, i) => {
        if (i > level) passedSince.delete(priority);
        else if (!passedSince.has(priority)) passedSince.set(priority, nowMs);
      });
      for (const { kind, priority } of records)
        if (kind === 'raised' || kind === 'priority') {
          const { holdSeconds } = rule.levels.find((one) => one.priority === priority)!;
          expect(nowMs - passedSince.get(priority)!).toBeGreaterThanOrEqual(holdSeconds * SECOND);
        }
    });
  });

  it('ALM-5: a shelf ends at the first look after its time, which is at most eight hours', () => {
    walk(seed, ({ after, input, nowMs }) => {
      const shelf = after?.shelved;
      if (!shelf) return;
      const isLooked = input.kind === 'observe' || input.kind === 'tick';
      const isTooLong = shelf.untilMs! - shelf.sinceMs > MAX_SHELF_MS;
      if (isTooLong || (isLooked && shelf.untilMs! <= nowMs)) expect(shelf).toBeNull();
    });
  });

  it('ALM-6: no duration is negative, wherever the clock has gone', () => {
    walk(seed, ({ after, input, nowMs }) => {
      if (!after || input.kind === 'clock') return;
      const { timers, sinceMs, raisedAtMs, returnedAtMs, acknowledged, shelved, chatter } = after;
      const { trueSinceMs, heldUntilMs, clearSinceMs, noDataSinceMs } = timers;
      const stamps = [
        sinceMs,
        raisedAtMs,
        returnedAtMs,
        acknowledged?.atMs,
        shelved?.sinceMs,
        chatter?.sinceMs,
      ];
      const all = [...stamps, heldUntilMs, clearSinceMs, noDataSinceMs, ...Object.values(trueSinceMs)];
      if (all.some((atMs) => typeof atMs === 'number' && atMs > nowMs)) expect(after).toBeUndefined();
    });
  });

  it('ALM-7: a priority never falls in one occurrence, and rises only to be acknowledged anew', () => {
    walk(seed, ({ before, after, records }) => {
      if (!before || !after || before.id !== after.id || before.raisedAtMs === null) return;
      if (after.state === 'normal') return;
      const rise = PRIORITY_RANK[after.priority] - PRIORITY_RANK[before.priority];
      expect(rise).toBeGreaterThanOrEqual(0);
      if (rise > 0) expect(records.some(({ to }) => to === 'unacknowledged')).toBe(true);
    });
  });

  it('ALM-8: the record alone leads to the state, whenever it is read', () => {
    let n = 0;
    walk(seed, ({ after }, all) => {
      if (n++ % 997 !== 0 && n !== INPUTS) return;
      const found = replay(all).get('lag tenant a1');
      if (after === null) return expect(found).toBeUndefined();
      expect(found).toMatchObject({
        alarmId: after.id,
        state: after.state,
        groupId: after.groupId,
        isShelved: after.shelved !== null,
        isSuppressed: after.suppressed !== null,
        isOutOfService: after.outOfService !== null,
        hasNoData: after.timers.noDataSinceMs !== null,
      });
      if (after.state !== 'pending' && after.state !== 'normal') expect(found!.priority).toBe(after.priority);
    });
  });

  it('ALM-9: an alarm that is written and read again is the same alarm', () => {
    let n = 0;
    walk(seed, ({ after }) => {
      if (after && n++ % 50 === 0) expect(readAlarm(writeAlarm(after))).toEqual(after);
    });
  });
});
