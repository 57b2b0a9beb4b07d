import { shallowRef, type ShallowRef } from 'vue';
import {
  memoryOf,
  silenceOf,
  soundSettingsOf,
  textOfMemory,
  UNSET_SOUND,
  type SoundSettings,
} from './sound-kept.ts';
import type { SoundMemory } from './sound-model.ts';
import type { SoundSilence } from './sound-silence.ts';
import type { SoundPage } from './sound-state.ts';
import { keptIn } from './storage.ts';

const settingsKey = (page: SoundPage) => `mailvigil.sound.${page}`;
const SILENCE_KEY = 'mailvigil.sound.silence';
const MEMORY_KEY = 'mailvigil.sounded';

export interface SoundStorage {
  readonly settings: Readonly<ShallowRef<SoundSettings>>;
  readonly silence: Readonly<ShallowRef<SoundSilence | null>>;
  memory(): SoundMemory;
  load(page: SoundPage): void;
  set(page: SoundPage, change: Partial<SoundSettings>): void;
  setSilence(next: SoundSilence | null): void;
  remember(next: SoundMemory): void;
}

/** What this screen is set to, for good; and what it remembers, for as long as its tab lives. */
export function useSoundStorage(): SoundStorage {
  const local = keptIn(() => localStorage);
  const session = keptIn(() => sessionStorage);
  const settings = shallowRef<SoundSettings>(UNSET_SOUND);
  const silence = shallowRef<SoundSilence | null>(silenceOf(session.read(SILENCE_KEY)));
  let text = session.read(MEMORY_KEY);
  let memory = memoryOf(text);
  return {
    settings,
    silence,
    memory: () => memory,
    load: (page) => {
      settings.value = soundSettingsOf(local.read(settingsKey(page)));
    },
    set: (page, change) => {
      settings.value = { ...settings.value, ...change };
      local.write(settingsKey(page), JSON.stringify(settings.value));
    },
    setSilence: (next) => {
      silence.value = next;
      session.write(SILENCE_KEY, JSON.stringify(next));
    },
    remember: (next) => {
      memory = next;
      const now = textOfMemory(next);
      if (now !== text) session.write(MEMORY_KEY, now);
      text = now;
    },
  };
}
