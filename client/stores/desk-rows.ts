/** What the desk shows of each tenant: the tile of the wall, with the numbers behind it, to be sorted and counted. All pure. */
import type { Level, WallRow } from '../../shared/protocol.ts';
import { FEEDS } from '../../shared/protocol.ts';
import type { FeedFreshness, NumberName } from '../live/freshness.ts';
import type { Reading, ReadingState } from './reading.ts';
import type { Tile } from './tile.ts';
import type { WallModel } from './wall-model.ts';

/** One number of a row: as it is shown, and as it is sorted. */
export interface DeskNumber {
  readonly reading: Reading;
  /** Null: there is none that may be shown. */
  readonly n: number | null;
}

/** One row of the desk. */
export interface DeskRow {
  readonly id: string;
  readonly tile: Tile;
  readonly level: Level;
  /** Empty: of no cluster. */
  readonly cluster: string;
  readonly mailboxes: number | null;
  readonly numbers: Readonly<Record<NumberName, DeskNumber>>;
  /** Verdicts behind the spam rate. */
  readonly spamN: number;
  /** Null: as long as anything is known. */
  readonly sinceMs: number | null;
  /** Of the oldest of its feeds; null: none ever said anything. */
  readonly ageMs: number | null;
  /** What the text filter looks through, in small letters. */
  readonly text: string;
}

/** The age of the oldest feed that ever said anything. */
export function oldestAgeMs(feeds: FeedFreshness | undefined): number | null {
  const ages = FEEDS.flatMap((feed) => feeds?.[feed].ageMs ?? []);
  return ages.length === 0 ? null : Math.max(...ages);
}

function numberOf(tile: Tile, row: WallRow, name: NumberName): DeskNumber {
  const reading = tile.readings.find((one) => one.name === name);
  if (!reading) throw new Error(`A tile without ${name}.`);
  return { reading, n: reading.quantity ? row[name] : null };
}

/** Of thousands of rows few are in the window: what only those need is made when it is asked for. */
class TenantRow implements DeskRow {
  readonly id: string;
  readonly tile: Tile;
  readonly level: Level;
  readonly cluster: string;
  readonly mailboxes: number | null;
  readonly spamN: number;
  readonly sinceMs: number | null;
  readonly ageMs: number | null;
  readonly #row: WallRow;
  #numbers: DeskRow['numbers'] | undefined;
  #text: string | undefined;

  constructor(tile: Tile, row: WallRow, ageMs: number | null) {
    this.id = tile.id;
    this.tile = tile;
    this.level = tile.level;
    this.cluster = tile.cluster;
    this.mailboxes = tile.mailboxes;
    this.spamN = row.spamN;
    this.sinceMs = tile.sinceMs > 0 ? tile.sinceMs : null;
    this.ageMs = ageMs;
    this.#row = row;
  }

  get numbers(): DeskRow['numbers'] {
    const [tile, row] = [this.tile, this.#row];
    return (this.#numbers ??= {
      queueDepth: numberOf(tile, row, 'queueDepth'),
      lagP95Ms: numberOf(tile, row, 'lagP95Ms'),
      spamPercent: numberOf(tile, row, 'spamPercent'),
      accessPercent: numberOf(tile, row, 'accessPercent'),
    });
  }

  get text(): string {
    const { name, id, reason, word } = this.tile;
    return (this.#text ??= [name, id, this.cluster, reason, word].join(' ').toLowerCase());
  }
}

const PLACES = new WeakMap<WallModel['tenants'], ReadonlyMap<string, number>>();

/** Where each tenant stands in the server's list: the same from frame to frame. */
function placesIn(tenants: WallModel['tenants']): ReadonlyMap<string, number> {
  const known = PLACES.get(tenants) ?? new Map(tenants.map(({ id }, place) => [id, place]));
  PLACES.set(tenants, known);
  return known;
}

/** The rows of the desk, in the order of the directory. */
export function deskRowsOf(
  model: Pick<WallModel, 'tenants' | 'rows'>,
  tiles: readonly Tile[],
  clusters: ReadonlyMap<string, FeedFreshness>,
): readonly DeskRow[] {
  const places = placesIn(model.tenants);
  const ages = new Map([...clusters].map(([cluster, feeds]) => [cluster, oldestAgeMs(feeds)]));
  const rows: DeskRow[] = [];
  for (const tile of tiles) {
    const row = model.rows[places.get(tile.id) ?? -1];
    if (row) rows.push(new TenantRow(tile, row, ages.get(tile.cluster) ?? null));
  }
  return rows;
}

/** What the list is narrowed to; empty: everything. */
export interface DeskFilter {
  readonly words: string;
  readonly levels: readonly Level[];
  /** Null: every one; empty: those of none. */
  readonly cluster: string | null;
}
export const NO_DESK_FILTER: DeskFilter = { words: '', levels: [], cluster: null };

export const isNarrowed = ({ words, levels, cluster }: DeskFilter) =>
  words !== '' || levels.length > 0 || cluster !== null;

/** The rows that are asked for. */
export function narrow(rows: readonly DeskRow[], filter: DeskFilter): readonly DeskRow[] {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  const { levels, cluster } = filter;
  return rows.filter(
    (row) =>
      (levels.length === 0 || levels.includes(row.level)) &&
      (cluster === null || row.cluster === cluster) &&
      words.every((word) => row.text.includes(word)),
  );
}

/** The clusters there are, in the order of their names; empty: of none. */
export const clustersOf = (rows: readonly Pick<DeskRow, 'cluster'>[]) =>
  [...new Set(rows.map(({ cluster }) => cluster))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );

/** Known numbers first, then those that are lost, then each kind of not having one: no kind of it is a zero. */
const STATE_RANKS: Readonly<Record<ReadingState, number>> = {
  fresh: 0,
  late: 0,
  lost: 1,
  none: 2,
  'no-data': 3,
  'no-source': 4,
};

export function numberRank({ reading, n }: DeskNumber): number {
  return n === null && STATE_RANKS[reading.state] < 2 ? STATE_RANKS['no-data'] : STATE_RANKS[reading.state];
}
