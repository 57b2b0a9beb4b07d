import { onScopeDispose, ref } from 'vue';
import { useReplayStore } from '../stores/replay.ts';
import { useKey } from './useKey.ts';
import type { ReplayControls } from './useReplayAddress.ts';

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

/** Keys of time travel. Until it is opened only `t` does anything, so that no wall travels by accident. */
export function useReplayKeys(controls: ReplayControls) {
  const replay = useReplayStore();
  const isScrubbing = ref(false);
  const isReady = () => replay.isOn || isScrubbing.value;

  function close(): void {
    isScrubbing.value = false;
    if (replay.isOn) controls.leave();
  }
  function onKey(key: string, run: (event: KeyboardEvent) => void): void {
    useKey(key, (event) => {
      if (!isReady()) return;
      event.preventDefault();
      run(event);
    });
  }
  const step = (by: 1 | -1) => (event: KeyboardEvent) =>
    controls.step(by * (event.shiftKey ? TEN_SECONDS_MS : MINUTE_MS));

  useKey('t', () => (isScrubbing.value = !isScrubbing.value));
  onKey('Escape', close);
  onKey(' ', () => controls.pace({ isPlaying: replay.clock?.isPlaying !== true }));
  onKey('ArrowLeft', step(-1));
  onKey('ArrowRight', step(1));
  onKey('+', () => controls.faster(1));
  onKey('-', () => controls.faster(-1));

  for (const touch of TOUCHES) window.addEventListener(touch, replay.touch, { passive: true });
  onScopeDispose(() => {
    for (const touch of TOUCHES) window.removeEventListener(touch, replay.touch);
  });
  return { isScrubbing, close };
}
