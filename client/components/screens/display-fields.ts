/** What the form of a display asks for, and what is sent. All pure. */
import type { Display, DisplayScope } from '../../../shared/screens.ts';
import type { DisplayInput } from '../../api-screens.ts';
import { THEME_CHOICES, type ThemeChoice } from '../wall/screen-settings.ts';
import { viewingFault, viewingOfTexts } from './viewing-fields.ts';

/** Which tenants it may show. */
export type Reach = 'all' | 'cluster' | 'tenants';

/** As typed. */
export interface DisplayFields {
  name: string;
  place: string;
  reach: Reach;
  cluster: string;
  tenants: readonly string[];
  diagonal: string;
  distance: string;
  /** Empty: as set at the screen. */
  theme: '' | ThemeChoice;
}

const NEW_FIELDS: DisplayFields = {
  ...{ name: '', place: '', reach: 'all', cluster: '', tenants: [] },
  ...{ diagonal: '', distance: '', theme: '' },
};

function reachOf({ cluster, tenants }: DisplayScope): Reach {
  if (tenants) return 'tenants';
  return cluster === null ? 'all' : 'cluster';
}

/** As a display is now; as a new one begins. */
export function fieldsOf(display: Display | null): DisplayFields {
  if (!display) return { ...NEW_FIELDS };
  const { name, place, scope, settings } = display;
  return {
    ...{ name, place, reach: reachOf(scope) },
    cluster: scope.cluster ?? '',
    tenants: scope.tenants ?? [],
    diagonal: String(settings.diagonalInches ?? ''),
    distance: String(settings.distanceM ?? ''),
    theme: settings.theme ?? '',
  };
}

/** Why it cannot be sent yet, one sentence each. */
export function fieldFaults(fields: DisplayFields, by: string): readonly string[] {
  const { name, place, reach, cluster, tenants, diagonal, distance } = fields;
  return [
    name.trim() === '' ? 'Give it a name: alarms and the wall itself will say it.' : '',
    place.trim() === '' ? 'Say where it hangs: somebody will have to find it.' : '',
    reach === 'cluster' && cluster === '' ? 'Choose the cluster.' : '',
    reach === 'tenants' && tenants.length === 0 ? 'Choose at least one tenant.' : '',
    viewingFault(diagonal, distance),
    by.trim() === '' ? 'Say who you are.' : '',
  ].filter(Boolean);
}

function scopeOf({ reach, cluster, tenants }: DisplayFields): DisplayScope {
  if (reach === 'cluster') return { cluster, tenants: null };
  return { cluster: null, tenants: reach === 'tenants' ? tenants : null };
}

/** What is sent. */
export function inputOf(fields: DisplayFields): DisplayInput {
  const viewing = viewingOfTexts(fields.diagonal, fields.distance);
  return {
    name: fields.name.trim(),
    place: fields.place.trim(),
    scope: scopeOf(fields),
    settings: {
      diagonalInches: viewing?.diagonalInches ?? null,
      distanceM: viewing?.distanceM ?? null,
      theme: THEME_CHOICES.find((choice) => choice === fields.theme) ?? null,
    },
  };
}
