/** What a screen says of its sound, in words. Pure. */
import type { SoundState } from '../../shared/screens.ts';
import { durationOf, quantityText } from '../format/number.ts';
import { dayText, minuteText } from '../format/time.ts';
import type { AudioHealth } from '../sound/output.ts';
import type { ToneId } from '../sound/tones.ts';
import type { SoundTest } from './sound-kept.ts';
import type { SoundDecision, SoundReason } from './sound-model.ts';
import type { SoundSilence } from './sound-silence.ts';

/** What cannot be missed, what mends it in three words, and at length. */
export interface SoundNotice {
  readonly title: string;
  readonly mend: string;
  readonly detail: string;
}

const KIOSK_FLAG = '--autoplay-policy=no-user-gesture-required';

/** The line of a screen that cannot sound. */
export function blockedNotice(audio: AudioHealth): SoundNotice {
  const title = 'SOUND BLOCKED';
  switch (audio) {
    case 'stopped':
      return {
        title,
        mend: 'restart the browser',
        detail:
          'The audio of this browser stands still. It is started anew every minute; if this stays, restart the browser and look at its loudspeaker.',
      };
    case 'missing':
      return {
        title,
        mend: 'no loudspeaker',
        detail:
          'This browser has no audio. Give it a loudspeaker or use another browser; or switch sound off for this screen.',
      };
    default:
      return {
        title,
        mend: 'click once',
        detail: `Alarms make no sound here. Click anywhere or press a key. For good: start the kiosk browser with ${KIOSK_FLAG}`,
      };
  }
}

/** `90 s`, `12 min`: never less than is left. */
export function leftText(untilMs: number, nowMs: number): string {
  const leftMs = Math.max(0, untilMs - nowMs);
  if (leftMs <= 120_000) return `${Math.ceil(leftMs / 1_000)} s`;
  return `${Math.ceil(leftMs / 60_000)} min`;
}

const STATE_WORDS: Readonly<Record<SoundState, string>> = {
  on: 'sound on',
  silenced: 'sound silenced',
  blocked: 'SOUND BLOCKED',
  off: 'sound off',
  none: 'no sound on this page',
};

/** In two words. */
export function soundWord(state: SoundState): string {
  return STATE_WORDS[state];
}

/** A test of another shift is none. */
const TEST_HOLDS_MS = 12 * 3_600_000;

/** `tested 22:04`; with the day, and as a warning, when it was another shift's. */
export function testText(
  test: SoundTest | null,
  nowMs: number,
): { readonly text: string; readonly isGood: boolean } {
  if (!test) return { text: 'not tested', isGood: false };
  const isOld = nowMs - test.atMs > TEST_HOLDS_MS || test.atMs > nowMs + TEST_HOLDS_MS;
  const at = `${isOld ? `${dayText(test.atMs)} ` : ''}${minuteText(test.atMs)}`;
  if (test.isHeard === false) return { text: `NOT HEARD ${at}`, isGood: false };
  if (test.isHeard === null) return { text: `test ${at} not answered`, isGood: false };
  return isOld ? { text: `last tested ${at}`, isGood: false } : { text: `tested ${at}`, isGood: true };
}

/** What stands on the wall at all times. */
export interface SoundMark {
  readonly word: string;
  /** How long it lasts. */
  readonly left: string;
  readonly detail: string;
  readonly isGood: boolean;
  /** To be read from afar. */
  readonly isLoud: boolean;
}

/** Whether it sounds, in sight of everybody; null: the banner says it, or there is nothing to say. */
export function soundMark(
  state: SoundState,
  {
    silence,
    test,
    nowMs,
  }: { readonly silence: SoundSilence | null; readonly test: SoundTest | null; readonly nowMs: number },
): SoundMark | null {
  switch (state) {
    case 'on': {
      const { text, isGood } = testText(test, nowMs);
      return { word: soundWord(state), left: '', detail: text, isGood, isLoud: false };
    }
    case 'silenced': {
      const isPause = silence?.kind === 'pause';
      return {
        word: isPause ? 'SOUND PAUSED' : 'SILENCED',
        left: silence ? leftText(silence.untilMs, nowMs) : '',
        detail: isPause ? 'nothing sounds' : 'new critical still sounds',
        isGood: true,
        isLoud: true,
      };
    }
    case 'off':
      return { word: soundWord(state), left: '', detail: '', isGood: true, isLoud: false };
    case 'blocked':
    case 'none':
      return null;
  }
}

const REASON_WORDS: Readonly<Record<SoundReason, string>> = {
  raised: 'an alarm was raised',
  risen: 'an alarm has become more urgent',
  'raised-again': 'an alarm is nobody’s again',
  repeated: 'an alarm is not acknowledged',
  flood: 'a flood of alarms',
  'lost-contact': 'this screen has lost the server',
  off: 'sound is off here',
  'no-contact': 'numbers are old, so nothing sounds by them',
  testing: 'a test is playing',
  blocked: 'the browser holds audio back',
  silenced: 'silenced by hand',
  'just-sounded': 'a tone has just sounded',
  'nothing-due': 'nothing to sound for',
};
const TONE_WORDS: Readonly<Record<ToneId, string>> = {
  critical: 'critical: ten fast pulses',
  high: 'high: three pulses',
  medium: 'medium: two soft ones',
  lost: 'server lost: two slides down',
};

/** What the tones are, for who hears them for the first time. */
export const TONE_LEGEND: readonly string[] = [
  TONE_WORDS.critical,
  TONE_WORDS.high,
  TONE_WORDS.medium,
  TONE_WORDS.lost,
];

/** Why it sounds or does not, and when it will next. */
export function decisionText(decision: SoundDecision | null, nowMs: number): string {
  if (!decision) return '';
  const why = REASON_WORDS[decision.reason];
  if (decision.nextAtMs === null) return why;
  const isWaiting = decision.reason === 'nothing-due' || decision.reason === 'just-sounded';
  const inMs = Math.max(0, decision.nextAtMs - nowMs);
  return `${isWaiting ? 'alarms wait for somebody' : why}; next tone in ${quantityText(durationOf(inMs))}`;
}
