import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import { useIdentityStore } from '../../stores/identity.ts';
import { keptIn } from '../../stores/storage.ts';
import { capShareOf } from './cap-share.ts';
import { keepSettings, readSettings } from './kept-settings.ts';
import { LIST_WIDTH } from './layout.ts';
import {
  partOfDisplay,
  partOfQuery,
  queryOfPart,
  settingsOfDisplay,
  settingsOfQuery,
  textOfSettings,
  themeAt,
  WHOLE,
  type ScreenSettings,
  type Theme,
  type WallPart,
} from './screen-settings.ts';
import { angleSizes, type AngleSizes, type Extent } from './visual-angle.ts';

const PART_KEY = 'mailvigil.part';
/** How often the hour and the place of the picture are looked at. */
const LOOK_EVERY_MS = 20_000;

const session = keptIn(() => sessionStorage);
const screenNow = (): Extent => ({ width: screen.width, height: screen.height });
const windowNow = (): Extent => ({ width: innerWidth, height: innerHeight });
const isSame = (a: Extent, b: Extent) => a.width === b.width && a.height === b.height;

/** What is kept of this screen; the address is followed. */
function useKept() {
  const route = useRoute();
  const settings = shallowRef(readSettings());
  const query = Object.fromEntries(new URLSearchParams(session.read(PART_KEY) ?? ''));
  const part = shallowRef(partOfQuery(query) ?? WHOLE);

  function set(change: Partial<ScreenSettings>): void {
    settings.value = { ...settings.value, ...change };
    keepSettings(settings.value);
  }
  function setPart(next: WallPart): void {
    part.value = next;
    session.write(PART_KEY, new URLSearchParams(queryOfPart(next)).toString());
  }
  watch(
    () => route.query,
    (now) => {
      const asked = settingsOfQuery(now, settings.value);
      if (textOfSettings(asked) !== textOfSettings(settings.value)) set(asked);
      const own = partOfQuery(now);
      if (own) setPart(own);
    },
    { immediate: true },
  );
  return { settings, part, set, setPart };
}

/** The hour, and the size of the screen: looked at now and then. */
function useLooks() {
  const extent = shallowRef(screenNow());
  const page = shallowRef(windowNow());
  const atMs = shallowRef(Date.now());
  function look(): void {
    atMs.value = Date.now();
    const [now, inner] = [screenNow(), windowNow()];
    if (!isSame(now, extent.value)) extent.value = now;
    if (!isSame(inner, page.value)) page.value = inner;
  }
  const timer = setInterval(look, LOOK_EVERY_MS);
  addEventListener('resize', look);
  onScopeDispose(() => {
    clearInterval(timer);
    removeEventListener('resize', look);
  });
  return { extent, page, atMs };
}

/** What stands above the wall, such as that the server is gone, is read from as far as the wall. */
function useRootSizes(sizes: () => AngleSizes | null): void {
  const { style } = document.documentElement;
  const clear = () => ['--least', '--headline'].forEach((name) => style.removeProperty(name));
  watch(
    sizes,
    (now) => {
      if (!now) return clear();
      style.setProperty('--least', `${Math.ceil(now.minimum * 10) / 10}px`);
      style.setProperty('--headline', `${Math.ceil(now.headline * 10) / 10}px`);
    },
    { immediate: true },
  );
  onScopeDispose(clear);
}

/** What this screen is set to; the theme is put on the page for as long as the scope lives. */
export function useScreen(isReplay: () => boolean) {
  const own = useKept();
  const identity = useIdentityStore();
  const { extent, page, atMs } = useLooks();
  const settings = computed(() => settingsOfDisplay(own.settings.value, identity.display?.settings ?? null));
  const part = computed(() => partOfDisplay(own.part.value, identity.display?.scope ?? null));

  // A past wall has a ground of its own, which is dark.
  const theme = computed<Theme>(() =>
    isReplay() ? 'night' : themeAt(settings.value.theme, new Date(atMs.value).getHours()),
  );
  watch(theme, (now) => (document.documentElement.dataset['theme'] = now), { immediate: true });
  onScopeDispose(() => delete document.documentElement.dataset['theme']);

  const capShare = capShareOf(document.body);
  const sizes = computed<AngleSizes | null>(() => {
    const { viewing } = settings.value;
    return viewing && extent.value.width > 0 ? angleSizes(viewing, extent.value, capShare) : null;
  });
  useRootSizes(() => (page.value.width < LIST_WIDTH ? null : sizes.value));
  return { settings, part, sizes, theme, page, atMs, set: own.set, setPart: own.setPart };
}
