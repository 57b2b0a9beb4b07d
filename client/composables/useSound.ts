import { onScopeDispose, watch } from 'vue';
import { createSoundPlayer, type SoundPlayer } from '../sound/player.ts';
import { TEST_TONE, TONES } from '../sound/tones.ts';
import { isStillCalled } from '../stores/sound-model.ts';
import type { SoundPage } from '../stores/sound-state.ts';
import { useSoundStore } from '../stores/sound.ts';
import { useLive } from './live.ts';

const LOOK_EVERY_MS = 1_000;
/** That audio says it runs is not that it does: once an hour an inaudible tone is listened to. */
const PROBE_EVERY_MS = 3_600_000;
/** Whatever a hand does lets the browser sound. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'touchend', 'click'] as const;

const monotonicMs = () => performance.now();

/** Listens to the audio itself when it has begun to run, and once an hour. */
function createProbe(player: SoundPlayer, isRunning: () => boolean): () => void {
  let probedAtMs: number | null = null;
  return () => {
    if (!isRunning()) probedAtMs = null;
    else if (probedAtMs === null || monotonicMs() - probedAtMs >= PROBE_EVERY_MS) {
      probedAtMs = monotonicMs();
      void player.probe();
    }
  };
}

/** Each gesture of the document, until the scope ends. */
function onGesture(run: () => void): void {
  for (const gesture of GESTURES) addEventListener(gesture, run, { capture: true, passive: true });
  onScopeDispose(() => {
    for (const gesture of GESTURES) removeEventListener(gesture, run, { capture: true });
  });
}

/** Lets this page sound for as long as the scope lives. */
export function useSound(page: SoundPage): void {
  const sound = useSoundStore();
  const player = createSoundPlayer({
    createContext: () => new AudioContext({ latencyHint: 'playback' }),
    monotonicMs,
    onHealth: sound.hear,
  });
  const probe = createProbe(player, () => sound.audio === 'running');
  /** What the tone that plays stands for. */
  let groups: readonly string[] = [];

  function hush(): void {
    groups = [];
    if (!sound.isTesting) player.hush();
  }
  function lookAtTest(): void {
    const { deed } = sound.lookAtTest();
    if (deed === 'play') player.play(TEST_TONE, sound.settings.volume);
    if (deed === 'keep-unanswered') sound.keepUnanswered();
  }
  function look(): void {
    if (sound.settings.isOn || sound.testRun) player.open();
    else player.close();
    player.look();
    probe();
    if (groups.length > 0 && !isStillCalled(groups, sound.strip)) hush();
    lookAtTest();
    const decision = sound.look();
    // What could not be played has not sounded: it is due until it can.
    if (decision.tone && !player.play(TONES[decision.tone], sound.settings.volume)) return;
    if (decision.tone) groups = decision.groups;
    sound.commit(decision);
  }

  sound.enter(page);
  look();
  watch(
    [() => sound.strip, () => sound.settings, () => sound.testRun, () => sound.audio, () => sound.silence],
    look,
  );
  // What a hand has silenced is silent at once.
  watch(
    () => sound.silence,
    (silence) => silence && hush(),
  );
  watch(
    () => sound.decision?.reason,
    (reason) => reason === 'off' && hush(),
  );
  const timer = setInterval(look, LOOK_EVERY_MS);
  onGesture(player.resume);
  const ignore = useLive().onAsked('test-sound', () => void sound.startTest());
  onScopeDispose(() => {
    clearInterval(timer);
    ignore();
    player.close();
    sound.leave(page);
  });
}
