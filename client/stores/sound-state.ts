/** Whether a screen can sound, as it tells itself, its readers and the server. Pure. */
import type { SoundState } from '../../shared/screens.ts';
import type { AudioHealth } from '../sound/output.ts';
import { silenceAt, type SoundSilence } from './sound-silence.ts';

/** Pages that can sound. Each is switched on by itself: a desk in the same browser is not a wall. */
export type SoundPage = 'wall' | 'desk';

export interface SoundFacts {
  /** Null: the page that is shown has no sound. */
  readonly page: SoundPage | null;
  /** Null: nobody has said. */
  readonly isOn: boolean | null;
  readonly audio: AudioHealth;
  readonly silence: SoundSilence | null;
  readonly nowMs: number;
}

/** `blocked` is told before `silenced`: a silence ends by itself. */
export function soundStateOf({ page, isOn, audio, silence, nowMs }: SoundFacts): SoundState {
  if (page === null) return 'none';
  // A wall is meant to sound, so that it does not is always said; a desk is when somebody asked for it.
  if (!isOn) return page === 'wall' || isOn === false ? 'off' : 'none';
  if (audio === 'held' || audio === 'stopped' || audio === 'missing') return 'blocked';
  return silenceAt(silence, nowMs) ? 'silenced' : 'on';
}
