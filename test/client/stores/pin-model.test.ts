import { describe, expect, it } from 'vitest';
import type { AlarmState, AlarmStrip, GroupView, Priority } from '../../../shared/alarms.ts';
import {
  candidatesOf,
  choosePin,
  DWELL_MS,
  isLoud,
  LINGER_MS,
  MANUAL_MS,
  NO_PINS,
  NOTE_MS,
  pinByHand,
  pinOf,
  pinsOfText,
  release,
  stepPin,
  textOfPins,
  touchPin,
  type Pin,
  type PinState,
} from '../../../client/stores/pin-model.ts';
import { createRandom, pick } from '../../support/random.ts';
import { group, strip } from '../fixtures-alarms.ts';

const T = 1_790_000_000_000;
const critical = (id: string, change: Partial<GroupView> = {}) =>
  group({ id, priority: 'critical', members: [id], ...change });
const high = (id: string, change: Partial<GroupView> = {}) => critical(id, { priority: 'high', ...change });
const of = (...groups: readonly GroupView[]) => strip({ groups });
const taken = { state: 'acknowledged', owner: 'Ada' } as const;

/** Plays strips, each for so long, second by second. */
function play(state: PinState, parts: readonly (readonly [AlarmStrip, number])[], fromMs = T) {
  let nowMs = fromMs;
  for (const [now, lengthMs] of parts)
    for (const endMs = nowMs + lengthMs; nowMs < endMs; nowMs += 1_000) state = stepPin(state, now, nowMs);
  return { state, nowMs };
}

