/** The columns of the desk: their words, and what each is sorted by. */
import type { NumberName } from '../live/freshness.ts';
import { numberRank, type DeskRow } from './desk-rows.ts';
import { URGENCY } from './worst.ts';

export const DESK_COLUMNS = [
  'state',
  'name',
  'cluster',
  'mailboxes',
  'queue',
  'lag',
  'spam',
  'access',
  'reason',
  'since',
  'age',
] as const;
export type DeskColumnId = (typeof DESK_COLUMNS)[number];

/** One column. */
export interface DeskColumn {
  readonly id: DeskColumnId;
  readonly word: string;
  /** In full, for who listens. */
  readonly label: string;
  /** What comes first on the first click: where trouble is looked for. */
  readonly isDescFirst: boolean;
  readonly isNumber: boolean;
  /** 0: there is a value. What has none comes after it, whichever way is sorted. */
  readonly rankOf: (row: DeskRow) => number;
  readonly valueOf: (row: DeskRow) => number | string;
}

const ofNumber = (id: DeskColumnId, name: NumberName, word: string, label: string): DeskColumn => ({
  id,
  word,
  label,
  // Access is in trouble where it is low.
  isDescFirst: name !== 'accessPercent',
  isNumber: true,
  rankOf: (row) => numberRank(row.numbers[name]),
  valueOf: (row) => row.numbers[name].n ?? 0,
});
const ofText = (id: DeskColumnId, word: string, valueOf: (row: DeskRow) => string): DeskColumn => ({
  id,
  word,
  label: word,
  isDescFirst: false,
  isNumber: false,
  rankOf: (row) => (valueOf(row) === '' ? 1 : 0),
  valueOf,
});
const ofKnown = (
  id: DeskColumnId,
  words: readonly [string, string],
  isDescFirst: boolean,
  read: (row: DeskRow) => number | null,
): DeskColumn => ({
  id,
  word: words[0],
  label: words[1],
  isDescFirst,
  isNumber: true,
  rankOf: (row) => (read(row) === null ? 1 : 0),
  valueOf: (row) => read(row) ?? 0,
});

export const COLUMNS: Readonly<Record<DeskColumnId, DeskColumn>> = {
  state: {
    id: 'state',
    word: 'State',
    label: 'State, the most urgent first',
    isDescFirst: false,
    isNumber: false,
    rankOf: () => 0,
    valueOf: (row) => URGENCY.indexOf(row.level),
  },
  name: ofText('name', 'Tenant', (row) => row.tile.name),
  cluster: ofText('cluster', 'Cluster', (row) => row.cluster),
  mailboxes: ofKnown('mailboxes', ['Mailboxes', 'Mailboxes'], true, (row) => row.mailboxes),
  queue: ofNumber('queue', 'queueDepth', 'Queue', 'Queue depth and trend'),
  lag: ofNumber('lag', 'lagP95Ms', 'Lag p95', 'Effective lag, 95th percentile'),
  spam: ofNumber('spam', 'spamPercent', 'Spam (n)', 'Spam rate and verdicts behind it'),
  access: ofNumber('access', 'accessPercent', 'Access', 'Access success rate'),
  reason: ofText('reason', 'Reason', (row) => row.tile.reason),
  // The latest change first: what is new since one looked away.
  since: ofKnown('since', ['Since', 'Since when it is so'], true, (row) => row.sinceMs),
  age: ofKnown('age', ['Data', 'Age of the data'], true, (row) => row.ageMs),
};

/** The order of the list. */
export interface DeskSort {
  readonly column: DeskColumnId;
  readonly isDesc: boolean;
}
export const DEFAULT_SORT: DeskSort = { column: 'state', isDesc: false };

/** What a click on a column's head asks for: its own way first, then the other. */
export function sortAfterClick(sort: DeskSort, column: DeskColumnId): DeskSort {
  if (sort.column === column) return { column, isDesc: !sort.isDesc };
  return { column, isDesc: COLUMNS[column].isDescFirst };
}

/** Names as people order them: `Tenant 2` before `Tenant 10`. Making a collator costs far more than using one. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export function compareValues(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}
