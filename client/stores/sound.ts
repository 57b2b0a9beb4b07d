import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { AudioHealth } from '../sound/output.ts';
import { TEST_TONE } from '../sound/tones.ts';
import { useLinkStore } from './link.ts';
import type { SoundSettings } from './sound-kept.ts';
import { calls, decideSound, markSounded, type SoundDecision } from './sound-model.ts';
import { silenceAt, silenceFrom, type SilenceMinutes } from './sound-silence.ts';
import { soundStateOf, type SoundPage } from './sound-state.ts';
import { useSoundStorage, type SoundStorage } from './sound-storage.ts';
import { stepTest, testFrom, type TestRun, type TestStep } from './sound-test-run.ts';
import { useWallStore } from './wall.ts';

/** What is known now. */
function useSoundFacts({ settings, silence }: SoundStorage) {
  const wall = useWallStore();
  const page = ref<SoundPage | null>(null);
  const audio = ref<AudioHealth>('closed');
  const nowMs = ref(Date.now());
  const testRun = shallowRef<TestRun | null>(null);
  const strip = computed(() => wall.model?.alarms ?? null);
  const held = computed(() => silenceAt(silence.value, nowMs.value));
  const state = computed(() =>
    soundStateOf({
      page: page.value,
      isOn: settings.value.isOn,
      audio: audio.value,
      silence: silence.value,
      nowMs: nowMs.value,
    }),
  );
  const isTesting = computed(() => testRun.value?.phase === 'wanted' || testRun.value?.phase === 'playing');
  return { page, audio, nowMs, testRun, strip, held, state, isTesting };
}
type SoundFacts = ReturnType<typeof useSoundFacts>;

/** What is done to the sound by hand. */
function createDeeds(facts: SoundFacts, storage: SoundStorage) {
  const { page, nowMs, testRun, strip } = facts;
  function set(change: Partial<SoundSettings>): void {
    if (page.value) storage.set(page.value, change);
  }
  return {
    set,
    silenceFor: (minutes: SilenceMinutes): void => {
      nowMs.value = Date.now();
      // What is up has been seen by whoever silences it: only what comes later is new.
      const seen = (strip.value?.groups ?? []).filter(calls);
      storage.remember(markSounded(storage.memory(), seen, nowMs.value));
      storage.setSilence(silenceFrom(nowMs.value, minutes));
    },
    /** Plays the tones and asks whether they were heard. False: the page that is shown cannot. */
    startTest: (): boolean => {
      if (page.value === null) return false;
      if (!testRun.value || testRun.value.phase === 'failed') testRun.value = testFrom(Date.now());
      return true;
    },
    answerTest: (isHeard: boolean): void => {
      set({ test: { atMs: Date.now(), isHeard } });
      testRun.value = null;
    },
  };
}

/** What comes next, as time goes on. */
function createLooks(facts: SoundFacts, storage: SoundStorage) {
  const { nowMs, audio, strip, isTesting, testRun } = facts;
  const link = useLinkStore();
  const wall = useWallStore();
  return {
    /** Decides; nothing is remembered before `commit`. */
    look: (): SoundDecision => {
      nowMs.value = Date.now();
      return decideSound(storage.memory(), {
        nowMs: nowMs.value,
        strip: strip.value,
        isLive: link.phase === 'live' && wall.model !== null && !wall.isStalled,
        isOn: storage.settings.value.isOn === true,
        canPlay: audio.value === 'running',
        isTesting: isTesting.value,
        silence: storage.silence.value,
      });
    },
    lookAtTest: (): TestStep => {
      const canPlay = audio.value === 'running';
      const step = stepTest(testRun.value, { nowMs: Date.now(), canPlay, lengthMs: TEST_TONE.lengthMs });
      testRun.value = step.run;
      return step;
    },
  };
}

/** The sound of this screen: whether it can, what it plays next and why. The loudspeaker itself is elsewhere (`useSound`). */
export const useSoundStore = defineStore('sound', () => {
  const storage = useSoundStorage();
  const facts = useSoundFacts(storage);
  const { set, ...deeds } = createDeeds(facts, storage);
  const decision = shallowRef<SoundDecision | null>(null);
  const isPanelOpen = ref(false);
  const { page, held, testRun, audio, state, nowMs, isTesting, strip } = facts;

  return {
    /** As the server is told. */
    state,
    /** Epoch ms at which the silence ends; null: none holds. */
    silencedUntilMs: computed(() => (state.value === 'silenced' ? (held.value?.untilMs ?? null) : null)),
    silence: held,
    settings: storage.settings,
    audio,
    nowMs,
    decision,
    testRun,
    isTesting,
    isPanelOpen,
    strip,
    ...deeds,
    ...createLooks(facts, storage),
    /** A page that can sound is shown. */
    enter: (next: SoundPage) => {
      page.value = next;
      storage.load(next);
    },
    leave: (old: SoundPage) => {
      if (page.value !== old) return;
      page.value = null;
      isPanelOpen.value = false;
      testRun.value = null;
    },
    hear: (next: AudioHealth) => {
      audio.value = next;
    },
    /** What was decided has been done. */
    commit: (done: SoundDecision) => {
      decision.value = done;
      storage.remember(done.memory);
    },
    setOn: (isOn: boolean) => set({ isOn }),
    setVolume: (volume: number) => set({ volume }),
    /** Nobody said whether the test was heard. */
    keepUnanswered: () => set({ test: { atMs: Date.now(), isHeard: null } }),
    endSilence: () => storage.setSilence(null),
  };
});
