import { computed } from 'vue';
import type { Tile } from '../../stores/tile.ts';
import { partOf, partText, type WallPart } from './screen-settings.ts';

/** What of the wall can be shown: tiles and their curves, in the same order. */
export interface WholeWall {
  readonly tiles: readonly Tile[];
  readonly sparksInPlace: readonly (readonly (number | null)[])[];
}

/** Curves cost more than cells: asked for only where they are drawn. */
const MOST_WITH_SPARKS = 120;
const MOST_NAMED = 5;

/** This screen's part of the wall, and how it is told. */
export function usePart(whole: () => WholeWall, part: () => WallPart) {
  const isWhole = computed(() => partText(part()) === '');
  const parted = computed(() => partOf(whole().tiles, part()));
  const tiles = computed(() => (isWhole.value ? whole().tiles : parted.value.shown));
  const sparks = computed(() => {
    if (tiles.value.length > MOST_WITH_SPARKS) return [];
    const all = whole().sparksInPlace;
    return isWhole.value ? all : parted.value.places.map((place) => all[place] ?? []);
  });
  const note = computed(() => {
    if (isWhole.value) return '';
    const { shown, unknown } = parted.value;
    const lost = unknown.length > 0 ? `, not known: ${unknown.slice(0, MOST_NAMED).join(', ')}` : '';
    const count = `${shown.length} of ${whole().tiles.length} rows`;
    return `This screen: ${partText(part())}, ${count}${lost}. Alarms and totals are of all.`;
  });
  return { tiles, sparks, note };
}
