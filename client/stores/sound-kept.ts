/** What a screen keeps of its sound, as text. Whatever cannot be read is as if nothing was. Pure. */
import { PRIORITIES } from '../../shared/alarms.ts';
import { NOTHING_SOUNDED, type Mark, type SoundMemory } from './sound-model.ts';
import type { SoundSilence } from './sound-silence.ts';

/** The last test. `isHeard` null: nobody answered. */
export interface SoundTest {
  readonly atMs: number;
  readonly isHeard: boolean | null;
}

/** Share of full loudness. None of them is silence: that is a choice of its own, and it shows. */
export const VOLUMES = [0.25, 0.5, 0.75, 1] as const;

export interface SoundSettings {
  /** Null: nobody has said. */
  readonly isOn: boolean | null;
  readonly volume: number;
  readonly test: SoundTest | null;
}
export const UNSET_SOUND: SoundSettings = { isOn: null, volume: 1, test: null };

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(text: string | null): Fields {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    return typeof kept === 'object' && kept !== null ? (kept as Fields) : {};
  } catch {
    return {};
  }
}
const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const asTime = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const asFlag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

function testOf(value: unknown): SoundTest | null {
  const { atMs, isHeard } = asFields(value);
  const at = asTime(atMs);
  return at === null ? null : { atMs: at, isHeard: asFlag(isHeard) };
}

export function soundSettingsOf(text: string | null): SoundSettings {
  const { isOn, volume, test } = fieldsOf(text);
  return {
    isOn: asFlag(isOn),
    volume: VOLUMES.find((one) => one === volume) ?? UNSET_SOUND.volume,
    test: testOf(test),
  };
}

export function silenceOf(text: string | null): SoundSilence | null {
  const { kind, untilMs } = fieldsOf(text);
  const until = asTime(untilMs);
  return until !== null && (kind === 'pause' || kind === 'silence') ? { kind, untilMs: until } : null;
}

function markOf(value: unknown): readonly [string, Mark] | [] {
  const { id, priority, phase, soundedAtMs } = asFields(value);
  const known = PRIORITIES.find((one) => one === priority);
  const phases = (['up', 'taken', 'over'] as const).find((one) => one === phase);
  const at = asTime(soundedAtMs);
  if (typeof id !== 'string' || !known || !phases || at === null) return [];
  return [id, { priority: known, phase: phases, soundedAtMs: at }];
}

export function memoryOf(text: string | null): SoundMemory {
  const { marks, lastToneAtMs, lost } = fieldsOf(text);
  const entries = (Array.isArray(marks) ? marks : []).map(markOf);
  const { toldAtMs } = asFields(lost);
  return {
    marks: new Map(entries.flatMap((entry) => (entry.length === 2 ? [entry] : []))),
    lastToneAtMs: asTime(lastToneAtMs),
    // How long it had been lost is counted anew: nobody looked in between.
    lost: { ...NOTHING_SOUNDED.lost, toldAtMs: asTime(toldAtMs) },
  };
}

/** The text that `memoryOf` reads back. */
export function textOfMemory({ marks, lastToneAtMs, lost }: SoundMemory): string {
  const list = [...marks].map(([id, mark]) => ({ id, ...mark }));
  const { toldAtMs } = lost;
  return JSON.stringify({ marks: list, lastToneAtMs, lost: { toldAtMs } });
}
