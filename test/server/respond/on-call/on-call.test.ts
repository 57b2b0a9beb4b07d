import { describe, expect, it } from 'vitest';
import { OnCallConfig } from '../../../../server/base/config-on-call.ts';
import { AppError } from '../../../../server/base/errors.ts';
import { createOnCall, ON_CALL_KEPT } from '../../../../server/respond/on-call/on-call.ts';
import { onCallOf } from './story.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-05-06T12:00Z');
const CONFIG = onCallOf({
  ...{ id: 'watch', name: 'Watch', zone: 'Europe/London' },
  layers: [{ name: 'weeks', rotation: 'weekly', start: '2026-05-04', people: ['kim', 'lee'] }],
});

function start(kept?: Readonly<Record<string, string>>) {
  const clock = { nowMs: NOW };
  return { clock, onCall: createOnCall(CONFIG, { now: () => clock.nowMs, ...(kept && { kept }) }) };
}
const asked = (change: object = {}) => ({
  ...{ schedule: 'watch', person: 'max', fromMs: NOW, untilMs: NOW + DAY, by: 'lee', reason: 'kim is ill' },
  ...change,
});
function refused(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return [error.message, ...error.details].join(': ');
  }
  return expect.fail('is not refused');
}

describe('on call', () => {
  it('ONC-7: is told by the names of people, and pages go to their channels', () => {
    const { onCall } = start();
    expect(onCall.at(NOW)).toEqual([
      {
        ...{
          schedule: 'watch',
          person: 'KIM',
          reason: 'layer weeks',
          untilMs: Date.parse('2026-05-11T08:00Z'),
        },
        next: { person: 'LEE', fromMs: Date.parse('2026-05-11T08:00Z') },
      },
    ]);
    expect(onCall.personAt('watch', NOW)).toEqual({ id: 'kim', name: 'KIM', channels: ['sms-kim'] });
    expect(onCall.personAt('nothing', NOW)).toBeNull();
  });

  it('ONC-7: changes at once with an override, and back when it is over, in the same words for any moment', () => {
    const { onCall, clock } = start();
    expect(onCall.at(NOW)[0]!.person).toBe('KIM');
    expect(onCall.override(asked())).toEqual({ id: 'override-1' });
    expect(onCall.at(NOW)[0]).toMatchObject({ person: 'MAX', untilMs: NOW + DAY, next: { person: 'KIM' } });
    expect(onCall.at(NOW + DAY)[0]!.person).toBe('KIM');
    expect(onCall.at(NOW - 1)[0]).toMatchObject({ person: 'KIM', next: { person: 'MAX', fromMs: NOW } });
    clock.nowMs = NOW + DAY;
    expect(onCall.overrides()).toEqual([]);
    expect(onCall.at(NOW)[0]!.person).toBe('MAX');
  });

  it('ONC-7: has the schedule again from the moment an override is ended, and keeps who it was before', () => {
    const { onCall, clock } = start();
    onCall.override(asked());
    clock.nowMs = NOW + 1_000;
    onCall.endOverride('override-1', 'kim');
    expect(onCall.at(NOW + 1_000)[0]!.person).toBe('KIM');
    expect(onCall.at(NOW + 999)[0]!.person).toBe('MAX');
    expect(refused(() => onCall.endOverride('override-1', 'kim'))).toMatch(/there is no override override-1/);
    onCall.override(asked({ fromMs: NOW + DAY, untilMs: NOW + 2 * DAY }));
    onCall.endOverride('override-2', 'kim');
    expect(onCall.at(NOW + DAY)[0]!.person).toBe('KIM');
    expect(onCall.takeChanges().map(({ by, reason }) => `${by}: ${reason}`)).toEqual([
      'lee: MAX takes watch (override-1): kim is ill',
      'kim: override-1 of watch ended: the schedule holds again',
      'lee: MAX takes watch (override-2): kim is ill',
      'kim: override-2 of watch ended: the schedule holds again',
    ]);
    expect(onCall.takeChanges()).toEqual([]);
  });

  it.each([
    [{ schedule: 'day' }, /there is no schedule 'day'/],
    [{ person: 'ann' }, /there is no person 'ann'/],
    [{ untilMs: NOW }, /untilMs: must be after fromMs/],
    [{ fromMs: NOW - DAY, untilMs: NOW }, /untilMs: must be in the future/],
    [{ untilMs: NOW + 32 * DAY }, /at most 31 days/],
  ])('ONC-8: refuses an override with %j and changes nothing', (change, fault) => {
    const { onCall } = start();
    expect(refused(() => onCall.override(asked(change)))).toMatch(fault);
    expect([onCall.takeKept(), onCall.takeChanges(), onCall.overrides()]).toEqual([{}, [], []]);
  });

  it('ONC-9: keeps overrides from one run to the next, and gives no id twice', () => {
    const { onCall } = start();
    onCall.override(asked());
    const kept = onCall.takeKept();
    expect(onCall.takeKept()).toEqual({});
    const next = start(kept).onCall;
    expect(next.faults).toEqual([]);
    expect(next.overrides()).toEqual([{ id: 'override-1', ...asked() }]);
    next.endOverride('override-1', 'lee');
    expect(next.override(asked())).toEqual({ id: 'override-2' });
  });

  it('ONC-9: says what it cannot use of what was kept, and goes on without', () => {
    const broken = start({ [ON_CALL_KEPT]: '{"lastId":' }).onCall;
    expect(broken.faults[0]).toMatch(/cannot be read; set them again/);
    expect(broken.at(NOW)[0]!.person).toBe('KIM');
    const gone = { lastId: 4, overrides: [{ id: 'override-4', ...asked({ person: 'ann' }) }] };
    const other = start({ [ON_CALL_KEPT]: JSON.stringify(gone) }).onCall;
    expect(other.faults).toEqual(["an override is left out: there is no person 'ann'"]);
    expect(other.override(asked())).toEqual({ id: 'override-5' });
  });

  it('ONC-9: forgets overrides a month after they are over, so that they stay few', () => {
    const { onCall, clock } = start();
    onCall.override(asked());
    clock.nowMs = NOW + 33 * DAY;
    onCall.override(asked({ fromMs: clock.nowMs, untilMs: clock.nowMs + 1 }));
    expect(JSON.parse(onCall.takeKept()[ON_CALL_KEPT]!).overrides).toHaveLength(1);
  });
});

