/**
 * The tones of a screen as notes, in the manner of IEC 60601-1-8: how many pulses and how fast tells the urgency, and no two
 * tones share a pitch. All data.
 */

/** `lost`: this screen has lost the server. */
export const TONE_IDS = ['medium', 'high', 'critical', 'lost'] as const;
export type ToneId = (typeof TONE_IDS)[number];

/** One pulse. */
export interface Note {
  readonly atMs: number;
  readonly durationMs: number;
  readonly frequencyHz: number;
  /** The pitch that it slides to; the same: it does not. */
  readonly toFrequencyHz: number;
  /** Against the loudest, 0 to 1. */
  readonly loudness: number;
}
export interface Tone {
  readonly notes: readonly Note[];
  readonly lengthMs: number;
}

/**
 * Strength of the fundamental and its multiples. Four or more of 300 to 4,000 Hz within 15 dB of the fundamental: a sound of many
 * parts is heard where a pure one is masked, and its direction can be told (IEC 60601-1-8, table of pulse characteristics).
 */
export const HARMONICS = [1, 0.7, 0.5, 0.4, 0.3] as const;

/** Share of a pulse in which it rises, and falls: 10 to 40 % by the standard; sooner would click. */
export const EDGE_SHARE = 0.2;

type Pulse = Omit<Note, 'atMs'>;
const pulse = (durationMs: number, frequencyHz: number, loudness: number): Pulse => ({
  durationMs,
  frequencyHz,
  toFrequencyHz: frequencyHz,
  loudness,
});

/** Pulses one after the other; `gapsMs` are the silences between them. */
function toneOf(pulses: readonly Pulse[], gapsMs: readonly number[]): Tone {
  let atMs = 0;
  const notes = pulses.map((one, place) => {
    const note = { ...one, atMs };
    atMs += one.durationMs + (gapsMs[place] ?? 0);
    return note;
  });
  return { notes, lengthMs: atMs };
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Ten fast pulses, three and two, twice: the high priority burst. A5: no part of the others. */
const CRITICAL = toneOf(times(10, pulse(150, 880, 1)), [100, 100, 350, 100, 600, 100, 100, 350, 100]);
/** Three slower pulses: the medium priority burst. C5. */
const HIGH = toneOf(times(3, pulse(200, 523, 0.8)), [200, 200]);
/** Two soft ones that fall: the low priority burst. G4, E4. */
const MEDIUM = toneOf([pulse(250, 392, 0.6), pulse(250, 330, 0.6)], [250]);
/** Two long slides down: no alarm slides. */
const LOST = toneOf(times(2, { ...pulse(900, 740, 0.8), toFrequencyHz: 260 }), [300]);

export const TONES: Readonly<Record<ToneId, Tone>> = {
  critical: CRITICAL,
  high: HIGH,
  medium: MEDIUM,
  lost: LOST,
};

/** Between two tones of a test. */
const TEST_GAP_MS = 1_000;

/** Several tones one after the other, as one. */
export function sequenceOf(ids: readonly ToneId[]): Tone {
  let fromMs = 0;
  const notes = ids.flatMap((id) => {
    const tone = TONES[id];
    const moved = tone.notes.map((note) => ({ ...note, atMs: note.atMs + fromMs }));
    fromMs += tone.lengthMs + TEST_GAP_MS;
    return moved;
  });
  return { notes, lengthMs: Math.max(0, fromMs - TEST_GAP_MS) };
}

/** What a test plays: the three alarm tones, the most urgent first. */
export const TEST_TONE = sequenceOf(['critical', 'high', 'medium']);
