import { keptIn } from '../../stores/storage.ts';
import { settingsOfText, textOfSettings, type ScreenSettings } from './screen-settings.ts';

const SETTINGS_KEY = 'mailvigil.screen';
const local = keptIn(() => localStorage);

/** What was set at this screen. */
export const readSettings = (): ScreenSettings => settingsOfText(local.read(SETTINGS_KEY));

/** Keeps it for the next time. */
export const keepSettings = (settings: ScreenSettings): void =>
  local.write(SETTINGS_KEY, textOfSettings(settings));
