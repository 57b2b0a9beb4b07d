/** The cells of a row of the desk as texts: a row whose texts are the same is the same, and is not drawn again. All pure. */
import { countOf, NOTHING, quantityText } from '../format/number.ts';
import { sinceText } from '../format/time.ts';
import type { NumberName } from '../live/freshness.ts';
import type { Level } from '../../shared/protocol.ts';
import { ageWord, sinceWord, stateWord, TREND_MARKS } from './desk-text.ts';
import type { DeskRow } from './desk-rows.ts';
import type { ReadingState } from './reading.ts';

/** One number as it is written. */
export interface DeskNumberCell {
  readonly column: string;
  readonly name: NumberName;
  readonly state: ReadingState;
  /** With the mark of a floor before it; a dash where there is none. */
  readonly number: string;
  readonly unit: string;
  /** Why there is no number; of a lost one its age, for those who listen. */
  readonly note: string;
  readonly hasNumber: boolean;
  readonly isPartial: boolean;
  /** What stands behind it: which way it goes, the verdicts behind a share. */
  readonly mark: string;
  /** The mark for those who listen. */
  readonly markWord: string;
}

/** All texts of a row. */
export interface DeskCells {
  readonly id: string;
  readonly level: Level;
  readonly state: string;
  readonly name: string;
  readonly cluster: string;
  readonly mailboxes: string;
  readonly queue: DeskNumberCell;
  readonly lag: DeskNumberCell;
  readonly spam: DeskNumberCell;
  readonly access: DeskNumberCell;
  readonly reason: string;
  readonly since: string;
  readonly age: string;
  readonly ageState: string;
}

function numberCell(row: DeskRow, column: string, name: NumberName): DeskNumberCell {
  const { reading } = row.numbers[name];
  const { quantity, prefix, note, state } = reading;
  const base = { column, name, state, mark: '', markWord: '' };
  if (!quantity) return { ...base, number: NOTHING, unit: '', note, hasNumber: false, isPartial: false };
  return {
    ...base,
    number: prefix ? `${prefix}\u2009${quantity.value}` : quantity.value,
    unit: quantity.unit ? `\u2009${quantity.unit}` : '',
    note: state === 'lost' ? note : '',
    hasNumber: true,
    isPartial: reading.isPartial,
  };
}

function queueCell(row: DeskRow): DeskNumberCell {
  const { trend } = row.tile;
  const cell = numberCell(row, 'queue', 'queueDepth');
  if (row.numbers.queueDepth.n === null || trend === null) return cell;
  return { ...cell, mark: TREND_MARKS[trend].mark, markWord: TREND_MARKS[trend].word };
}

function spamCell(row: DeskRow): DeskNumberCell {
  const cell = numberCell(row, 'spam', 'spamPercent');
  return cell.hasNumber ? { ...cell, mark: `n ${quantityText(countOf(row.spamN))}` } : cell;
}

/** What one row says. */
export function deskCells(row: DeskRow, nowMs: number): DeskCells {
  const { tile, mailboxes, sinceMs } = row;
  return {
    id: row.id,
    level: row.level,
    state: stateWord(tile),
    name: tile.name,
    cluster: row.cluster || NOTHING,
    mailboxes: mailboxes === null ? NOTHING : quantityText(countOf(mailboxes)),
    queue: queueCell(row),
    lag: numberCell(row, 'lag', 'lagP95Ms'),
    spam: spamCell(row),
    access: numberCell(row, 'access', 'accessPercent'),
    reason: tile.reason,
    since: sinceMs === null ? NOTHING : sinceWord(sinceText(sinceMs, nowMs)),
    age: ageWord(tile),
    ageState: tile.ageState,
  };
}

function isSame<T extends object>(a: T, b: T): boolean {
  return (Object.keys(b) as (keyof T)[]).every((key) => a[key] === b[key]);
}

/** The cells as they were wherever they say the same, so that only what changed is drawn. */
export function keepCells(known: DeskCells | undefined, now: DeskCells): DeskCells {
  if (!known) return now;
  const keep = (a: DeskNumberCell, b: DeskNumberCell) => (isSame(a, b) ? a : b);
  const merged: DeskCells = {
    ...now,
    queue: keep(known.queue, now.queue),
    lag: keep(known.lag, now.lag),
    spam: keep(known.spam, now.spam),
    access: keep(known.access, now.access),
  };
  return isSame(known, merged) ? known : merged;
}
