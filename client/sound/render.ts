import { EDGE_SHARE, HARMONICS, type Note, type Tone } from './tones.ts';

/** A tone that is on its way to the loudspeaker. */
export interface Rendered {
  /** Ends it at once, without a click. */
  hush(): void;
}

/** Below this a fall is not heard as a click. */
const HUSH_S = 0.02;

/** Fundamental and multiples, the loudest moment at 1. */
function waveOf(context: BaseAudioContext): PeriodicWave {
  const imag = new Float32Array([0, ...HARMONICS]);
  return context.createPeriodicWave(new Float32Array(imag.length), imag);
}

/** From nothing up to its loudness and back to nothing, in straight lines. */
function shape(gain: AudioParam, note: Note, startS: number): void {
  const lengthS = note.durationMs / 1_000;
  const edgeS = lengthS * EDGE_SHARE;
  gain.setValueAtTime(0, startS);
  gain.linearRampToValueAtTime(note.loudness, startS + edgeS);
  gain.setValueAtTime(note.loudness, startS + lengthS - edgeS);
  gain.linearRampToValueAtTime(0, startS + lengthS);
}

/** Sets the notes of a tone into the time of an audio context, from `startS` on. */
export function renderTone(
  context: BaseAudioContext,
  tone: Tone,
  { startS, volume }: { readonly startS: number; readonly volume: number },
): Rendered {
  const wave = waveOf(context);
  const bus = context.createGain();
  bus.gain.value = volume;
  bus.connect(context.destination);
  let left = tone.notes.length;
  const voices = tone.notes.map((note) => {
    const atS = startS + note.atMs / 1_000;
    const endS = atS + note.durationMs / 1_000;
    const voice = context.createOscillator();
    const gain = context.createGain();
    // Until its note begins it is still: a gain is 1 before its first value in time.
    gain.gain.value = 0;
    voice.setPeriodicWave(wave);
    voice.frequency.setValueAtTime(note.frequencyHz, atS);
    voice.frequency.linearRampToValueAtTime(note.toFrequencyHz, endS);
    shape(gain.gain, note, atS);
    voice.connect(gain).connect(bus);
    voice.onended = () => {
      gain.disconnect();
      left -= 1;
      if (left === 0) bus.disconnect();
    };
    voice.start(atS);
    voice.stop(endS);
    return voice;
  });
  return {
    hush: () => {
      const now = context.currentTime;
      bus.gain.setTargetAtTime(0, now, HUSH_S / 4);
      for (const voice of voices) voice.stop(now + HUSH_S);
    },
  };
}
