import { describe, expect, it } from 'vitest';
import {
  memoryOf,
  silenceOf,
  soundSettingsOf,
  textOfMemory,
  UNSET_SOUND,
} from '../../../client/stores/sound-kept.ts';
import { markSounded, NOTHING_SOUNDED } from '../../../client/stores/sound-model.ts';
import { SILENCE_MINUTES, silenceAt, silenceFrom } from '../../../client/stores/sound-silence.ts';
import { soundStateOf, type SoundFacts } from '../../../client/stores/sound-state.ts';
import { stepTest, testFrom } from '../../../client/stores/sound-test-run.ts';
import { blockedNotice, leftText, soundMark, testText } from '../../../client/stores/sound-text.ts';
import { SOUND_STATES } from '../../../shared/screens.ts';
import { group } from '../alarm-fixtures.ts';

const T = 1_800_000_000_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('a silence', () => {
  it.each(SILENCE_MINUTES)('of %i min ends by itself (SND-8)', (minutes) => {
    const silence = silenceFrom(T, minutes);
    expect(silenceAt(silence, T)).toBe(silence);
    expect(silenceAt(silence, T + minutes * MINUTE - 1)).toBe(silence);
    expect(silenceAt(silence, T + minutes * MINUTE)).toBeNull();
  });

  it('that would last longer than any can be asked for is none: the clock was set back (SND-8)', () => {
    expect(silenceAt(silenceFrom(T, 60), T - MINUTE)).toBeNull();
    expect(silenceAt({ kind: 'silence', untilMs: T + 1_000 * HOUR }, T)).toBeNull();
  });
});

describe('the state of a screen', () => {
  const facts = (change: Partial<SoundFacts> = {}): SoundFacts => ({
    page: 'wall',
    isOn: true,
    audio: 'running',
    silence: null,
    nowMs: T,
    ...change,
  });
  const silence = silenceFrom(T, 15);

  it.each([
    ['a page without sound has none', { page: null }, 'none'],
    ['a wall that nobody has switched on is off, and says so', { isOn: null }, 'off'],
    ['a desk that nobody has switched on has none', { page: 'desk', isOn: null }, 'none'],
    ['what was switched off is off', { page: 'desk', isOn: false }, 'off'],
    ['what was switched on and runs is on', {}, 'on'],
    ['what is about to start is taken to be on', { audio: 'starting' }, 'on'],
    ['what waits for a hand is blocked', { audio: 'held' }, 'blocked'],
    ['what stands still is blocked', { audio: 'stopped' }, 'blocked'],
    ['what is not there is blocked', { audio: 'missing' }, 'blocked'],
    ['what is silenced is silenced', { silence }, 'silenced'],
    ['what was silenced is on again', { silence, nowMs: T + 15 * MINUTE }, 'on'],
    ['what is blocked says so even when silenced', { silence, audio: 'held' }, 'blocked'],
    ['what is off is neither blocked nor silenced', { isOn: false, silence, audio: 'held' }, 'off'],
  ] as const)('%s (SND-13)', (_, change, state) => {
    expect(soundStateOf(facts(change))).toBe(state);
  });
});

describe('what a screen says of its sound', () => {
  it('names what mends it when it is blocked (SND-13)', () => {
    expect(blockedNotice('held').mend).toBe('click once');
    expect(blockedNotice('held').detail).toMatch(/[Cc]lick.*--autoplay-policy=no-user-gesture-required/);
    expect(blockedNotice('stopped').detail).toMatch(/stands still.*restart/);
    expect(blockedNotice('missing').detail).toMatch(/no audio/);
  });

  it('says for how long it is silenced, never less than is left (SND-8)', () => {
    expect(leftText(T + 60 * MINUTE, T)).toBe('60 min');
    expect(leftText(T + 14 * MINUTE + 1, T)).toBe('15 min');
    expect(leftText(T + 120_000, T)).toBe('120 s');
    expect(leftText(T + 900, T)).toBe('1 s');
    expect(leftText(T - 1, T)).toBe('0 s');
    const mark = soundMark('silenced', { silence: silenceFrom(T, 15), test: null, nowMs: T });
    expect(mark).toMatchObject({
      word: 'SILENCED',
      left: '15 min',
      isLoud: true,
      detail: 'new critical still sounds',
    });
    const pause = soundMark('silenced', { silence: silenceFrom(T, 2), test: null, nowMs: T + 30_000 });
    expect(pause).toMatchObject({ word: 'SOUND PAUSED', left: '90 s', detail: 'nothing sounds' });
  });

  it('is in sight in every state but those that the banner tells or that have none (SND-13)', () => {
    const shown = SOUND_STATES.filter((state) => soundMark(state, { silence: null, test: null, nowMs: T }));
    expect(shown).toEqual(['on', 'silenced', 'off']);
  });

  it.each([
    ['a test that was heard', { atMs: T - HOUR, isHeard: true }, /^tested \d\d:\d\d$/, true],
    [
      'one of another shift, with its day',
      { atMs: T - 13 * HOUR, isHeard: true },
      /^last tested \w{3} \d+ \w+ \d{4} \d\d:\d\d$/,
      false,
    ],
    ['one that was not heard', { atMs: T - HOUR, isHeard: false }, /^NOT HEARD \d\d:\d\d$/, false],
    ['one that nobody answered', { atMs: T - HOUR, isHeard: null }, /^test \d\d:\d\d not answered$/, false],
    ['that there was none', null, /^not tested$/, false],
  ] as const)('tells %s (SND-14)', (_, test, text, isGood) => {
    expect(testText(test, T)).toEqual({ text: expect.stringMatching(text), isGood });
  });
});

