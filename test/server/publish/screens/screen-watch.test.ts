import { describe, expect, it } from 'vitest';
import type { Display } from '../../../../shared/screens.ts';
import type { Screen } from '../../../../server/publish/screens.ts';
import { createScreenWatch } from '../../../../server/publish/screens/screen-watch.ts';
import { displayOf, screenOf, tellOf } from '../../../support/displays.ts';

const START = Date.UTC(2026, 10, 22, 3);

/** A server with displays that a test moves through time. */
function bench(...displays: Display[]) {
  const screens: Screen[] = [];
  const known = [...displays];
  let nowMs = 5_000;
  const watch = createScreenWatch({
    displays: () => known,
    displayOf: ({ principal }) => known.find(({ id }) => id === principal.id),
    screens: () => screens,
    monotonicMs: () => nowMs,
    epochMs: () => START + nowMs,
  });
  const after = (ms: number) => {
    for (const untilMs = nowMs + ms; nowMs < untilMs;) {
      nowMs = Math.min(untilMs, nowMs + 1_000);
      watch.look();
    }
  };
  return {
    watch,
    known,
    screens,
    after,
    /** The process does nothing for so long. */
    stall: (ms: number) => {
      nowMs += ms;
      watch.look();
    },
    at: () => START + nowMs,
    connect: (screen: Screen) => void screens.push(screen),
    leave(screen: Screen) {
      screens.splice(screens.indexOf(screen), 1);
      watch.left(screen);
    },
    state: () => watch.views().map(({ state, reason }) => `${state}: ${reason}`),
    dark: () => watch.facts().map(({ dark }) => dark.noData ?? dark.value),
  };
}

describe('the watch over paired displays', () => {
  it('SCR-32: gives each display 15 s from the start of the server', () => {
    const { watch, after, state, dark } = bench(displayOf('a'));
    after(60_000);
    expect(dark()).toEqual(['nothing painted yet, expected for 0 s']);
    watch.start();
    after(15_000);
    expect(dark()).toEqual(['nothing painted yet, expected for 15 s']);
    after(1_000);
    expect(dark()).toEqual([16_000]);
    expect(state()).toEqual(['dark: not connected for 16 s or longer']);
  });

  it('SCR-30: knows when a display painted last, through its disconnecting and coming back', () => {
    const { watch, after, connect, leave, state, dark, at } = bench(displayOf('a'));
    watch.start();
    const first = screenOf('s1', 'a');
    connect(first);
    watch.painted(first);
    const paintedAtMs = at();
    after(4_000);
    leave(first);
    after(9_000);
    expect(watch.views()[0]).toMatchObject({ paintedAtMs, isConnected: false });
    expect(state()).toEqual(['painting: not connected for 9 s']);
    const second = screenOf('s2', 'a');
    connect(second);
    after(3_000);
    expect(dark()).toEqual([16_000]);
    expect(state()).toEqual(['dark: connected, nothing painted for 16 s']);
    watch.painted(second);
    expect(dark()).toEqual([0]);
  });

  it('SCR-30: of two connections of one display the one that paints counts, and the newer one that has told', () => {
    const { watch, after, connect, state } = bench(displayOf('a'));
    watch.start();
    const old = screenOf('s1', 'a', { told: tellOf({ build: 'old' }) });
    const fresh = screenOf('s2', 'a', { told: tellOf({ build: 'new' }) });
    const silent = screenOf('s3', 'a', { told: null });
    connect(old);
    connect(fresh);
    connect(silent);
    watch.painted(old);
    after(10_000);
    watch.painted(fresh);
    after(10_000);
    expect(state()).toEqual(['painting: painted 10 s ago']);
    expect(watch.views()[0]!.told?.build).toBe('new');
  });

  it('SCR-34: does not watch unpaired screens, revoked displays, nor one that was not come for', () => {
    const { watch, after, known, connect } = bench(
      displayOf('a', { revoked: { atMs: 1, by: 'kim', reason: 'lost' } }),
      displayOf('b', { lastSeenAtMs: null }),
    );
    watch.start();
    connect(screenOf('s1', null));
    after(60_000);
    expect(watch.facts()).toEqual([]);
    known[1] = displayOf('b');
    after(1_000);
    expect(watch.facts()).toMatchObject([{ id: 'b', name: 'Night wall b (control room)' }]);
    known[1] = displayOf('b', { revoked: { atMs: 1, by: 'kim', reason: 'lost' } });
    expect(watch.facts()).toEqual([]);
    expect(watch.titleOf('b')).toBe('Night wall b (control room)');
  });

  it('SCR-35: does not take its own standing still for dark screens, and not for longer than 5 s', () => {
    const { watch, stall, after, connect, dark } = bench(displayOf('a'), displayOf('b'));
    watch.start();
    const screen = screenOf('s1', 'a');
    connect(screen);
    watch.painted(screen);
    after(9_000);
    stall(12_000);
    expect(dark()).toEqual(['this server stood still for 12 s', 'this server stood still for 12 s']);
    watch.painted(screen);
    after(5_000);
    expect(dark()).toEqual([5_000, 26_000]);
    stall(30_000);
    expect(dark()).toEqual(['this server stood still for 30 s', 56_000]);
  });

  it('SCR-36: gives a display that was asked to reload 20 s to paint again, and one that is dark already none', () => {
    const { watch, after, connect, dark } = bench(displayOf('a'), displayOf('b'));
    watch.start();
    const screen = screenOf('s1', 'a');
    connect(screen);
    after(10_000);
    watch.painted(screen);
    after(9_000);
    watch.reloading('a');
    watch.reloading('b');
    watch.reloading('nobody');
    after(10_000);
    expect(dark()).toEqual(['asked to reload a moment ago', 29_000]);
    after(10_000);
    expect(dark()).toEqual([29_000, 39_000]);
  });

  it('SCR-33: remembers since when a display has been silenced, and forgets it when it sounds', () => {
    const { watch, after, connect } = bench(displayOf('a'));
    watch.start();
    const silenced = tellOf({ sound: 'silenced', silencedUntilMs: START + 60_000 });
    const screen = screenOf('s1', 'a', { told: silenced });
    connect(screen);
    watch.told(screen);
    after(3_000_000);
    expect(watch.facts()[0]!.mute).toEqual({ value: 0, n: null });
    watch.told(screen);
    after(601_000);
    expect(watch.facts()[0]!.mute).toEqual({ value: 1, n: null });
    screen.told = tellOf();
    watch.told(screen);
    screen.told = silenced;
    watch.told(screen);
    expect(watch.facts()[0]!.mute).toEqual({ value: 0, n: null });
  });

  it('reports connected screens in real time, with who they are', () => {
    const { watch, connect, at } = bench(displayOf('a'));
    connect(screenOf('s1', 'a', { connectedMonotonicMs: 5_000 }));
    connect(screenOf('s2', null, { told: null, connectedMonotonicMs: 4_000 }));
    expect(watch.reports()).toMatchObject([
      { id: 's1', displayId: 'a', name: 'Night wall a', place: 'control room', connectedAtMs: at() },
      { id: 's2', displayId: null, name: null, told: null, connectedAtMs: at() - 1_000 },
    ]);
  });

  it('forgets displays that there are no more', () => {
    const { watch, known, after } = bench(displayOf('a'));
    watch.start();
    after(30_000);
    known.splice(0, 1);
    after(1_000);
    known.push(displayOf('a'));
    after(1_000);
    expect(watch.facts()[0]!.dark.noData).toBe('nothing painted yet, expected for 0 s');
  });
});
