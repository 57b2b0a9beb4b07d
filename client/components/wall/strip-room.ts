/** How many cards of the strip stand side by side, so that their words are whole. All pure. */
import { stripPlan, type Owner, type StripPlan } from '../../stores/alarm-strip.ts';
import type { AlarmStrip } from '../../../shared/alarms.ts';
import { readingOfTile, type Tile } from '../../stores/tile.ts';
import { LIST_WIDTH } from './layout.ts';
import { emsOf } from './letters.ts';

/** The screen that the strip stands on, CSS pixels. */
export interface StripScreen {
  readonly width: number;
  readonly height: number;
  /** The least size of text. Null: nobody said how far people stand. */
  readonly leastPx: number | null;
}

export interface StripRoom {
  readonly columns: number;
  readonly rows: number;
  /** One below the other, in a height that does not change. */
  readonly isStacked: boolean;
  readonly plan: StripPlan;
  /** Room of the text of a card of one column, in its own size. */
  readonly ems: number;
}

const MOST_COLUMNS = 5;
/** `NOBODY HAS IT` has its ground and what is beside it. */
const LEAST_WORDS = 'NOBODY HAS IT';
const LEAST_EDGE_EMS = 0.7;
/** Form and gap before the name. */
const SHAPE_EMS = 1.5;
/** Border, padding and gap of a card, CSS pixels. */
const CARD_EDGE = 42;
/** `+12 alarms` beside the cards. */
const MORE_EMS = 5;
/** A turned screen has cards one below the other. */
const STACKED_ROWS = 2;
/** Font of the head of a card, as its style sheet has it where nobody said how far people stand. */
const headPx = ({ width, leastPx }: StripScreen) => leastPx ?? Math.min(26, Math.max(17, width * 0.0135));

/** The reason, or the number of what is wrong where the whole does not fit. */
export function tileWords(tile: Tile, ems: number): string {
  const reason = tile.reason || readingOfTile(tile);
  return emsOf(reason) <= ems ? reason : readingOfTile(tile);
}

/** Who has it, in as many words as fit: whose it was, and a family name, go first. */
export function ownerWords({ kind, text }: Owner, ems: number): string {
  if (emsOf(text) <= ems) return text;
  const short = text.replace(/ \(.*\)$/, '');
  if (kind === 'back') return 'OVER, unseen';
  if (kind === 'nobody' || emsOf(short) <= ems) return short;
  return short.replace(/^(\S+) .*has it$/, '$1 has it');
}

function isWhole({ cards, worst }: StripPlan, ems: number, screen: StripScreen): boolean {
  const isFar = screen.leastPx !== null;
  const edge = CARD_EDGE / headPx(screen);
  const areCardsWhole = cards.every(({ head, lines, isWide }) => {
    const own = isWide ? 2 * ems + edge : ems;
    // From afar the first line must do.
    const told = isFar ? lines.slice(0, 1) : lines;
    return emsOf(head) + SHAPE_EMS <= own && told.every((line) => emsOf(line) <= own);
  });
  const areTilesWhole = worst.tiles.every(
    (tile) => emsOf(tile.name) + SHAPE_EMS <= ems && emsOf(tileWords(tile, ems)) <= ems,
  );
  return areCardsWhole && areTilesWhole;
}

/** On a phone all of them, one below the other, as high as they need. */
function listRoom(strip: AlarmStrip | null, tiles: readonly Tile[], ems: number): StripRoom {
  const plan = stripPlan(strip, tiles, { cells: MOST_COLUMNS, columns: 1 });
  return { columns: 1, rows: MOST_COLUMNS, isStacked: false, plan, ems };
}

/** The most columns in which nothing is cut off; where nothing helps, the fewest. */
export function stripRoom(strip: AlarmStrip | null, tiles: readonly Tile[], screen: StripScreen): StripRoom {
  const px = headPx(screen);
  const isFar = screen.leastPx !== null;
  if (screen.width < LIST_WIDTH) return listRoom(strip, tiles, (screen.width - CARD_EDGE) / px);
  const width = screen.width - MORE_EMS * (isFar ? px : 16);
  const emsIn = (columns: number) => (width / columns - CARD_EDGE) / px;
  const fitting = Array.from({ length: MOST_COLUMNS }, (_, i) => MOST_COLUMNS - i).filter(
    (columns) => columns === 1 || emsIn(columns) >= emsOf(LEAST_WORDS) + LEAST_EDGE_EMS,
  );
  const most = fitting[0] ?? 1;
  const least = Math.min(2, most);
  const rows = most === 1 && isFar && screen.height > screen.width ? STACKED_ROWS : 1;
  const roomOf = (columns: number): StripRoom => {
    const plan = stripPlan(strip, tiles, { cells: columns * rows, columns, mayBeWide: !isFar });
    return { columns, rows, isStacked: rows > 1, plan, ems: emsIn(columns) };
  };
  for (const columns of fitting) {
    const room = roomOf(columns);
    if (columns <= least || isWhole(room.plan, room.ems, screen)) return room;
  }
  return roomOf(1);
}

/** Room of the text of a card. */
export function cardEms(isWide: boolean, { columns, ems }: StripRoom): number {
  return isWide && columns > 1 ? 2 * ems : ems;
}

/** A strip on a screen of which nothing is known: as many as ever, and all their words. */
export function openRoom(strip: AlarmStrip | null, tiles: readonly Tile[]): StripRoom {
  const plan = stripPlan(strip, tiles, { cells: MOST_COLUMNS });
  return { columns: MOST_COLUMNS, rows: 1, isStacked: false, plan, ems: Infinity };
}
