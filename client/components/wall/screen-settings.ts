/** What one screen is set to: how large it is, how far people stand, its theme, and which part of the wall is its own. */
import type { DisplayScope, DisplaySettings } from '../../../shared/screens.ts';
import { viewingOf, type Viewing } from './visual-angle.ts';

export const THEME_CHOICES = ['auto', 'night', 'day'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = 'night' | 'day';

export interface ScreenSettings {
  /** Null: nobody said. */
  readonly viewing: Viewing | null;
  readonly theme: ThemeChoice;
}

export const UNSET: ScreenSettings = { viewing: null, theme: 'auto' };

/** Hours of the viewer's day that are light, from and before. */
const DAY_HOURS = { from: 7, before: 19 } as const;

type Query = Readonly<Record<string, unknown>>;
const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
const numberOf = (value: unknown) =>
  /^\d+([.,]\d+)?$/.test(textOf(value)) ? Number(textOf(value).replace(',', '.')) : NaN;

/** The theme to show: chosen, or by the hour of the place where the screen hangs. */
export function themeAt(choice: ThemeChoice, localHour: number): Theme {
  if (choice !== 'auto') return choice;
  return localHour >= DAY_HOURS.from && localHour < DAY_HOURS.before ? 'day' : 'night';
}

/** What an address changes: `?diagonal=55&distance=5&theme=day`; what it does not say, or says wrongly, stays. */
export function settingsOfQuery(query: Query, before: ScreenSettings): ScreenSettings {
  const viewing = viewingOf(numberOf(query.diagonal), numberOf(query.distance));
  const theme = THEME_CHOICES.find((choice) => choice === query.theme);
  return { viewing: viewing ?? before.viewing, theme: theme ?? before.theme };
}

/** What was kept; whatever cannot be read is as if nothing was. */
export function settingsOfText(text: string | null): ScreenSettings {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (typeof kept !== 'object' || kept === null) return UNSET;
    const { diagonalInches, distanceM, theme } = kept as Record<string, unknown>;
    return {
      viewing: viewingOf(Number(diagonalInches ?? NaN), Number(distanceM ?? NaN)),
      theme: THEME_CHOICES.find((choice) => choice === theme) ?? UNSET.theme,
    };
  } catch {
    return UNSET;
  }
}

/** The text that `settingsOfText` reads back. */
export function textOfSettings({ viewing, theme }: ScreenSettings): string {
  return JSON.stringify({ ...viewing, theme });
}

/** What the desk has set for a paired screen counts; where it says nothing, what was set at the screen does. */
export function settingsOfDisplay(own: ScreenSettings, desk: DisplaySettings | null): ScreenSettings {
  if (!desk) return own;
  const viewing = viewingOf(
    desk.diagonalInches ?? own.viewing?.diagonalInches ?? NaN,
    desk.distanceM ?? own.viewing?.distanceM ?? NaN,
  );
  return { viewing: viewing ?? own.viewing, theme: desk.theme ?? own.theme };
}

/** The part of the wall that a screen shows. Null: no limit. */
export interface WallPart {
  readonly tenants: readonly string[] | null;
  readonly cluster: string | null;
}
export const WHOLE: WallPart = { tenants: null, cluster: null };

/** The part an address asks for; null when it says nothing of it. An empty value means the whole. */
export function partOfQuery(query: Query): WallPart | null {
  const { tenants, cluster } = query;
  if (typeof tenants !== 'string' && typeof cluster !== 'string') return null;
  const ids = textOf(tenants)
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  return { tenants: ids.length > 0 ? ids : null, cluster: textOf(cluster) || null };
}

/** The part as a query, which `partOfQuery` reads back. */
export function queryOfPart({ tenants, cluster }: WallPart): Record<string, string> {
  return { ...(tenants && { tenants: tenants.join(',') }), ...(cluster && { cluster }) };
}

/** What of a list a screen shows, and what it asked for in vain. */
export interface Parted<T> {
  readonly shown: readonly T[];
  /** Places in the list, in the order of `shown`. */
  readonly places: readonly number[];
  /** Tenants that were named and are not there. */
  readonly unknown: readonly string[];
}

/** Takes a screen's part out of a list that keeps its order. */
export function partOf<T extends { readonly id: string; readonly cluster: string }>(
  list: readonly T[],
  part: WallPart,
): Parted<T> {
  const wanted = part.tenants && new Set(part.tenants);
  const places = list.flatMap(({ id, cluster }, place) =>
    (!wanted || wanted.has(id)) && (part.cluster === null || cluster === part.cluster) ? [place] : [],
  );
  const known = new Set(list.map(({ id }) => id));
  return {
    shown: places.flatMap((place) => list[place] ?? []),
    places,
    unknown: (part.tenants ?? []).filter((id) => !known.has(id)),
  };
}

/** What a paired screen is limited to counts; one that may show all may still show a part. */
export function partOfDisplay(own: WallPart, scope: DisplayScope | null): WallPart {
  return scope && (scope.cluster !== null || scope.tenants !== null) ? scope : own;
}

/** In words: `cluster A`, `3 named tenants`, empty for the whole. */
export function partText({ tenants, cluster }: WallPart): string {
  const named = tenants && `${tenants.length} named ${tenants.length === 1 ? 'tenant' : 'tenants'}`;
  return [cluster && `cluster ${cluster}`, named].filter(Boolean).join(', ');
}