describe('a test of the sound', () => {
  const facts = (nowMs: number, canPlay = true) => ({ nowMs, canPlay, lengthMs: 7_000 });

  it('plays, asks for a minute, and is kept as unanswered when nobody answers (SND-14)', () => {
    const played = stepTest(testFrom(T), facts(T));
    expect(played).toEqual({ run: { phase: 'playing', untilMs: T + 7_000 }, deed: 'play' });
    expect(stepTest(played.run, facts(T + 6_999))).toEqual({ run: played.run, deed: null });
    const asking = stepTest(played.run, facts(T + 7_000));
    expect(asking.run).toEqual({ phase: 'asking', untilMs: T + 67_000 });
    expect(stepTest(asking.run, facts(T + 66_999)).deed).toBeNull();
    expect(stepTest(asking.run, facts(T + 67_000))).toEqual({ run: null, deed: 'keep-unanswered' });
  });

  it('waits for audio to run, and says that it could not sound when it does not (SND-14)', () => {
    const wanted = testFrom(T);
    expect(stepTest(wanted, facts(T + 1_000, false))).toEqual({ run: wanted, deed: null });
    const failed = stepTest(wanted, facts(T + 3_000, false));
    expect(failed).toMatchObject({ run: { phase: 'failed' }, deed: null });
    expect(stepTest(failed.run, facts(T + 23_000, false))).toEqual({ run: null, deed: null });
  });
});

describe('what a screen keeps', () => {
  it('is read back as it was (SND-12)', () => {
    const memory = markSounded(
      { ...NOTHING_SOUNDED, lastToneAtMs: T, lost: { ...NOTHING_SOUNDED.lost, toldAtMs: T } },
      [group({ id: 'a', priority: 'critical' }), group({ id: 'b', priority: 'medium' })],
      T,
    );
    expect(memoryOf(textOfMemory(memory))).toEqual(memory);
    const settings = { isOn: true, volume: 0.5, test: { atMs: T, isHeard: null } };
    expect(soundSettingsOf(JSON.stringify(settings))).toEqual(settings);
    expect(silenceOf(JSON.stringify(silenceFrom(T, 60)))).toEqual(silenceFrom(T, 60));
  });

  it.each([
    null,
    '',
    'x{',
    '7',
    'null',
    '[]',
    '{"marks":7,"lost":1}',
    '{"marks":[{"id":1},null,{"id":"a","priority":"x"}]}',
  ])('and cannot be read (%j) is as if nothing was (SND-12)', (text) => {
    expect(memoryOf(text)).toEqual(NOTHING_SOUNDED);
    expect(soundSettingsOf(text)).toEqual(UNSET_SOUND);
    expect(silenceOf(text)).toBeNull();
  });

  it('has no volume that is silence (SND-13)', () => {
    for (const volume of [0, -1, 0.001, 7, '0.5'])
      expect(soundSettingsOf(JSON.stringify({ volume })).volume).toBe(1);
  });

  it('is bounded: of many groups the oldest are forgotten (SND-12)', () => {
    let memory = NOTHING_SOUNDED;
    for (let n = 0; n < 1_000; n += 1) memory = markSounded(memory, [group({ id: `g${n}` })], T + n);
    expect(memory.marks.size).toBe(200);
    expect(memory.marks.has('g999')).toBe(true);
    expect(textOfMemory(memory).length).toBeLessThan(20_000);
  });
});