describe('a configuration of who is on call', () => {
  const people = [
    { id: 'kim', name: 'Kim', channels: ['sms'] },
    { id: 'kim', name: 'Kim again', channels: ['sms'] },
  ];
  const layer = { name: 'l', rotation: 'daily', start: '2026-05-04', people: ['kim', 'ann'] };
  it('ONC-10: is refused with every fault and its place', () => {
    const schedule = { id: 's', name: 'S', zone: 'Europe/London', layers: [layer], fallback: 'bob' };
    const parsed = OnCallConfig.safeParse({ people, schedules: [schedule, schedule] });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      "people.1.id: the id 'kim' is there twice; give each its own",
      "schedules.1.id: the id 's' is there twice; give each its own",
      expect.stringMatching(
        /^schedules\.0\.layers\.0\.people\.1: there is no person 'ann'; put them into people/,
      ),
      expect.stringMatching(/^schedules\.0\.fallback: there is no person 'bob'/),
      expect.stringMatching(/^schedules\.1\.layers\.0\.people\.1: /),
      expect.stringMatching(/^schedules\.1\.fallback: /),
    ]);
  });

  it.each([
    [{ zone: 'Mars/Olympus' }, /is not a time zone: write Europe\/London/],
    [{ layers: [] }, /layers/],
    [{ layers: [{ ...layer, rotation: 'monthly' }] }, /rotation/],
    [{ layers: [{ ...layer, start: '4 May' }] }, /is not a day: write YYYY-MM-DD/],
    [{ layers: [{ ...layer, handover: '9' }] }, /is not a time: write HH:MM/],
    [{ layers: [{ ...layer, rotation: 'hours', hours: 0 }] }, /hours/],
    [{ layers: [{ ...layer, people: [] }] }, /people/],
  ])('ONC-10: is refused with %j', (change, fault) => {
    const schedule = { id: 's', name: 'S', zone: 'Europe/London', layers: [layer], ...change };
    const parsed = OnCallConfig.safeParse({ people: people.slice(0, 1), schedules: [schedule] });
    expect(
      parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    ).toMatch(fault);
  });
});
