/** The desk's rows in words. All pure. */
import type { WallRow } from '../../shared/protocol.ts';
import { sinceText } from '../format/time.ts';
import { clusterText } from './desk-groups.ts';
import type { DeskRow } from './desk-rows.ts';
import { LEVEL_WORDS, type Tile } from './tile.ts';

/** `CRITICAL`; of what nothing is known, which way: `LOST 2m`, `NO SOURCE`. */
export const stateWord = ({ level, word }: Pick<Tile, 'level' | 'word'>) =>
  level === 'no-data' ? word : LEVEL_WORDS[level];

const AGE_WORDS: Readonly<Record<Tile['ageState'], (age: string) => string>> = {
  fresh: (age) => age,
  late: (age) => `late ${age}`,
  lost: (age) => `LOST ${age}`,
  'no-data': () => 'no data',
  'no-source': () => 'no source',
};

/** `6s`, `late 31s`, `LOST 2m`, `no source`. */
export const ageWord = ({ age, ageState }: Pick<Tile, 'age' | 'ageState'>) => AGE_WORDS[ageState](age);

/** `03:00`, with its day when it is another one's: under a head that says "since", with the duration told elsewhere. */
export const sinceWord = (text: string) => text.replace(/^since /, '').replace(/ · .*$/, '');

export const TREND_MARKS: Readonly<
  Record<NonNullable<WallRow['trend']>, { readonly mark: string; readonly word: string }>
> = {
  up: { mark: '↑', word: 'rising' },
  flat: { mark: '→', word: 'steady' },
  down: { mark: '↓', word: 'falling' },
};

/** One row in a sentence: `Aurora Broadband, cluster A: CRITICAL, lag ≥ 6.2 min, since 21:35 · 12 min; data 6s.` */
export function rowText({ tile, cluster, sinceMs }: DeskRow, nowMs: number): string {
  const since = sinceMs === null ? '' : sinceText(sinceMs, nowMs);
  const what = [stateWord(tile), tile.reason, since].filter(Boolean).join(', ');
  return `${tile.name}, ${clusterText(cluster)}: ${what}; data ${ageWord(tile)}.`;
}
