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
  /** Empty: of none. */
  readonly cluster: string;
  /** Null: nobody said how many. */
  readonly mailboxes: number | null;
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
  const areAllBlind = FEEDS.every((feed) => feeds[feed].expected === 0 || isBlind(feeds[feed]));
  if (row.level === 'no-data' || areAllBlind) return 'no-data';
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
function sayingOf(row: WallRow, level: Level, blindWord: () => string) {
  const { signal, reason } = row;
  if (level === 'ok') return { signal, glyph: '', word: LEVEL_WORDS.ok, reason };
  if (level !== 'no-data') return { signal, glyph: GLYPHS[signal], word: signal.toUpperCase(), reason };
  const was = `was ${LEVEL_WORDS[row.level]}: ${reason}`.replace(/: $/, '');
  return {
    signal: 'data' as const,
    glyph: GLYPHS.data,
    word: blindWord(),
    reason: row.level === 'no-data' ? reason : was,
  };
}

/** What the feeds behind a tile come to: the same for all tenants of a cluster. */
interface Feeds {
  readonly feeds: FeedFreshness;
  readonly all: readonly Freshness[];
  readonly age: string;
  readonly ageState: Freshness['state'];
}

function feedsOf(feeds: FeedFreshness): Feeds {
  const all = FEEDS.map((feed) => feeds[feed]);
  const oldest = oldestOf(all) ?? feeds.flow;
  return { feeds, all, age: ageOf(oldest), ageState: oldest.state };
}

/** A tile whose numbers are made when they are asked for: a wall of a thousand tenants shows few of them. */
class RowTile implements Tile {
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  readonly isUnattributed: boolean;
  readonly cluster: string;
  readonly mailboxes: number | null;
  readonly level: Level;
  readonly signal: Signal;
  readonly glyph: string;
  readonly word: string;
  readonly trend: WallRow['trend'];
  readonly reason: string;
  readonly sinceMs: number;
  readonly age: string;
  readonly ageState: Freshness['state'];
  readonly #row: WallRow;
  readonly #feeds: FeedFreshness;
  #readings: readonly Reading[] | undefined;

  constructor({ entry, shortName }: Place, row: WallRow, { feeds, all, age, ageState }: Feeds, now: Now) {
    this.id = entry.id;
    this.name = entry.name;
    this.shortName = shortName;
    this.isUnattributed = entry.id === UNATTRIBUTED;
    this.cluster = entry.cluster ?? '';
    this.mailboxes = entry.mailboxes ?? null;
    this.level = shownLevel(row, feeds);
    const { signal, glyph, word, reason } = sayingOf(row, this.level, () => noDataWord(row, all, now));
    this.signal = signal;
    this.glyph = glyph;
    this.word = word;
    this.trend = row.trend;
    this.reason = reason;
    this.sinceMs = row.sinceMs;
    this.age = age;
    this.ageState = ageState;
    this.#row = row;
    this.#feeds = feeds;
  }

  get readings(): readonly Reading[] {
    return (this.#readings ??= readingsOf(this.#row, this.#feeds));
  }

  get headline(): Reading | null {
    if (this.level === 'ok' || this.level === 'no-data') return null;
    const name = HEADLINES[this.#row.signal];
    return this.readings.find((reading) => reading.name === name) ?? null;
  }
}

/** What one row is to look like. */
export function tileOf(entry: TenantEntry, row: WallRow, feeds: FeedFreshness, now: Now): Tile {
  const tile = new RowTile({ index: 0, entry, shortName: entry.name }, row, feedsOf(feeds), now);
  return { ...tile, readings: tile.readings, headline: tile.headline };
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
  const nobodys = feedsOf(feedFreshness(undefined, now));
  const known = new Map([...clusters].map(([cluster, feeds]) => [cluster, feedsOf(feeds)]));
  return places.flatMap((place) => {
    const row = rows[place.index];
    return row ? [new RowTile(place, row, known.get(place.entry.cluster ?? '') ?? nobodys, now)] : [];
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

/** The number of what is wrong, or the word for it. */
export function readingOfTile(tile: Tile): string {
  return tile.headline ? `${tile.word} ${readingText(tile.headline)}` : tile.word;
}