describe('what the wall pins by itself', () => {
  it('pins a critical alarm as soon as it is told, and says why (WAL-100)', () => {
    expect(choosePin(NO_PINS, of(critical('a')), T)).toMatchObject({
      kind: 'auto',
      groupId: 'a',
      reason: 'unacknowledged-critical',
      isGone: false,
    });
    expect(choosePin(NO_PINS, of(high('a')), T)).toMatchObject({ groupId: 'a', reason: 'most-urgent' });
  });

  it.each(['low', 'medium'] as const)('does not pin what is %s by itself (WAL-100)', (priority) => {
    expect(choosePin(NO_PINS, of(critical('a', { priority })), T)).toBeNull();
  });

  it('takes the most urgent first, of equals the oldest that nobody has acknowledged (WAL-101)', () => {
    const order = candidatesOf(
      of(
        high('taken-high', taken),
        high('high'),
        critical('taken', taken),
        critical('back', { state: 'returned' }),
        critical('younger', { raisedAtMs: T - 1_000 }),
        critical('older', { raisedAtMs: T - 9_000 }),
        critical('hidden', { isHidden: true }),
        critical('done', { ...taken, active: 0 }),
      ),
    );
    expect(order.map(({ id }) => id)).toEqual(['older', 'younger', 'high', 'taken', 'taken-high']);
  });

  it('does not pin by itself what is over and only not acknowledged, on a fresh wall or after a reload (WAL-105)', () => {
    const back = of(critical('a', { state: 'returned' }));
    expect(choosePin(NO_PINS, back, T)).toBeNull();
    const pinned = play(NO_PINS, [[of(critical('a')), 30_000]]);
    const again = pinsOfText(textOfPins(pinned.state));
    expect(choosePin(again, back, pinned.nowMs)).toBeNull();
  });

  it('says of what it has pinned that it is over, and goes back after a while (WAL-105)', () => {
    const pinned = play(NO_PINS, [[of(critical('a')), 30_000]]);
    const back = of(critical('a', { state: 'returned' }));
    const soon = play(pinned.state, [[back, 2_000]], pinned.nowMs);
    expect(choosePin(soon.state, back, soon.nowMs)).toMatchObject({
      groupId: 'a',
      reason: 'no-longer-listed',
      group: { state: 'returned' },
    });
    const later = play(soon.state, [[back, LINGER_MS]], soon.nowMs);
    expect(choosePin(later.state, back, later.nowMs)).toBeNull();
    const held = pinByHand(later.state, { kind: 'group', id: 'a', group: back.groups[0]! }, later.nowMs);
    expect(choosePin(held, back, later.nowMs)).toMatchObject({
      kind: 'manual',
      group: { state: 'returned' },
    });
  });

  it('turns at once to a critical alarm that nobody has, and never away from it to another (WAL-102)', () => {
    const { state, nowMs } = play(NO_PINS, [[of(high('h')), 3_000]]);
    const both = of(critical('c'), high('h'));
    expect(choosePin(state, both, nowMs)?.groupId).toBe('c');
    const later = play(state, [[both, 300_000]]);
    const older = of(critical('older', { raisedAtMs: 0 }), critical('c'), high('h'));
    expect(play(later.state, [[older, 300_000]]).state.auto?.id).toBe('c');
  });

  it('names the other critical alarms that nobody has, and stays with the first (WAL-103)', () => {
    const three = of(critical('a'), critical('b'), critical('c', taken), high('d'));
    const pin = choosePin(NO_PINS, three, T);
    expect(pin?.groupId).toBe('a');
    expect(pin?.others.map(({ id }) => id)).toEqual(['b']);
    expect(pin?.areOthersFloor).toBe(false);
    const full = strip({ groups: ['a', 'b', 'c'].map((id) => critical(id)), more: 2 });
    expect(choosePin(NO_PINS, full, T)?.areOthersFloor).toBe(true);
  });

  it('goes on to what nobody has once somebody has what it shows, but not before its time (WAL-104)', () => {
    const { state } = play(NO_PINS, [[of(high('a'), high('b')), 5_000]]);
    const mine = of(high('b'), high('a', taken));
    expect(play(state, [[mine, 14_000]], T + 5_000).state.auto?.id).toBe('a');
    expect(play(state, [[mine, 17_000]], T + 5_000).state.auto?.id).toBe('b');
  });

  it('comes back to the plain wall when it is over, after a while in which it says so (WAL-105)', () => {
    const { state, nowMs } = play(NO_PINS, [[of(critical('a')), 60_000]]);
    expect(choosePin(state, of(), nowMs)).toMatchObject({
      groupId: 'a',
      isGone: true,
      reason: 'no-longer-listed',
    });
    const after = play(state, [[of(), LINGER_MS]], nowMs);
    expect(pinOf(after.state, of())).not.toBeNull();
    expect(choosePin(after.state, of(), after.nowMs)).toBeNull();
  });

  it('comes back when somebody has it and it is normal again (WAL-105)', () => {
    const { state, nowMs } = play(NO_PINS, [[of(critical('a')), 60_000]]);
    const { state: then } = play(state, [[of(critical('a', taken)), 60_000]], nowMs);
    expect(then.auto?.id).toBe('a');
    expect(
      play(then, [[of(critical('a', { ...taken, active: 0 })), 30_000]], nowMs + 60_000).state.auto,
    ).toBeNull();
  });

  it('does not flicker: what comes and goes within seconds turns the wall once (WAL-104)', () => {
    let [state, nowMs, changes, before] = [NO_PINS, T, 0, null as string | null];
    for (let i = 0; i < 60; i += 1) {
      ({ state, nowMs } = play(state, [[i % 2 ? of() : of(high('a')), 2_000]], nowMs));
      const now = state.auto?.id ?? null;
      if (now !== before) changes += 1;
      before = now;
    }
    expect(changes).toBe(1);
  });

  it('keeps what it has while nothing is known of alarms', () => {
    const { state, nowMs } = play(NO_PINS, [[of(critical('a')), 60_000]]);
    expect(stepPin(state, null, nowMs + 3_600_000)).toBe(state);
  });

  it('does not wait for hours when the clock of the screen was set back', () => {
    const { state } = play(NO_PINS, [[of(high('a')), 60_000]]);
    expect(choosePin(stepPin(state, of(), T - 7_200_000), of(), T - 7_100_000)).toBeNull();
  });
});

