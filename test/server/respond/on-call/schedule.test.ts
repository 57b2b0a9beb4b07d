import { describe, expect, it } from 'vitest';
import type { LayerConfig, ScheduleConfig } from '../../../../server/base/config-on-call.ts';
import { holeFaults } from '../../../../server/respond/on-call/holes.ts';
import { holesOf, type Override, saidAt, whoIsOnCall } from '../../../../server/respond/on-call/schedule.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { clockOf, onCallOf, scheduleOf } from './story.ts';

const MINUTE = 60_000;
const at = (text: string) => Date.parse(text);
const text = (ms: number | null) => ms && new Date(ms).toISOString().slice(0, 16);
const weekly = { name: 'weeks', rotation: 'weekly', start: '2026-01-05', people: ['kim', 'lee'] };
const daily = { name: 'days', rotation: 'daily', start: '2026-01-01', people: ['kim', 'lee', 'max'] };
const who = (schedule: ScheduleConfig, time: string, overrides: Override[] = []) => {
  const { person, reason, untilMs, next } = whoIsOnCall(schedule, overrides, at(time));
  return { person, reason, until: text(untilMs), next: next && [next.person, text(next.fromMs)] };
};
const override = (change: Partial<Override>): Override => ({
  ...{ id: 'o1', schedule: 'watch', person: 'max', by: 'lee', reason: 'ill' },
  ...{ fromMs: at('2026-01-06T00:00Z'), untilMs: at('2026-01-07T00:00Z') },
  ...change,
});

describe('who is on call', () => {
  it('ONC-2: by a weekly rotation changes on its weekday at the handover, summer and winter', () => {
    const schedule = scheduleOf([weekly]);
    expect(who(schedule, '2026-01-05T09:00Z')).toEqual({
      ...{ person: 'kim', reason: 'layer weeks', until: '2026-01-12T09:00' },
      next: ['lee', '2026-01-12T09:00'],
    });
    expect(who(schedule, '2026-07-06T07:59Z').person).toBe('lee');
    expect(who(schedule, '2026-07-06T08:00Z')).toMatchObject({ person: 'kim', until: '2026-07-13T08:00' });
  });

  it('ONC-2: by a weekly rotation that starts within a week has a first turn cut short', () => {
    const schedule = scheduleOf([{ ...weekly, start: '2026-01-07', weekday: 5 }]);
    expect(who(schedule, '2026-01-07T08:59Z')).toMatchObject({ person: null, until: '2026-01-07T09:00' });
    expect(who(schedule, '2026-01-08T12:00Z')).toMatchObject({ person: 'kim', until: '2026-01-09T09:00' });
  });

  it('ONC-2: by turns of hours is counted by the clocks on the wall', () => {
    const schedule = scheduleOf([{ ...daily, rotation: 'hours', hours: 12, handover: '08:00' }]);
    expect(who(schedule, '2026-01-01T08:00Z')).toMatchObject({ person: 'kim', until: '2026-01-01T20:00' });
    expect(who(schedule, '2026-01-01T20:00Z')).toMatchObject({ person: 'lee', until: '2026-01-02T08:00' });
    expect(text(whoIsOnCall(schedule, [], at('2026-06-01T08:00Z')).untilMs)).toBe('2026-06-01T19:00');
  });

  it('ONC-2: at a handover that the clocks leave out changes as long after as it would have been', () => {
    const schedule = scheduleOf([{ ...daily, handover: '01:30' }]);
    const before = whoIsOnCall(schedule, [], at('2026-03-29T00:30Z'));
    expect(text(before.untilMs)).toBe('2026-03-29T01:30');
  });

  it('ONC-2: at a handover that the clocks show twice changes the first time, once', () => {
    const schedule = scheduleOf([{ ...daily, handover: '01:30' }]);
    const before = whoIsOnCall(schedule, [], at('2026-10-24T23:59Z'));
    expect(text(before.untilMs)).toBe('2026-10-25T00:30');
    const after = whoIsOnCall(schedule, [], at('2026-10-25T00:30Z'));
    expect(after.person).toBe(before.next!.person);
    expect(text(after.untilMs)).toBe('2026-10-26T01:30');
  });

  it('ONC-3: a later layer wins over an earlier one while it holds', () => {
    const nights = { ...daily, name: 'nights', people: ['max'], only: { from: '22:00', until: '06:00' } };
    const schedule = scheduleOf([weekly, nights]);
    expect(who(schedule, '2026-01-06T21:59Z')).toEqual({
      ...{ person: 'kim', reason: 'layer weeks', until: '2026-01-06T22:00' },
      next: ['max', '2026-01-06T22:00'],
    });
    expect(who(schedule, '2026-01-07T05:59Z')).toMatchObject({ person: 'max', until: '2026-01-07T06:00' });
    expect(who(schedule, '2026-01-07T06:00Z')).toMatchObject({ person: 'kim', reason: 'layer weeks' });
  });

  it('ONC-3: a time past midnight belongs to the weekday on which it begins', () => {
    const only = { weekdays: [5], from: '22:00', until: '06:00' };
    const schedule = scheduleOf([weekly, { ...daily, people: ['max'], only }]);
    expect(who(schedule, '2026-01-10T05:00Z').person).toBe('max');
    expect(who(schedule, '2026-01-09T05:00Z').person).toBe('kim');
    expect(who(schedule, '2026-01-10T23:00Z').person).toBe('kim');
  });

  it('ONC-4: an override wins over all layers, and of two the one that was put in later', () => {
    const schedule = scheduleOf([weekly]);
    const later = override({
      ...{ id: 'o2', person: 'lee', by: 'kim', reason: 'train' },
      ...{ fromMs: at('2026-01-06T12:00Z'), untilMs: at('2026-01-06T14:00Z') },
    });
    const both = [override({}), later];
    expect(who(schedule, '2026-01-05T23:00Z', both)).toMatchObject({
      ...{ person: 'kim', until: '2026-01-06T00:00', next: ['max', '2026-01-06T00:00'] },
    });
    expect(who(schedule, '2026-01-06T00:00Z', both)).toMatchObject({
      ...{ person: 'max', reason: 'override by lee: ill', until: '2026-01-06T12:00' },
    });
    expect(who(schedule, '2026-01-06T13:00Z', both)).toMatchObject({
      person: 'lee',
      until: '2026-01-06T14:00',
    });
    expect(who(schedule, '2026-01-07T00:00Z', both).person).toBe('kim');
    expect(who(schedule, '2026-01-06T01:00Z', [override({ schedule: 'other' })]).person).toBe('kim');
  });

  it('ONC-4: who takes over is told across turns of the same person', () => {
    const schedule = scheduleOf([{ ...daily, people: ['kim', 'kim', 'kim', 'lee'] }]);
    expect(who(schedule, '2026-01-01T10:00Z')).toMatchObject({
      person: 'kim',
      next: ['lee', '2026-01-04T09:00'],
    });
    expect(who(scheduleOf([{ ...daily, people: ['kim'] }]), '2026-01-01T10:00Z')).toMatchObject({
      ...{ person: 'kim', until: null, next: null },
    });
  });
});

