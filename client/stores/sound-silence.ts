/** Silence of a screen by hand: it always ends by itself. Pure; times epoch ms of real time. */
import type { Priority } from '../../shared/alarms.ts';

const MINUTE_MS = 60_000;

/** The first is the audio pause of a medical device. */
export const SILENCE_MINUTES = [2, 15, 60] as const;
export type SilenceMinutes = (typeof SILENCE_MINUTES)[number];

/**
 * `pause`: nothing at all sounds. `silence`: what is up is quiet, and a critical alarm that comes still sounds once: for as long
 * as a silence lasts nobody remembers it.
 */
export interface SoundSilence {
  readonly kind: 'pause' | 'silence';
  readonly untilMs: number;
}

/** So long a silence may last. */
const MOST_MS = Math.max(...SILENCE_MINUTES) * MINUTE_MS;

/** A silence from now on. */
export function silenceFrom(nowMs: number, minutes: SilenceMinutes): SoundSilence {
  return { kind: minutes === SILENCE_MINUTES[0] ? 'pause' : 'silence', untilMs: nowMs + minutes * MINUTE_MS };
}

/** The silence that holds now. One that would last longer than any can be asked for is none: the clock was set. */
export function silenceAt(silence: SoundSilence | null, nowMs: number): SoundSilence | null {
  if (!silence || silence.untilMs <= nowMs || silence.untilMs > nowMs + MOST_MS) return null;
  return silence;
}

/** Whether it withholds a tone. `call` null: the tone is not of an alarm. */
export function isWithheld(
  silence: SoundSilence | null,
  atMs: number,
  call: { readonly priority: Priority; readonly isNew: boolean } | null,
): boolean {
  const now = silenceAt(silence, atMs);
  if (!now) return false;
  return !(now.kind === 'silence' && call?.isNew && call.priority === 'critical');
}
