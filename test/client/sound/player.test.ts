import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioHealth } from '../../../client/sound/output.ts';
import { createSoundPlayer } from '../../../client/sound/player.ts';
import { TONES } from '../../../client/sound/tones.ts';
import { FakeAudio } from './fake-audio.ts';

function playerOf(make: () => FakeAudio) {
  let nowMs = 0;
  const made: FakeAudio[] = [];
  const told: AudioHealth[] = [];
  const player = createSoundPlayer({
    createContext: () => {
      const audio = make();
      made.push(audio);
      return audio as unknown as AudioContext;
    },
    monotonicMs: () => nowMs,
    onHealth: (health) => told.push(health),
  });
  return {
    player,
    made,
    told,
    /** Goes on, with the audio's own time or without, looking every second. */
    run: (seconds: number, isMoving = true) => {
      for (let i = 0; i < seconds; i += 1) {
        nowMs += 1_000;
        const audio = made.at(-1);
        if (audio && isMoving && audio.state === 'running') audio.currentTime += 1;
        player.look();
      }
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the loudspeaker', () => {
  it('is opened only when asked, and runs where it may (SND-16)', () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio());
    run(3);
    expect(made).toHaveLength(0);
    player.open();
    player.open();
    run(1);
    expect(made).toHaveLength(1);
    expect(told).toEqual(['starting', 'running']);
  });

  it('is held back where the browser wants a gesture, and runs after one (SND-16)', () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio(false));
    player.open();
    run(1);
    expect(told).toEqual(['starting']);
    run(2);
    expect(told).toEqual(['starting', 'held']);
    expect(player.play(TONES.critical, 1)).toBe(false);
    made[0]!.isAllowed = true;
    player.resume();
    run(1);
    expect(told.at(-1)).toBe('running');
    expect(player.play(TONES.critical, 1)).toBe(true);
  });

  it('has stopped when its time stands still although it says that it runs, and is made anew after a minute (SND-16)', async () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio());
    player.open();
    run(5);
    run(4, false);
    expect(told.at(-1)).toBe('stopped');
    expect(player.play(TONES.high, 1)).toBe(false);
    run(60, false);
    expect(made).toHaveLength(2);
    expect(made[0]!.isClosed).toBe(true);
    // A new try is not yet a cure.
    expect(told.at(-1)).toBe('stopped');
    run(1);
    expect(told.at(-1)).toBe('stopped');
    // It is heard before it is believed.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.at(-1)).toBe('running');
  });

  it('is not taken for stopped after it was held for long (SND-16)', () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio(false));
    player.open();
    run(100);
    made[0]!.isAllowed = true;
    player.resume();
    run(1);
    expect(told).not.toContain('stopped');
    expect(told.at(-1)).toBe('running');
  });

  it('says that there is none where there is none, and tries again every minute (SND-16)', async () => {
    let isThere = false;
    const { player, told, run } = playerOf(() => {
      if (!isThere) throw new Error('no audio');
      return new FakeAudio();
    });
    player.open();
    run(60);
    expect(told).toEqual(['missing']);
    isThere = true;
    run(61);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.at(-1)).toBe('running');
  });

  it('is interrupted by the machine, says so at once, and asks to go on (SND-16)', () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio());
    player.open();
    run(3);
    made[0]!.isAllowed = false;
    made[0]!.set('suspended');
    expect(told.at(-1)).toBe('held');
    const { resumes } = made[0]!;
    run(302);
    expect(made[0]!.resumes).toBe(resumes + 1);
  });

  it('plays the notes of a tone, and ends them at once when hushed (SND-16)', () => {
    const { player, made, run } = playerOf(() => new FakeAudio());
    player.open();
    run(2);
    expect(player.play(TONES.critical, 0.5)).toBe(true);
    const [audio] = made;
    expect(audio!.notes.map(({ atS }) => Math.round((atS - audio!.notes[0]!.atS) * 1_000))).toEqual(
      TONES.critical.notes.map(({ atMs }) => atMs),
    );
    expect(audio!.notes.every(({ frequencyHz }) => frequencyHz === 880)).toBe(true);
    player.hush();
    expect(audio!.stops).toHaveLength(10);
    expect(Math.max(...audio!.stops)).toBeLessThan(audio!.currentTime + 0.1);
  });

  it('lets no two tones sound at once (SND-16)', () => {
    const { player, made, run } = playerOf(() => new FakeAudio());
    player.open();
    run(2);
    player.play(TONES.lost, 1);
    player.play(TONES.high, 1);
    expect(made[0]!.stops).toHaveLength(2);
  });

  it('has stopped when nothing comes out of an inaudible tone (SND-17)', async () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio());
    player.open();
    run(2);
    const good = player.probe();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await good).toBe(true);
    made[0]!.sample = 0;
    const bad = player.probe();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await bad).toBe(false);
    expect(told.at(-1)).toBe('stopped');
    run(5);
    expect(told.at(-1)).toBe('stopped');
  });

  it('is closed for good (SND-16)', () => {
    const { player, made, told, run } = playerOf(() => new FakeAudio());
    player.open();
    run(2);
    player.close();
    run(2);
    expect(made[0]!.isClosed).toBe(true);
    expect(told.at(-1)).toBe('closed');
    expect(player.play(TONES.high, 1)).toBe(false);
  });
});
