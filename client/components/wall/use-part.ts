import { computed } from 'vue';
import { MOST_SPARKS } from '../../../shared/protocol.ts';
import { useSparks } from '../../composables/useSparks.ts';
import type { Tile } from '../../stores/tile.ts';
import { useIdentityStore } from '../../stores/identity.ts';
import { partOf, partText, type WallPart } from './screen-settings.ts';

/** What of the wall can be shown: tiles and their curves, in the same order. */
export interface WholeWall {
  readonly tiles: readonly Tile[];
  readonly sparksInPlace: readonly (readonly (number | null)[])[];
}

const MOST_NAMED = 5;

/** This screen's part of the wall, and how it is told. */
export function usePart(whole: () => WholeWall, part: () => WallPart) {
  const identity = useIdentityStore();
  const isWhole = computed(() => partText(part()) === '');
  const parted = computed(() => partOf(whole().tiles, part()));
  const tiles = computed(() => (isWhole.value ? whole().tiles : parted.value.shown));
  const hasSparks = computed(() => tiles.value.length <= MOST_SPARKS);
  useSparks(() => (hasSparks.value ? tiles.value.map(({ id }) => id) : []));
  const sparks = computed(() => {
    if (!hasSparks.value) return [];
    const all = whole().sparksInPlace;
    return isWhole.value ? all : parted.value.places.map((place) => all[place] ?? []);
  });
  const note = computed(() => {
    if (isWhole.value) return '';
    const { shown, unknown } = parted.value;
    const lost = unknown.length > 0 ? `, not known: ${unknown.slice(0, MOST_NAMED).join(', ')}` : '';
    // The server sends a limited display nothing of others: its alarms and totals are cut down to the same tenants.
    if (part() === identity.display?.scope) {
      const isFew = part().tenants !== null && shown.length <= MOST_NAMED && shown.length > 0;
      return `Only ${isFew ? shown.map(({ name }) => name).join(', ') : partText(part())}${lost}`;
    }
    const count = `${shown.length} of ${whole().tiles.length} rows`;
    return `This screen: ${partText(part())}, ${count}${lost}. Alarms and totals are of all.`;
  });
  return { tiles, sparks, note };
}
