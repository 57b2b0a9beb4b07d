/** What the command palette offers, and how it finds it. All pure. */
import type { AlarmRow } from './alarms-rows.ts';
import { clustersText, PRIORITY_WORDS, placeText, STATE_WORDS } from './alarms-text.ts';
import { COLUMNS, DESK_COLUMNS, type DeskColumnId } from './desk-columns.ts';
import { clusterText } from './desk-groups.ts';
import { LEVEL_WORDS, type Tile } from './tile.ts';

/** What a command does. */
export type DeskDeed =
  | { readonly kind: 'tenant'; readonly id: string }
  | { readonly kind: 'alarm'; readonly id: string }
  | { readonly kind: 'page'; readonly path: string }
  | { readonly kind: 'cluster'; readonly cluster: string }
  | { readonly kind: 'sort'; readonly column: DeskColumnId }
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'group' }
  | { readonly kind: 'all' };

/** One line of the palette. */
export interface DeskCommand {
  readonly id: string;
  readonly label: string;
  /** What it is now, beside the label. */
  readonly hint: string;
  readonly deed: DeskDeed;
}

const PAGES = [
  ['/', 'Wall'],
  ['/alarms', 'Alarms'],
  ['/rules', 'Rules'],
  ['/messages', 'Messages'],
  ['/sources', 'Sources'],
] as const;

const alarmLabel = (row: AlarmRow) =>
  [row.title, placeText(row), clustersText(row.clusters)].filter(Boolean).join(' · ');

function alarmCommands(alarms: readonly AlarmRow[], chosen: AlarmRow | null): readonly DeskCommand[] {
  const gone = alarms.map((row): DeskCommand => {
    const hint = `${PRIORITY_WORDS[row.priority]}, ${STATE_WORDS[row.state]}`.toLowerCase();
    return {
      id: `alarm ${row.id}`,
      label: `Alarm ${alarmLabel(row)}`,
      hint,
      deed: { kind: 'alarm', id: row.id },
    };
  });
  if (!chosen) return gone;
  const label = `Acknowledge ${alarmLabel(chosen)}`;
  const hint = 'the chosen alarm';
  return [{ id: 'acknowledge', label, hint, deed: { kind: 'acknowledge' } }, ...gone];
}

/** All there is to choose from, as it is at one moment. */
export function deskCommands(facts: {
  readonly tiles: readonly Tile[];
  readonly clusters: readonly string[];
  readonly alarms: readonly AlarmRow[];
  /** The alarm that an acknowledgement would go to, if there is anything left of it to acknowledge. */
  readonly chosen: AlarmRow | null;
}): readonly DeskCommand[] {
  const { tiles, clusters, alarms, chosen } = facts;
  return [
    ...alarmCommands(alarms, chosen),
    ...PAGES.map(([path, word]): DeskCommand => {
      return { id: `page ${path}`, label: `Page ${word}`, hint: path, deed: { kind: 'page', path } };
    }),
    ...clusters.map((cluster): DeskCommand => {
      const label = `Show only ${clusterText(cluster)}`;
      return { id: `cluster ${cluster}`, label, hint: 'filter', deed: { kind: 'cluster', cluster } };
    }),
    { id: 'all', label: 'Show all tenants', hint: 'filter', deed: { kind: 'all' } },
    { id: 'group', label: 'Group by cluster, or no longer', hint: 'table', deed: { kind: 'group' } },
    ...DESK_COLUMNS.map((column): DeskCommand => {
      const label = `Sort by ${COLUMNS[column].label.toLowerCase()}`;
      return { id: `sort ${column}`, label, hint: 'table', deed: { kind: 'sort', column } };
    }),
    ...tiles.map((tile): DeskCommand => {
      const hint = LEVEL_WORDS[tile.level].toLowerCase();
      return {
        id: `tenant ${tile.id}`,
        label: `Tenant ${tile.name}`,
        hint,
        deed: { kind: 'tenant', id: tile.id },
      };
    }),
  ];
}

const isStart = (text: string, at: number) => at === 0 || /[\s·/.-]/.test(text[at - 1] ?? '');

/**
 * How well letters stand in a text in their order; null: not at all. Letters that begin a word or follow one another weigh
 * more, as does a text in which the words stand whole.
 */
export function fuzzyScore(text: string, asked: string): number | null {
  let score = 0;
  let from = 0;
  let before = -2;
  for (const letter of asked) {
    const at = text.indexOf(letter, from);
    if (at < 0) return null;
    score += 1 + (at === before + 1 ? 3 : 0) + (isStart(text, at) ? 2 : 0);
    before = at;
    from = at + 1;
  }
  const whole = text.indexOf(asked);
  return score + (whole < 0 ? 0 : isStart(text, whole) ? 40 : 20) - text.length / 100;
}

/** No list is longer. */
export const MAX_FOUND = 12;

/** The commands that fit best, each word of what is asked for itself; with nothing asked, the first ones. */
export function findCommands(
  commands: readonly DeskCommand[],
  asked: string,
): { readonly found: readonly DeskCommand[]; readonly more: number } {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = commands.flatMap((command, place) => {
    const text = command.label.toLowerCase();
    const scores = words.map((word) => fuzzyScore(text, word));
    if (scores.includes(null)) return [];
    return [{ command, place, score: scores.reduce<number>((sum, one) => sum + (one ?? 0), 0) }];
  });
  const found = scored.toSorted((a, b) => b.score - a.score || a.place - b.place);
  const shown = found.slice(0, MAX_FOUND).map(({ command }) => command);
  return { found: shown, more: found.length - shown.length };
}
