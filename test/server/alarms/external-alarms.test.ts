import { describe, expect, it } from 'vitest';
import { AlarmWatch, type AlarmWatchParts, EXTERNAL_MEMORY } from '../../../server/alarms.ts';
import { silentLog } from '../../../server/base/log.ts';
import { createAlarmDesk } from '../../../server/detect/alarms/desk.ts';
import { ExternalAlarms } from '../../../server/external-alarms.ts';
import type { AlarmBatch } from '../../../server/history/alarm-store.ts';
import type { ExternalAlarm } from '../../../server/respond/notify/alertmanager-in.ts';

const T = Date.parse('2026-11-22T03:00:00Z');
const SECOND = 1_000;
const why = { by: 'anna', reason: 'that system is gone' };

function alarm(fingerprint: string, isFiring = true): ExternalAlarm {
  return {
    ...{ fingerprint, name: 'DiskFull', isFiring, startsAtMs: T, priority: 'high' },
    ...{ labels: {}, summary: 'the disk is full', runbook: null },
  };
}

/** A watch without rules of its own, and what it has kept. */
function createBench() {
  const clock = { nowMs: T };
  const kept: Record<string, string> = {};
  const desk = createAlarmDesk({
    rules: { version: 1, rules: [] },
    describe: (scope) => ({ ...scope, name: scope.id, cluster: null, mailboxes: null }),
    shiftBegan: () => T,
  });
  const parts = {
    clock: { now: () => clock.nowMs, speed: 1 },
    log: silentLog,
    facts: () => ({}),
    evaluator: { evaluate: () => [], useRules: () => undefined, takeKept: () => undefined },
    desk,
    onCall: { at: () => [], takeKept: () => ({}), takeChanges: () => [] },
    responder: {
      plan: () => undefined,
      take: () => ({ put: [], done: [] }),
      release: () => undefined,
      takeKept: () => ({}),
      report: () => ({ state: 'none', reason: '', checkedAtMs: null, channels: [], deadMan: null }),
    },
    keeper: { put: async (batch: AlarmBatch) => void Object.assign(kept, batch.kept) },
    rules: () => ({ version: 1, count: 0, faults: [] }),
    external: [],
    recent: [],
    notKept: () => null,
  };
  const watch = new AlarmWatch(parts as unknown as AlarmWatchParts);
  const during = (ms: number): void => {
    for (const end = clock.nowMs + ms; clock.nowMs < end;) watch.tick((clock.nowMs += SECOND));
  };
  const shown = (): unknown[] => watch.snapshot().alarms.map(({ scope, state }) => `${scope.id} ${state}`);
  const remembered = (): unknown[] =>
    (JSON.parse(kept[EXTERNAL_MEMORY] ?? '[]') as ExternalAlarm[]).map(({ fingerprint }) => fingerprint);
  return { watch, desk, during, shown, remembered };
}

describe('alarms of other systems', () => {
  it('ALM-12: stay until that system tells of their end, and are then forgotten', () => {
    const { watch, during, shown, remembered } = createBench();
    watch.tell([alarm('a')]);
    during(60 * SECOND);
    expect([shown(), remembered()]).toEqual([['a unacknowledged'], ['a']]);
    watch.tell([alarm('a', false)]);
    during(SECOND);
    expect([shown(), remembered()]).toEqual([['a returned'], []]);
  });

  it('ALM-13: come back to normal after the quiet time when they have latched', () => {
    const { watch, during, shown } = createBench();
    for (let n = 0; n < 4; n++) {
      watch.tell([alarm('a')]);
      during(8 * SECOND);
      watch.tell([alarm('a', false)]);
      during(8 * SECOND);
    }
    expect(shown()).toEqual(['a unacknowledged']);
    during(300 * SECOND);
    expect(shown()).toEqual(['a returned']);
  });

  it.each(['up', 'shelved'])(
    'ALM-12: that somebody resolves here while they are %s do not come back until they are told again',
    async (how) => {
      const { watch, during, shown, remembered } = createBench();
      watch.tell([alarm('a'), alarm('b')]);
      during(SECOND);
      const ids = watch.snapshot().alarms.flatMap(({ id, scope }) => (scope.id === 'a' ? id : []));
      const untilMs = T + 3_600_000;
      if (how === 'shelved') await watch.act({ kind: 'shelve', ids, untilMs, ...why });
      expect((await watch.act({ kind: 'resolve', ids, ...why })).done).toEqual(ids);
      // In the batch of the deed itself: a restart right after it brings nothing back.
      expect(remembered()).toEqual(['b']);
      during(5 * SECOND);
      expect(shown().filter((one) => one !== 'a normal')).toEqual(['b unacknowledged']);
      watch.tell([alarm('a')]);
      during(SECOND);
      expect(shown()).toContain('a unacknowledged');
    },
  );

  it('ALM-12: are at most two thousand, the newest are let go and counted, and the end of any that is up is heard', () => {
    const { desk } = createBench();
    const external = new ExternalAlarms(desk, []);
    const look = (nowMs: number): void => {
      desk.observe(external.verdicts(nowMs), nowMs);
      external.forgetEnded(nowMs);
    };
    const many = Array.from({ length: 2_000 }, (_, n) => alarm(`a${n}`));
    expect(external.tell(many)).toBe(2_000);
    look(T);
    expect(external.tell([alarm('new'), alarm('a0'), alarm('unknown', false)])).toBe(1);
    expect(external.dropped).toBe(2);
    expect(external.tell([alarm('a1', false)])).toBe(1);
    look(T + SECOND);
    expect(external.get('a1')).toBeUndefined();
    expect(external.tell([alarm('new')])).toBe(1);
    // The memory of them lost, their end is heard all the same.
    const anew = new ExternalAlarms(desk, []);
    expect(anew.tell(many.map(({ fingerprint }) => alarm(`x${fingerprint}`)))).toBe(2_000);
    expect(anew.tell([alarm('a2', false), alarm('unknown', false)])).toBe(1);
    expect(anew.verdicts(T)).toHaveLength(2_001);
  });
});

describe('what was done a moment ago', () => {
  it('ALM-19: is found at once, before the next tick shows it', async () => {
    const { watch, during } = createBench();
    during(SECOND);
    const silence = { matcher: { rules: ['lag'] }, ...why, fromMs: T, untilMs: T + 3_600_000 };
    const { done } = await watch.act({ kind: 'silence', silence });
    expect(watch.snapshot().silences).toEqual([]);
    expect(watch.lookup().silences.map(({ id }) => id)).toEqual(done);
  });
});
