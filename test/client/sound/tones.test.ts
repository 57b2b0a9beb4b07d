import { describe, expect, it } from 'vitest';
import {
  EDGE_SHARE,
  HARMONICS,
  sequenceOf,
  TEST_TONE,
  TONE_IDS,
  TONES,
  type Tone,
} from '../../../client/sound/tones.ts';

/** Silences between the notes, ms. */
const gapsOf = ({ notes }: Tone): number[] =>
  notes.slice(1).map((note, i) => note.atMs - notes[i]!.atMs - notes[i]!.durationMs);
const pulsesOf = ({ notes }: Tone): number[] => [...new Set(notes.map(({ durationMs }) => durationMs))];
const within = (n: number, least: number, most: number) => n >= least && n <= most;

describe('the tones of the alarms, in the manner of IEC 60601-1-8', () => {
  it('are ten fast pulses, three and two twice, for critical (SND-15)', () => {
    const { notes } = TONES.critical;
    expect(notes).toHaveLength(10);
    expect(pulsesOf(TONES.critical).every((ms) => within(ms, 75, 200))).toBe(true);
    const [short, , third, , half] = gapsOf(TONES.critical);
    expect(within(short!, 50, 125)).toBe(true);
    expect(third).toBe(2 * short! + notes[0]!.durationMs);
    expect(within(half!, 350, 1_300)).toBe(true);
    expect(gapsOf(TONES.critical)).toEqual([short, short, third, short, half, short, short, third, short]);
  });

  it('are three slower ones for high and two for medium (SND-15)', () => {
    expect([TONES.high.notes.length, TONES.medium.notes.length]).toEqual([3, 2]);
    for (const tone of [TONES.high, TONES.medium]) {
      expect(pulsesOf(tone).every((ms) => within(ms, 125, 250))).toBe(true);
      expect(gapsOf(tone).every((ms) => within(ms, 125, 250))).toBe(true);
    }
  });

  it('have a fundamental of 150 to 1,000 Hz and four parts or more between 300 and 4,000 Hz, within 15 dB (SND-15)', () => {
    for (const { notes } of Object.values(TONES))
      for (const { frequencyHz, toFrequencyHz } of notes)
        for (const hz of [frequencyHz, toFrequencyHz]) {
          expect(within(hz, 150, 1_000)).toBe(true);
          const parts = HARMONICS.filter(
            (strength, i) => within(hz * (i + 1), 300, 4_000) && 20 * Math.log10(strength) >= -15,
          );
          expect(parts.length, `${hz} Hz`).toBeGreaterThanOrEqual(4);
        }
  });

  it('rise and fall within 10 to 40 % of a pulse, so that nothing clicks (SND-15)', () => {
    expect(within(EDGE_SHARE, 0.1, 0.4)).toBe(true);
  });

  it('are the louder the more urgent (SND-15)', () => {
    const loudest = (['critical', 'high', 'medium'] as const).map((id) =>
      Math.max(...TONES[id].notes.map(({ loudness }) => loudness)),
    );
    expect(loudest).toEqual([...new Set(loudest)].sort((a, b) => b - a));
    expect(Math.max(...loudest)).toBeLessThanOrEqual(1);
  });

  it('share no pitch, and only that of a lost server slides (SND-15)', () => {
    const pitches = TONE_IDS.flatMap((id) => [
      ...new Set(TONES[id].notes.map(({ frequencyHz }) => frequencyHz)),
    ]);
    expect(new Set(pitches).size).toBe(pitches.length);
    for (const id of TONE_IDS)
      expect(TONES[id].notes.every((note) => note.frequencyHz === note.toFrequencyHz)).toBe(id !== 'lost');
  });

  it('end before the next may begin (SND-15)', () => {
    for (const tone of Object.values(TONES)) {
      expect(tone.lengthMs).toBeLessThan(5_000);
      const last = tone.notes.at(-1)!;
      expect(tone.lengthMs).toBe(last.atMs + last.durationMs);
      expect(gapsOf(tone).every((ms) => ms > 0)).toBe(true);
    }
  });

  it('follow one another in a test, a second apart (SND-14)', () => {
    expect(TEST_TONE.notes).toHaveLength(15);
    expect(gapsOf(TEST_TONE).filter((ms) => ms === 1_000)).toHaveLength(2);
    expect(sequenceOf([])).toEqual({ notes: [], lengthMs: 0 });
  });
});