describe('a hole in a schedule', () => {
  const office = { ...daily, only: { weekdays: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' } };

  it('ONC-5: is a time in which no layer names anybody', () => {
    const holes = holesOf(scheduleOf([office]), at('2026-01-08T12:00Z'), at('2026-01-12T12:00Z'));
    expect(holes.map(({ fromMs, untilMs }) => [text(fromMs), text(untilMs)])).toEqual([
      ['2026-01-08T17:00', '2026-01-09T09:00'],
      ['2026-01-09T17:00', '2026-01-12T09:00'],
    ]);
    expect(who(scheduleOf([office]), '2026-01-08T18:00Z')).toMatchObject({
      ...{ person: null, reason: 'no layer names anybody now', next: ['max', '2026-01-09T09:00'] },
    });
  });

  it('ONC-5: within eight weeks refuses the schedule with its local times, unless it names a fallback', () => {
    const base = { id: 'watch', name: 'Watch', zone: 'Europe/London' };
    const gap = { ...base, layers: [{ ...office, only: { from: '00:00', until: '23:00' } }] };
    expect(holeFaults(onCallOf(gap), at('2026-07-01T12:00Z'))).toEqual([
      "schedule 'watch' has a hole: nobody is on call from Wed 1 Jul 2026 23:00 until Thu 2 Jul 2026 00:00 " +
        '(Europe/London); put somebody into a layer for that time, or name a `fallback`',
    ]);
    expect(holeFaults(onCallOf({ ...gap, fallback: 'lee' }), at('2026-07-01T12:00Z'))).toEqual([]);
    const covered = { ...base, layers: [daily] };
    expect(holeFaults(onCallOf(covered), at('2026-07-01T12:00Z'))).toEqual([]);
    const future = { ...base, layers: [{ ...daily, start: '2026-12-01' }] };
    expect(holeFaults(onCallOf(future), at('2026-07-01T12:00Z'))[0]).toMatch(/from Wed 1 Jul 2026 13:00 on/);
    expect(holeFaults(onCallOf(future), at('2026-11-20T12:00Z'))[0]).toMatch(/until Tue 1 Dec 2026 09:00/);
  });

  it('ONC-5: is filled by the fallback, who is named as such', () => {
    const schedule = scheduleOf([office], { fallback: 'lee' });
    expect(who(schedule, '2026-01-10T12:00Z')).toEqual({
      ...{ person: 'lee', reason: 'fallback: no layer names anybody now', until: '2026-01-12T09:00' },
      next: ['max', '2026-01-12T09:00'],
    });
  });
});

/** What the schedule means, minute by minute, by looking at the clocks on the wall only. */
function createNaive({ layers, zone }: ScheduleConfig) {
  const firsts = layers.map(firstHandover);
  const starts = layers.map(({ start, handover }) => Date.parse(`${start}T${handover}Z`));
  const turns = layers.map(() => -1);
  const begun = layers.map(() => false);
  let clock = { readMs: -Infinity, ...clockOf(zone, 0) };
  return (ms: number): string | null => {
    if (ms % (15 * MINUTE) === 0 || ms - clock.readMs > 15 * MINUTE)
      clock = { readMs: ms, ...clockOf(zone, ms) };
    const wallMs = clock.wallMs + (ms - clock.readMs);
    layers.forEach((layer, i) => {
      const turn = Math.floor((wallMs - firsts[i]!) / (hoursOf(layer) * 60 * MINUTE));
      // Clocks that go back do not give the turn back.
      turns[i] = Math.max(turns[i]!, turn);
      begun[i] ||= wallMs >= starts[i]!;
    });
    const top = layers.findLastIndex((layer, i) => begun[i] && isOpen(layer, wallMs));
    return top < 0 ? null : layers[top]!.people[turns[top]! % layers[top]!.people.length]!;
  };
}

const hoursOf = (layer: LayerConfig) =>
  layer.rotation === 'hours' ? layer.hours : layer.rotation === 'daily' ? 24 : 168;

function firstHandover(layer: LayerConfig): number {
  const startMs = Date.parse(`${layer.start}T${layer.handover}Z`);
  if (layer.rotation !== 'weekly') return startMs;
  let ms = startMs;
  while ((new Date(ms).getUTCDay() || 7) !== layer.weekday) ms -= 1_440 * MINUTE;
  return ms;
}

function isOpen({ only }: LayerConfig, wallMs: number): boolean {
  if (!only) return true;
  const minutes = Math.floor(wallMs / MINUTE) % 1_440;
  const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const [from, until] = [minutesOf(only.from), minutesOf(only.until)];
  const isOn = (dayMs: number) => only.weekdays?.includes(new Date(dayMs).getUTCDay() || 7) ?? true;
  const dayMs = wallMs - minutes * MINUTE;
  if (until > from) return minutes >= from && minutes < until && isOn(dayMs);
  return (minutes >= from && isOn(dayMs)) || (minutes < until && isOn(dayMs - 1_440 * MINUTE));
}

/** Compares by minute; the answer must hold unchanged until it says that it may change. */
function compare(schedule: ScheduleConfig, fromMs: number, toMs: number): void {
  const naive = createNaive(schedule);
  let said = saidAt(schedule, [], fromMs);
  for (let ms = fromMs; ms < toMs; ms += MINUTE) {
    if (ms >= said.changesMs) said = saidAt(schedule, [], ms);
    const is = naive(ms);
    if (said.person !== is)
      expect.fail(`${text(ms)}: ${said.person} and not ${is} by ${JSON.stringify(schedule)}`);
  }
}

describe('laws of schedules', () => {
  it('ONC-6: exactly one person is on call at every minute of a year, and it is who the clocks on the wall say', () => {
    const nights = { ...daily, name: 'nights', handover: '22:00', only: { from: '22:00', until: '06:30' } };
    const weekend = {
      ...weekly,
      name: 'weekend',
      weekday: 6,
      people: ['max', 'kim'],
      only: { weekdays: [6, 7] },
    };
    const schedule = scheduleOf([weekly, nights, weekend]);
    const [fromMs, toMs] = [at('2026-02-01T00:00Z'), at('2027-02-01T00:00Z')];
    expect(holesOf(schedule, fromMs, toMs)).toEqual([]);
    compare(schedule, fromMs, toMs);
  });

  it.each(Array.from({ length: 16 }, (_, seed) => seed))(
    'ONC-6: random layers, seed %i, say by minute what the clocks on the wall say, through changes of clocks',
    (seed) => {
      const random = createRandom(seed);
      const times = ['00:00', '06:30', '08:00', '09:00', '17:00', '23:15'] as const;
      const [zone, change] = pick(random, [
        ['Europe/London', '2026-03-29'],
        ['Europe/London', '2026-10-25'],
        ['America/New_York', '2026-11-01'],
        ['Australia/Lord_Howe', '2026-10-04'],
        ['Asia/Kolkata', '2026-06-01'],
      ] as const);
      const middle = at(`${change}T00:00Z`);
      const layers = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => ({
        ...pick(random, [
          { rotation: 'daily' },
          { rotation: 'weekly', weekday: 1 + Math.floor(random() * 7) },
          { rotation: 'hours', hours: pick(random, [4, 8, 12, 36, 60]) },
        ]),
        ...{ name: `layer ${i}`, handover: pick(random, times), people: ['kim', 'lee', 'max'].slice(i % 2) },
        start: new Date(middle - Math.floor(random() * 40 - 3) * 1_440 * MINUTE).toISOString().slice(0, 10),
        ...(random() < 0.6 && {
          only: {
            ...{ from: pick(random, times), until: pick(random, [...times, '24:00']) },
            ...(random() < 0.5 && { weekdays: [1, 3, 6, 7].slice(Math.floor(random() * 3)) }),
          },
        }),
      }));
      const schedule = scheduleOf(layers, { zone });
      compare(schedule, middle - 12 * 1_440 * MINUTE, middle + 9 * 1_440 * MINUTE);
    },
  );
});
