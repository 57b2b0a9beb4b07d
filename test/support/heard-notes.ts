import type { Page } from 'playwright-core';

/** One note that a page has set into the time of its audio. */
export interface HeardNote {
  readonly frequencyHz: number;
  /** When it was set, by the page's own time of day. */
  readonly setAtMs: number;
}
interface Ears {
  readonly notes: HeardNote[];
  /** Notes that were cut off before their end. */
  cut: number;
}
type WithEars = typeof globalThis & { ears: Ears };

/** From the next page on, writes down the notes that Web Audio is given. Before any code of the page. */
export async function listenForNotes(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ears: Ears = { notes: [], cut: 0 };
    (globalThis as WithEars).ears = ears;
    const pitches = new WeakMap<AudioParam, number>();
    const stopped = new WeakSet<AudioScheduledSourceNode>();
    const { setValueAtTime } = AudioParam.prototype;
    const { start, stop } = AudioScheduledSourceNode.prototype;
    AudioParam.prototype.setValueAtTime = function (this: AudioParam, value, atS) {
      if (!pitches.has(this)) pitches.set(this, value);
      return setValueAtTime.call(this, value, atS);
    };
    AudioScheduledSourceNode.prototype.start = function (this: AudioScheduledSourceNode, atS) {
      const frequencyHz = this instanceof OscillatorNode ? pitches.get(this.frequency) : undefined;
      // What was given no pitch in time is no note: the inaudible check.
      if (frequencyHz !== undefined) ears.notes.push({ frequencyHz, setAtMs: Date.now() });
      start.call(this, atS);
    };
    AudioScheduledSourceNode.prototype.stop = function (this: AudioScheduledSourceNode, atS) {
      if (stopped.has(this)) ears.cut += 1;
      stopped.add(this);
      stop.call(this, atS);
    };
  });
}

/** Bursts so far by the pitch of their first note, in their order: `880 880 523`. */
export async function heardBursts(page: Page): Promise<readonly number[]> {
  const notes = await page.evaluate(() => (globalThis as WithEars).ears.notes);
  // The notes of a burst are set at once.
  return notes
    .filter(({ setAtMs }, i) => i === 0 || setAtMs - notes[i - 1]!.setAtMs > 200)
    .map(({ frequencyHz }) => frequencyHz);
}

/** Notes that were cut off before their end. */
export const cutNotes = (page: Page): Promise<number> =>
  page.evaluate(() => (globalThis as WithEars).ears.cut);