describe('a pin by hand', () => {
  const byHand = (state: PinState, id: string, nowMs = T) =>
    pinByHand(state, { kind: 'group', id, group: critical(id, { priority: 'low' }) }, nowMs);

  it('wins over all that the wall does by itself, and names what waits elsewhere (WAL-106)', () => {
    const now = of(critical('c'), critical('low', { priority: 'low' }));
    const pin = choosePin(byHand(NO_PINS, 'low'), now, T);
    expect(pin).toMatchObject({ kind: 'manual', groupId: 'low', reason: 'by-hand' });
    expect(pin?.others.map(({ id }) => id)).toEqual(['c']);
    const tenant = pinByHand(NO_PINS, { kind: 'tenant', id: 't1' }, T);
    expect(choosePin(tenant, now, T)).toMatchObject({ kind: 'manual', tenantId: 't1', group: null });
  });

  it('let go of, gives the wall back to what is most urgent at once (WAL-106)', () => {
    const now = of(critical('c'), critical('low', { priority: 'low' }));
    const held = stepPin(byHand(NO_PINS, 'low'), now, T);
    expect(pinOf(release(held), now)?.groupId).toBe('c');
  });

  it('ends by itself after half an hour without a hand, and says so for a minute (WAL-107)', () => {
    const held = pinByHand(NO_PINS, { kind: 'tenant', id: 't1' }, T);
    expect(choosePin(held, of(), T + MANUAL_MS - 1)).not.toBeNull();
    const ended = stepPin(held, of(), T + MANUAL_MS);
    expect(pinOf(ended, of())).toBeNull();
    expect(ended.note).toEqual({ why: 'no-hand', atMs: T + MANUAL_MS });
    expect(stepPin(ended, of(), T + MANUAL_MS + NOTE_MS).note).toBeNull();
    const touched = touchPin(held, T + MANUAL_MS - 1);
    expect(choosePin(touched, of(), T + MANUAL_MS)).not.toBeNull();
  });

  it('ends when its alarm is over, but not because a full strip has no room for it (WAL-107)', () => {
    const held = byHand(NO_PINS, 'low');
    const full = strip({ groups: [critical('c')], more: 1 });
    expect(play(held, [[full, 60_000]]).state.manual).not.toBeNull();
    const { state } = play(held, [[of(), LINGER_MS + 1_000]]);
    expect(state).toMatchObject({ manual: null, note: { why: 'not-listed' } });
  });

  it('outlives a reload, and so does what the wall pinned by itself (WAL-108)', () => {
    const now = of(critical('c'), critical('d'), critical('low', { priority: 'low' }));
    const { state } = play(NO_PINS, [[of(critical('d')), 5_000]]);
    const held = stepPin(byHand(state, 'low'), now, T + 5_000);
    const kept = pinsOfText(textOfPins(held));
    expect(pinOf(kept, null)).toBeNull();
    const again = stepPin(kept, now, T + 7_000);
    expect(pinOf(again, now)).toMatchObject({ kind: 'manual', groupId: 'low' });
    expect(pinOf(release(again), now)?.groupId).toBe('d');
    expect(pinsOfText('{"auto":7,"manual":{"kind":"x","id":1}}')).toEqual(NO_PINS);
    expect(pinsOfText('no json')).toEqual(NO_PINS);
    expect(pinsOfText(null)).toEqual(NO_PINS);
  });
});

const PRIORITIES: readonly Priority[] = ['low', 'medium', 'high', 'critical'];
const STATES: readonly AlarmState[] = ['unacknowledged', 'acknowledged', 'returned'];

