import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { createLocalClock } from '../live/clock.ts';
import { goesHome, homeOf } from '../stores/homeward.ts';
import { useIdentityStore } from '../stores/identity.ts';
import { isLoud } from '../stores/pin-model.ts';
import { useWallStore } from '../stores/wall.ts';

const LOOK_EVERY_MS = 5_000;
const HANDS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/** Brings a paired screen back to its wall or desk when a hand has led it elsewhere and gone. */
export function useHomeward(firstPath: string = location.pathname): void {
  const router = useRouter();
  const identity = useIdentityStore();
  const wall = useWallStore();
  const localMs = createLocalClock();
  const home = homeOf(firstPath);
  let touchedAtMs = localMs();
  /** With what it showed there: a part of the wall, for one. */
  let address = home;
  const forget = router.afterEach(({ path, fullPath }) => {
    if (path === home) address = fullPath;
  });

  const touch = () => (touchedAtMs = localMs());
  const timer = setInterval(() => {
    const isDue = goesHome({
      isPaired: identity.display !== null,
      isHome: router.currentRoute.value.path === home,
      untouchedMs: localMs() - touchedAtMs,
      isLoud: wall.model?.alarms?.groups.some(isLoud) === true,
    });
    if (isDue) void router.replace(address);
  }, LOOK_EVERY_MS);
  for (const hand of HANDS) addEventListener(hand, touch, { capture: true, passive: true });
  onScopeDispose(() => {
    clearInterval(timer);
    forget();
    for (const hand of HANDS) removeEventListener(hand, touch, { capture: true });
  });
}
