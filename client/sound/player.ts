import { createOutput, type AudioHealth, type PlayerDeps } from './output.ts';
import { renderTone, type Rendered } from './render.ts';
import type { Tone } from './tones.ts';

/** The loudspeaker of this screen. */
export interface SoundPlayer {
  open(): void;
  close(): void;
  /** Asks the browser to let it sound; in the course of a gesture it does. */
  resume(): void;
  /** Looks whether the audio's own time goes on; to be called about once a second. */
  look(): AudioHealth;
  /** Whether an inaudible tone is really computed; false as well when audio does not run. */
  probe(): Promise<boolean>;
  /** False: it could not. */
  play(tone: Tone, volume: number): boolean;
  /** Ends what is playing. */
  hush(): void;
}

/** Notes are set a little ahead, or the first would lose its beginning. */
const AHEAD_S = 0.05;

/** Makes the loudspeaker; nothing is opened before `open`. */
export function createSoundPlayer(deps: PlayerDeps): SoundPlayer {
  const output = createOutput(deps);
  let playing: Rendered | null = null;

  function hush(): void {
    playing?.hush();
    playing = null;
  }
  return {
    open: () => void output.open(),
    close: () => {
      hush();
      output.close();
    },
    resume: output.resume,
    look: output.look,
    probe: async () => {
      const asked = output.now();
      if (!asked || output.look() !== 'running') return false;
      return output.listen(asked);
    },
    play: (tone, volume) => {
      if (output.look() !== 'running') return false;
      const context = output.now()?.context;
      if (!context) return false;
      hush();
      playing = renderTone(context, tone, { startS: context.currentTime + AHEAD_S, volume });
      return true;
    },
    hush,
  };
}