/** A night in which alarms come, go, change, are taken and are given up, and hands pin and let go. */
function walk(seed: number, look: (seen: Seen) => void): void {
  const random = createRandom(seed);
  let [nowMs, state] = [T, NO_PINS as PinState];
  let groups: GroupView[] = [];
  let hasHand = false;
  for (let i = 0; i < 600; i += 1) {
    nowMs += pick(random, [500, 1_000, 3_000, 9_000, 25_000]);
    if (random() < 0.35) {
      const id = `g${Math.floor(random() * 7)}`;
      groups = groups.filter((one) => one.id !== id);
      if (random() < 0.6)
        groups.push(
          critical(id, {
            priority: pick(random, PRIORITIES),
            state: pick(random, STATES),
            raisedAtMs: nowMs,
            active: random() < 0.8 ? 1 : 0,
          }),
        );
    }
    const now = strip({ groups: groups.slice(0, 6), more: Math.max(0, groups.length - 6) });
    const hand = random();
    if (hand < 0.03) {
      state = pinByHand(state, { kind: 'tenant', id: 't1' }, nowMs);
      hasHand = true;
    } else if (hand < 0.1) state = release(state);
    if (random() < 0.05) state = pinsOfText(textOfPins(state));
    state = stepPin(state, now, nowMs);
    look({ now, nowMs, state, pin: pinOf(state, now), hasHand: hasHand && state.manual !== null });
  }
}
interface Seen {
  readonly now: AlarmStrip;
  readonly nowMs: number;
  readonly state: PinState;
  readonly pin: Pin | null;
  readonly hasHand: boolean;
}

describe('whatever happens in a night', () => {
  const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

  it('never shows anything less than a critical alarm that nobody has, while there is one (WAL-102)', () => {
    let seen = 0;
    for (const seed of SEEDS)
      walk(seed, ({ now, pin }) => {
        const loud = now.groups.filter(isLoud);
        if (loud.length === 0) return;
        seen += 1;
        // By hand something else may be shown: then it is said what waits.
        if (pin?.kind === 'manual') expect(pin.others).toEqual(loud);
        else expect(loud.map(({ id }) => id)).toContain(pin?.groupId);
      });
    expect(seen).toBeGreaterThan(5_000);
  });

  it('changes its own pin no more often than every twenty seconds, but for such a one (WAL-104)', () => {
    let quick = 0;
    for (const seed of SEEDS) {
      let [before, changedAtMs] = [null as string | null, -Infinity];
      walk(seed, ({ now, nowMs, state }) => {
        const id = state.auto?.id ?? null;
        if (id === before) return;
        const isQuick = nowMs - changedAtMs < DWELL_MS;
        if (isQuick) {
          quick += 1;
          expect(now.groups.some((one) => one.id === id && isLoud(one))).toBe(true);
          expect(now.groups.some((one) => one.id === before && isLoud(one))).toBe(false);
        }
        [before, changedAtMs] = [id, nowMs];
      });
    }
    expect(quick).toBeGreaterThan(50);
  });

  it('pins by itself only what is critical or high, told, and not over (WAL-100)', () => {
    for (const seed of SEEDS)
      walk(seed, ({ now, pin }) => {
        if (pin?.kind !== 'auto') return;
        const told = candidatesOf(now).some(({ id }) => id === pin.groupId);
        expect(told).toBe(!pin.isGone);
        expect(['critical', 'high']).toContain(pin.group?.priority);
      });
  });

  it('does not leave trouble unshown for longer than it takes to change, nor show what is long over (WAL-105)', () => {
    for (const seed of SEEDS) {
      let [darkSinceMs, goneSinceMs] = [null as number | null, null as number | null];
      walk(seed, ({ now, nowMs, state }) => {
        const has = candidatesOf(now).length > 0;
        const own = state.auto !== null && candidatesOf(now).some(({ id }) => id === state.auto?.id);
        darkSinceMs = has && !own ? (darkSinceMs ?? nowMs) : null;
        goneSinceMs = !own && state.auto ? (goneSinceMs ?? nowMs) : null;
        for (const since of [darkSinceMs, goneSinceMs])
          if (since !== null) expect(nowMs - since).toBeLessThan(DWELL_MS + LINGER_MS);
      });
    }
  });

  it('gives way to the hand as long as the hand holds it (WAL-106)', () => {
    let held = 0;
    for (const seed of SEEDS)
      walk(seed, ({ pin, hasHand }) => {
        if (!hasHand) return;
        held += 1;
        expect(pin).toMatchObject({ kind: 'manual', tenantId: 't1' });
      });
    expect(held).toBeGreaterThan(500);
  });
});
