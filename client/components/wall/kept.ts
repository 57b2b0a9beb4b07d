import { settingsOfText, textOfSettings, type ScreenSettings } from './screen-settings.ts';

/** A screen whose storage is closed still works: it forgets. */
export function kept(storage: () => Storage) {
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

const SETTINGS_KEY = 'mailvigil.screen';
const local = kept(() => localStorage);

/** What was set at this screen. */
export const readSettings = (): ScreenSettings => settingsOfText(local.read(SETTINGS_KEY));

/** Keeps it for the next time. */
export const keepSettings = (settings: ScreenSettings): void =>
  local.write(SETTINGS_KEY, textOfSettings(settings));
