/** Rows of the wall as columns, and what changed of them as cells: both ways, for server and screens. */
import {
  type Cells,
  LEVELS,
  SIGNALS,
  type WallCells,
  type WallColumn,
  type WallColumns,
  type WallRow,
} from './protocol.ts';
import { shownCount, shownDuration, shownPercent } from './shown.ts';

const TREND = { up: 1, flat: 0, down: -1 } as const;
const TRENDS = { '-1': 'down', '0': 'flat', '1': 'up' } as const;

function trendOf(n: number | null | undefined): WallRow['trend'] {
  return n === 1 || n === 0 || n === -1 ? TRENDS[`${n}`] : null;
}

const orNull = (round: (n: number) => number, n: number | null) => (n === null ? null : round(n));

type Value<C extends WallColumn> = WallColumns[C][number];
type Reads = { readonly [C in WallColumn]: (row: WallRow) => Value<C> };
/** What a column makes of a row: as it is shown. Queue depths are added up on screens, so they stay as they are. */
const READ: Reads = {
  level: (row) => LEVELS.indexOf(row.level),
  signal: (row) => SIGNALS.indexOf(row.signal),
  sinceMs: (row) => row.sinceMs,
  reason: (row) => row.reason,
  queueDepth: (row) => row.queueDepth,
  spamPercent: (row) => orNull(shownPercent, row.spamPercent),
  spamN: (row) => shownCount(row.spamN),
  lagP95Ms: (row) => orNull(shownDuration, row.lagP95Ms),
  isLagFloor: (row) => (row.isLagFloor ? 1 : 0),
  accessPercent: (row) => orNull(shownPercent, row.accessPercent),
  trend: (row) => (row.trend === null ? null : TREND[row.trend]),
};
type Writes = { readonly [C in WallColumn]: (value: Value<C> | undefined) => WallRow[C] };
/** What a row makes of the value of a column. Of what is not known nothing is claimed. */
const WRITE: Writes = {
  level: (value = -1) => LEVELS[value] ?? 'no-data',
  signal: (value = -1) => SIGNALS[value] ?? 'data',
  sinceMs: (value = 0) => value,
  reason: (value = '') => value,
  queueDepth: (value = null) => value,
  spamPercent: (value = null) => value,
  spamN: (value = 0) => value,
  lagP95Ms: (value = null) => value,
  isLagFloor: (value) => value === 1,
  accessPercent: (value = null) => value,
  trend: trendOf,
};
const COLUMNS = Object.keys(READ) as readonly WallColumn[];

/** All rows, as they are shown. */
export function columnsOf(rows: readonly WallRow[]): WallColumns {
  return Object.fromEntries(
    COLUMNS.map((column) => [column, rows.map((row) => READ[column](row))]),
  ) as unknown as WallColumns;
}

/** `count` rows out of columns. */
export function rowsOf(columns: WallColumns, count: number): readonly WallRow[] {
  return Array.from({ length: count }, (_, at) => ({
    level: WRITE.level(columns.level[at]),
    signal: WRITE.signal(columns.signal[at]),
    sinceMs: WRITE.sinceMs(columns.sinceMs[at]),
    reason: WRITE.reason(columns.reason[at]),
    queueDepth: WRITE.queueDepth(columns.queueDepth[at]),
    spamPercent: WRITE.spamPercent(columns.spamPercent[at]),
    spamN: WRITE.spamN(columns.spamN[at]),
    lagP95Ms: WRITE.lagP95Ms(columns.lagP95Ms[at]),
    isLagFloor: WRITE.isLagFloor(columns.isLagFloor[at]),
    accessPercent: WRITE.accessPercent(columns.accessPercent[at]),
    trend: WRITE.trend(columns.trend[at]),
  }));
}

/** Cells of one column while they are found. */
interface Found {
  readonly steps: number[];
  readonly values: (number | string | null)[];
  last: number;
}

/**
 * Cells that show something else now than before; null when none does. Rows that are the same object are the same. A place
 * that had no row before has all its cells in it.
 */
export function cellsBetween(before: readonly WallRow[], now: readonly WallRow[]): WallCells | null {
  const found = new Map<WallColumn, Found>();
  now.forEach((row, place) => {
    const old = before[place];
    if (old === row) return;
    for (const column of COLUMNS) {
      if (old && old[column] === row[column]) continue;
      const value = READ[column](row);
      if (old && READ[column](old) === value) continue;
      const cells = found.get(column) ?? { steps: [], values: [], last: 0 };
      cells.steps.push(place - cells.last);
      cells.values.push(value);
      cells.last = place;
      found.set(column, cells);
    }
  });
  if (found.size === 0) return null;
  return Object.fromEntries([...found].map(([column, { steps, values }]) => [column, [steps, values]]));
}

/** A row while cells are put into it. */
type Draft = { -readonly [K in keyof WallRow]: WallRow[K] };

/** Puts changed cells in their places; rows without any stay the same objects. Null when a place does not exist: not our list. */
export function applyCells(rows: readonly WallRow[], cells: WallCells | null): readonly WallRow[] | null {
  if (!cells) return rows;
  const merged: WallRow[] = [...rows];
  for (const column of COLUMNS) {
    const changed = cells[column];
    if (changed && !applyColumn(rows, merged, column, changed)) return null;
  }
  return merged;
}

function applyColumn<C extends WallColumn>(
  rows: readonly WallRow[],
  merged: WallRow[],
  column: C,
  [steps, values]: Cells<Value<WallColumn>>,
): boolean {
  const write = WRITE[column] as (value: Value<WallColumn> | undefined) => WallRow[C];
  let place = 0;
  for (let at = 0; at < steps.length; at += 1) {
    place += steps[at] ?? NaN;
    const row = merged[place];
    if (!row) return false;
    // One copy for each row, however many of its cells have changed.
    const draft: Draft = row === rows[place] ? { ...row } : row;
    draft[column] = write(values[at]);
    merged[place] = draft;
  }
  return true;
}
