import { computed, onScopeDispose, ref, watch } from 'vue';
import { useRoute } from 'vue-router';
import type { ScreenTell } from '../../shared/screens.ts';
import { BUILD } from '../build.ts';
import { useSoundStore } from '../stores/sound.ts';
import { useLive } from './live.ts';

const MAX_PATH = 200;
/** A window that is being drawn larger tells its size once, not at every step. */
const SETTLE_MS = 500;

/** Whether somebody could see the page, and how large it is. */
function useLook() {
  const look = () => ({
    isVisible: document.visibilityState === 'visible',
    widthPx: Math.round(innerWidth),
    heightPx: Math.round(innerHeight),
  });
  const now = ref(look());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const take = () => (now.value = look());
  const onResize = () => {
    clearTimeout(timer);
    timer = setTimeout(take, SETTLE_MS);
  };
  addEventListener('resize', onResize);
  document.addEventListener('visibilitychange', take);
  onScopeDispose(() => {
    clearTimeout(timer);
    removeEventListener('resize', onResize);
    document.removeEventListener('visibilitychange', take);
  });
  return now;
}

/** Tells the server what this screen is and can, and again whenever that changes. */
export function useScreenTell(): void {
  const live = useLive();
  const route = useRoute();
  const look = useLook();
  const sound = useSoundStore();
  const told = computed<ScreenTell>(() => ({
    build: BUILD ?? '',
    page: route.path.slice(0, MAX_PATH),
    sound: sound.state,
    silencedUntilMs: sound.state === 'silenced' ? sound.silencedUntilMs : null,
    ...look.value,
  }));
  watch(
    () => JSON.stringify(told.value),
    () => live.tell(told.value),
    { immediate: true },
  );
}
