import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../../server/base/zoned.ts';
import {
  type Calm,
  planReload,
  type Reloadable,
  reloadWindow,
} from '../../../../server/publish/screens/reload-plan.ts';
import { jitterOf } from '../../../../server/publish/screens/nightly-reload.ts';

const ZONE = 'Europe/Berlin';
const HOUR = 3_600_000;
const MINUTE = 60_000;
const at = (day: number, minutes: number, month = 11, zone = ZONE) =>
  instantOf({ year: 2026, month, day }, minutes, zone);
const FROM = at(22, 240);
const CALM: Calm = { sinceMs: FROM - 3 * HOUR, reason: '' };
const WALLS: readonly Reloadable[] = [
  { id: 'early', doneAtMs: null },
  { id: 'middle', doneAtMs: FROM - 20 * HOUR },
  { id: 'late', doneAtMs: null },
];
const TURNS: Readonly<Record<string, number>> = { early: 0, middle: 0.5, late: 0.999 };
const plan = (nowMs: number, calm: Calm = CALM, screens = WALLS) =>
  planReload({ nowMs, zone: ZONE, calm, screens, jitterOf: (id) => TURNS[id] ?? 0 });

describe('the planned reload', () => {
  it('SCR-40: begins at 04:00 of the local clock, each screen at its own place in the hour', () => {
    expect(plan(FROM - 1)).toMatchObject({ due: [], nextAtMs: FROM, reason: 'outside of the hour' });
    expect(plan(FROM)).toMatchObject({ due: ['early'], waiting: ['middle', 'late'] });
    expect(plan(FROM + 29 * MINUTE).due).toEqual(['early']);
    expect(plan(FROM + 30 * MINUTE).due).toEqual(['early', 'middle']);
    expect(plan(FROM + 59 * MINUTE - 1).due).toEqual(['early', 'middle', 'late']);
  });

  it('SCR-40: is once a night: who is done waits for the next one', () => {
    const done = WALLS.map((wall) => ({ ...wall, doneAtMs: FROM + MINUTE }));
    expect(plan(FROM + 30 * MINUTE, CALM, done)).toMatchObject({
      ...{ due: [], waiting: [], nextAtMs: at(23, 240), reason: 'all are done tonight' },
    });
    expect(plan(at(23, 240), CALM, done).due).toEqual(['early']);
  });

  it('SCR-41: asks nobody while it is not calm, and says why', () => {
    expect(plan(FROM + 30 * MINUTE, { sinceMs: null, reason: 'there is a flood of alarms' })).toMatchObject({
      due: [],
      waiting: ['early', 'middle', 'late'],
      reason: 'it is not calm: there is a flood of alarms',
    });
  });

  it('SCR-41: spreads those it has kept waiting over what is left of the hour', () => {
    const calm = { sinceMs: FROM + 40 * MINUTE, reason: '' };
    expect(plan(FROM + 40 * MINUTE, calm).due).toEqual(['early']);
    expect(plan(FROM + 49 * MINUTE, calm).due).toEqual(['early']);
    expect(plan(FROM + 50 * MINUTE, calm).due).toEqual(['early', 'middle']);
    expect(plan(FROM + 50 * MINUTE, calm).nextAtMs).toBe(FROM + 50 * MINUTE);
    expect(plan(FROM + 45 * MINUTE, calm, WALLS.slice(1)).nextAtMs).toBe(FROM + 49.5 * MINUTE);
  });

  it('SCR-41: leaves a night out rather than reload all screens at once in its last minute', () => {
    const late = plan(FROM + 59.5 * MINUTE, { sinceMs: FROM + 59.2 * MINUTE, reason: '' });
    expect(late).toMatchObject({ due: [], nextAtMs: at(23, 240), reason: 'it is too late tonight' });
    expect(plan(FROM + HOUR)).toMatchObject({
      due: [],
      nextAtMs: at(23, 240),
      reason: 'outside of the hour',
    });
  });

  it.each([
    ['clocks go forward that night', ZONE, 29, 3, '2026-03-29T02:00:00Z'],
    ['clocks go back that night', ZONE, 25, 10, '2026-10-25T03:00:00Z'],
    ['it is an ordinary summer night', ZONE, 1, 7, '2026-07-01T02:00:00Z'],
    // Troll station moves by two hours at 03:00, so that 04:00 is never shown.
    ['clocks never show four', 'Antarctica/Troll', 29, 3, '2026-03-29T02:00:00Z'],
    ['there are no such days', 'UTC', 29, 3, '2026-03-29T04:00:00Z'],
  ])('SCR-42: lasts one hour when %s', (_what, zone, day, month, fromIso) => {
    const fromMs = Date.parse(fromIso);
    expect(reloadWindow(at(day, 0, month, zone), zone)).toEqual({ fromMs, untilMs: fromMs + HOUR });
    expect(reloadWindow(fromMs + HOUR - 1, zone).fromMs).toBe(fromMs);
    expect(reloadWindow(fromMs + HOUR, zone).fromMs).toBeGreaterThan(fromMs + 20 * HOUR);
  });

  it('SCR-42: comes exactly once on each day of a year', () => {
    const nights = new Set<number>();
    for (let nowMs = at(1, 0, 1); nowMs < at(31, 1_439, 12); nowMs += 5 * HOUR)
      nights.add(reloadWindow(nowMs, ZONE).fromMs);
    // The window after that of the last day is of the next year.
    expect(nights.size).toBe(366);
  });

  it('SCR-40: spreads 1,000 screens evenly, each always to the same place', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 1_000; i++) tenths[Math.floor(10 * jitterOf(`screen ${i}`))]! += 1;
    for (const count of tenths) expect(count).toBeGreaterThan(60);
    expect(jitterOf('screen 1')).toBe(jitterOf('screen 1'));
  });
});
