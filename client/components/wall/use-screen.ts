import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import {
  partOfQuery,
  queryOfPart,
  settingsOfQuery,
  settingsOfText,
  textOfSettings,
  themeAt,
  WHOLE,
  type ScreenSettings,
  type Theme,
  type WallPart,
} from './screen-settings.ts';
import { angleSizes, type AngleSizes, type Extent } from './visual-angle.ts';

const SETTINGS_KEY = 'mailvigil.screen';
const PART_KEY = 'mailvigil.part';
/** How often the hour and the place of the picture are looked at. */
const LOOK_EVERY_MS = 20_000;

/** A screen whose storage is closed still works: it forgets. */
function kept(storage: () => Storage) {
  return {
    read: (key: string): string | null => {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    write: (key: string, text: string): void => {
      try {
        storage().setItem(key, text);
      } catch {
        // Private mode, or full: it holds until the page is left.
      }
    },
  };
}

const local = kept(() => localStorage);
const session = kept(() => sessionStorage);
const screenNow = (): Extent => ({ width: screen.width, height: screen.height });

/** What is kept of this screen; the address is followed. */
function useKept() {
  const route = useRoute();
  const settings = shallowRef(settingsOfText(local.read(SETTINGS_KEY)));
  const query = Object.fromEntries(new URLSearchParams(session.read(PART_KEY) ?? ''));
  const part = shallowRef(partOfQuery(query) ?? WHOLE);

  function set(change: Partial<ScreenSettings>): void {
    settings.value = { ...settings.value, ...change };
    local.write(SETTINGS_KEY, textOfSettings(settings.value));
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
  const atMs = shallowRef(Date.now());
  function look(): void {
    atMs.value = Date.now();
    const now = screenNow();
    if (now.width !== extent.value.width || now.height !== extent.value.height) extent.value = now;
  }
  const timer = setInterval(look, LOOK_EVERY_MS);
  addEventListener('resize', look);
  onScopeDispose(() => {
    clearInterval(timer);
    removeEventListener('resize', look);
  });
  return { extent, atMs };
}

/** What this screen is set to; the theme is put on the page for as long as the scope lives. */
export function useScreen(isReplay: () => boolean) {
  const { settings, part, set, setPart } = useKept();
  const { extent, atMs } = useLooks();

  // A past wall has a ground of its own, which is dark.
  const theme = computed<Theme>(() =>
    isReplay() ? 'night' : themeAt(settings.value.theme, new Date(atMs.value).getHours()),
  );
  watch(theme, (now) => (document.documentElement.dataset['theme'] = now), { immediate: true });
  onScopeDispose(() => delete document.documentElement.dataset['theme']);

  const sizes = computed<AngleSizes | null>(() => {
    const { viewing } = settings.value;
    return viewing && extent.value.width > 0 ? angleSizes(viewing, extent.value) : null;
  });
  return { settings, part, sizes, theme, atMs, set, setPart };
}
