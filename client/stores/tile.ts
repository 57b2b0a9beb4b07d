import { FEEDS, type Level, type Signal, type TenantEntry, type WallRow } from '../../shared/protocol.ts';
import { ageText } from '../format/number.ts';
import {
  feedFreshness,
  numberFreshness,
  type FeedFreshness,
  type Freshness,
  type Now,
  type NumberName,
} from '../live/freshness.ts';
import { ageOf, readingSpeech, readingsOf, readingText, type Reading } from './reading.ts';
import { shortNames } from './short-name.ts';

/** Mail that no tenant could be found for has a row of its own. */
export const UNATTRIBUTED = '_unattributed';

/** All that one tile shows. */
export interface Tile {
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  readonly isUnattributed: boolean;
  /** The level that may be shown: no number, no claim. */
  readonly level: Level;
  readonly signal: Signal;
  /** Cause glyph: Q S L A B H ?, empty when nothing is wrong. */
  readonly glyph: string;
  /** `LAG`, `OK`, `NO DATA 4m`, `LOST 2m`. */
  readonly word: string;
  /** The number of the worst signal, when it has one. */
  readonly headline: Reading | null;
  readonly readings: readonly Reading[];
  readonly trend: WallRow['trend'];
  readonly reason: string;
  readonly sinceMs: number;
  /** Age of the oldest of the feeds behind the tile. */
  readonly age: string;
  readonly ageState: Freshness['state'];
}

const GLYPHS: Readonly<Record<Signal, string>> = {
  none: '',
  queue: 'Q',
  spam: 'S',
  lag: 'L',
  access: 'A',
  bounce: 'B',
  hold: 'H',
  data: '?',
};

/** Which of the four numbers a signal is about. */
const HEADLINES: Partial<Record<Signal, NumberName>> = {
  queue: 'queueDepth',
  spam: 'spamPercent',
  lag: 'lagP95Ms',
  access: 'accessPercent',
};

export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  ok: 'OK',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
  'no-data': 'NO DATA',
};

const isBlind = (freshness: Freshness) => freshness.state === 'lost' || freshness.state === 'no-data';

/** Freshness of the telemetry that a signal rests on. */
function signalFreshness(signal: Signal, feeds: FeedFreshness): Freshness {
  const name = HEADLINES[signal];
  if (name) return numberFreshness(name, feeds);
  return signal === 'hold' ? numberFreshness('queueDepth', feeds) : feeds.flow;
}

/** The level a screen may claim for a row: what rests on lost telemetry is not known any more. */
export function shownLevel(row: WallRow, feeds: FeedFreshness): Level {
  const asked = FEEDS.map((feed) => feeds[feed]).filter((feed) => feed.expected > 0);
  if (row.level === 'no-data' || asked.every(isBlind)) return 'no-data';
  if (row.level === 'ok') return isBlind(feeds.flow) ? 'no-data' : 'ok';
  return isBlind(signalFreshness(row.signal, feeds)) ? 'no-data' : row.level;
}

/** The oldest of those that ever said anything, if any did. */
function oldestOf(feeds: readonly Freshness[]): Freshness | undefined {
  const spoke = feeds.filter((feed) => feed.ageMs !== null);
  return spoke.reduce<Freshness | undefined>(
    (a, b) => (a && (a.ageMs ?? 0) >= (b.ageMs ?? 0) ? a : b),
    undefined,
  );
}

/** Lost, never there, or not even asked for: three different troubles. */
function noDataWord(row: WallRow, feeds: readonly Freshness[], now: Now): string {
  const lost = oldestOf(feeds.filter((feed) => feed.state === 'lost'));
  if (lost && lost.ageMs !== null) return `LOST ${ageText(lost.ageMs)}`;
  if (feeds.every((feed) => feed.state === 'no-source')) return 'NO SOURCE';
  if (row.sinceMs <= 0 || row.level !== 'no-data') return 'NO DATA';
  return `NO DATA ${ageText((now.serverMs - row.sinceMs) / now.speed)}`;
}

/** What is said about a row, by what may be claimed of it. */
function sayingOf(row: WallRow, level: Level, headline: Reading | null, blindWord: () => string) {
  if (level === 'ok')
    return { signal: row.signal, glyph: '', word: LEVEL_WORDS.ok, headline: null, reason: row.reason };
  if (level !== 'no-data') {
    const { signal, reason } = row;
    return { signal, glyph: GLYPHS[signal], word: signal.toUpperCase(), headline, reason };
  }
  const reason =
    row.level === 'no-data' ? row.reason : `was ${LEVEL_WORDS[row.level]}: ${row.reason}`.replace(/: $/, '');
  return { signal: 'data' as const, glyph: GLYPHS.data, word: blindWord(), headline: null, reason };
}

/** What one row is to look like. */
export function tileOf(
  entry: TenantEntry,
  row: WallRow,
  feeds: FeedFreshness,
  now: Now,
): Omit<Tile, 'shortName'> {
  const readings = readingsOf(row, feeds);
  const headline = readings.find((reading) => reading.name === HEADLINES[row.signal]) ?? null;
  const level = shownLevel(row, feeds);
  const all = FEEDS.map((feed) => feeds[feed]);
  const oldest = oldestOf(all) ?? feeds.flow;
  return {
    id: entry.id,
    name: entry.name,
    isUnattributed: entry.id === UNATTRIBUTED,
    level,
    ...sayingOf(row, level, headline, () => noDataWord(row, all, now)),
    readings,
    trend: row.trend,
    sinceMs: row.sinceMs,
    age: ageOf(oldest),
    ageState: oldest.state,
  };
}

/** A tenant's fixed place on the wall. */
export interface Place {
  /** Place in the server's list. */
  readonly index: number;
  readonly entry: TenantEntry;
  readonly shortName: string;
}

/** Places in the order of the directory, never sorted; the mail of nobody comes last. */
export function placesOf(tenants: readonly TenantEntry[]): readonly Place[] {
  const shorts = shortNames(tenants.map((entry) => entry.name));
  const places = tenants.map((entry, index) => ({ index, entry, shortName: shorts[index] ?? entry.name }));
  const isNobodys = ({ entry }: Place) => entry.id === UNATTRIBUTED;
  return [...places.filter((place) => !isNobodys(place)), ...places.filter(isNobodys)];
}

/** One tile for each place. */
export function tilesOf(
  places: readonly Place[],
  rows: readonly WallRow[],
  clusters: ReadonlyMap<string, FeedFreshness>,
  now: Now,
): readonly Tile[] {
  return places.flatMap(({ index, entry, shortName }) => {
    const row = rows[index];
    const feeds = clusters.get(entry.cluster ?? '') ?? feedFreshness(undefined, now);
    return row ? [{ ...tileOf(entry, row, feeds, now), shortName }] : [];
  });
}

/** What a tile says aloud. */
export function tileSpeech(tile: Tile): string {
  const head = tile.headline && tile.level !== 'no-data' ? ` ${readingText(tile.headline)}` : '';
  const level =
    tile.level === 'ok'
      ? 'ok'
      : `${LEVEL_WORDS[tile.level].toLowerCase()}, ${tile.word.toLowerCase()}${head}`;
  const age = tile.age ? `, data ${tile.age} old` : '';
  return `${tile.name}: ${level}; ${tile.readings.map(readingSpeech).join(', ')}${age}`;
}
