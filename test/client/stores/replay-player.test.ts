import { describe, expect, it } from 'vitest';
import type { ApiResult } from '../../../client/api.ts';
import { createPlayer, handOf, PLAYER_OFF, type PlayerState } from '../../../client/stores/replay-player.ts';
import type { WallAt } from '../../../shared/history.ts';
import { T0, wallSnapshot } from '../fixtures.ts';

const settle = async () => {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
};

/** A player whose time and whose answers are given by hand. */
function createDesk(nowMs = T0 + 3_600_000) {
  let local = 10_000;
  let state: PlayerState = PLAYER_OFF;
  const questions: { atMs: number; signal: AbortSignal; resolve: (result: ApiResult<WallAt>) => void }[] = [];
  const player = createPlayer({
    fetchAt: (atMs, signal) => new Promise((resolve) => questions.push({ atMs, signal, resolve })),
    localMs: () => local,
    nowMs: () => nowMs,
    onState: (next) => (state = next),
  });
  return {
    player,
    questions,
    state: () => state,
    shownMs: () => state.shown?.atMs ?? null,
    pass: (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        local += 100;
        player.tick();
      }
    },
    answer: async (place: number) => {
      const { atMs, resolve } = questions[place]!;
      resolve({ ok: true, data: { ...wallSnapshot(), atMs, tierSeconds: 1, missing: [] } });
      await settle();
    },
    refuse: async (place: number) => {
      const error = { code: 'unavailable', message: 'Nothing is kept of that time.' } as const;
      questions[place]!.resolve({ ok: false, isAborted: false, error });
      await settle();
    },
  };
}

describe('the player of the past', () => {
  it('asks for the moment at once and shows it when it comes', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: null });
    expect(desk.questions.map(({ atMs }) => atMs)).toEqual([T0]);
    expect(desk.shownMs()).toBeNull();
    await desk.answer(0);
    expect(desk.shownMs()).toBe(T0);
    desk.pass(5_000);
    expect(desk.questions).toHaveLength(1);
  });

  it('fetches the next moment ahead and shows it when the clock comes to it, not before', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: 10 });
    await desk.answer(0);
    desk.pass(500);
    expect(desk.questions.map(({ atMs }) => atMs)).toEqual([T0, T0 + 5_000]);
    desk.player.setPace({ isPlaying: false });
    desk.player.setPace({ isPlaying: true });
    desk.pass(600);
    await desk.answer(desk.questions.length - 1);
    const next = desk.questions.at(-1)!.atMs;
    expect(desk.shownMs()).toBe(desk.state().clock!.atMs >= next ? next : T0);
    desk.pass(600);
    expect(desk.shownMs()).toBe(next);
  });

  it('never lets the hand run away from what is shown while an answer is late (REP-2)', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: 60 });
    await desk.answer(0);
    desk.pass(20_000);
    expect(desk.state().isWaiting).toBe(true);
    expect(handOf(desk.state())).toBe(T0);
    expect(desk.state().clock!.atMs).toBe(T0 + 30_000);
    expect(desk.questions).toHaveLength(2);
    await desk.answer(1);
    expect(desk.shownMs()).toBe(T0 + 30_000);
  });

  it('asks at most twice a second, whatever is done with the hand (REP-3)', async () => {
    const desk = createDesk();
    for (let i = 0; i < 40; i += 1) {
      desk.player.open({ atMs: T0 + i * 1_000, speed: null });
      desk.pass(100);
    }
    expect(desk.questions.length).toBeLessThanOrEqual(9);
    expect(desk.questions.length).toBeGreaterThanOrEqual(7);
    desk.pass(600);
    expect(desk.questions.at(-1)!.atMs).toBe(T0 + 39_000);
  });

  it('shows no answer from before a jump, however late it comes (REP-3)', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: null });
    desk.player.open({ atMs: T0 + 60_000, speed: null });
    expect(desk.questions[0]!.signal.aborted).toBe(true);
    desk.pass(600);
    await desk.answer(1);
    await desk.answer(0);
    expect(desk.shownMs()).toBe(T0 + 60_000);
  });

  it('keeps what is shown, says what went wrong and asks again, but not at once', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: null });
    await desk.answer(0);
    desk.player.open({ atMs: T0 + 60_000, speed: null });
    desk.pass(600);
    await desk.refuse(1);
    expect(desk.state().error).toBe('Nothing is kept of that time.');
    expect(desk.shownMs()).toBe(T0);
    desk.pass(2_000);
    expect(desk.questions).toHaveLength(2);
    desk.pass(1_500);
    expect(desk.questions).toHaveLength(3);
    await desk.answer(2);
    expect(desk.state().error).toBe('');
    expect(desk.shownMs()).toBe(T0 + 60_000);
  });

  it('stops when it has come to now (REP-1)', async () => {
    const desk = createDesk(T0 + 2_500);
    desk.player.open({ atMs: T0, speed: 1 });
    for (let i = 0; i < 6; i += 1) {
      if (desk.questions[i]) await desk.answer(i);
      desk.pass(1_000);
    }
    expect(desk.state().clock).toMatchObject({ atMs: T0 + 2_500, isPlaying: false });
    expect(Math.max(...desk.questions.map(({ atMs }) => atMs))).toBe(T0 + 2_000);
  });

  it('goes to now when it is asked for a moment that is still to come (REP-1)', () => {
    const desk = createDesk(T0 + 2_500);
    desk.player.open({ atMs: T0 + 9e9, speed: null });
    expect(desk.questions[0]!.atMs).toBe(T0 + 2_000);
  });

  it('forgets everything when it is switched off', async () => {
    const desk = createDesk();
    desk.player.open({ atMs: T0, speed: null });
    await desk.answer(0);
    desk.player.open(null);
    desk.pass(2_000);
    expect(desk.state()).toMatchObject({ clock: null, shown: null });
    expect(desk.questions).toHaveLength(1);
  });
});
