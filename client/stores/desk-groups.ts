/** What is said of the tenants of a cluster together. Counts are added; shares and percentiles are not: the worst is named. */
import type { Level } from '../../shared/protocol.ts';
import type { NumberName } from '../live/freshness.ts';
import { countOf, NOTHING, quantityText } from '../format/number.ts';
import { numberRank, type DeskNumber, type DeskRow } from './desk-rows.ts';
import { readingText } from './reading.ts';
import { levelCounts } from './worst.ts';

/** A sum over those whose number is known; `known` of `of`. */
export interface DeskSum {
  readonly sum: number | null;
  readonly known: number;
  readonly of: number;
  /** Not all of it is in the sum, or its sources did not all report: the truth is this or more. */
  readonly isFloor: boolean;
}

/** The worst number of several; null: none is known. */
export interface DeskWorst {
  readonly row: DeskRow;
  readonly number: DeskNumber;
  readonly known: number;
  readonly of: number;
}

/** What stands in the head of a group. */
export interface GroupSummary {
  readonly cluster: string;
  /** Tenants; the mail of nobody is none. */
  readonly tenants: number;
  readonly hasNobodys: boolean;
  readonly levels: Readonly<Record<Level, number>>;
  readonly mailboxes: DeskSum;
  readonly queue: DeskSum;
  readonly lag: DeskWorst | null;
  readonly spam: DeskWorst | null;
  readonly access: DeskWorst | null;
}

/** A number that may be added up: known now, not lost. */
const isKnown = (number: DeskNumber) => numberRank(number) === 0;

function sumOf(values: readonly (number | null)[], isFloor: boolean): DeskSum {
  const known = values.filter((n) => n !== null);
  const sum = known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  return { sum, known: known.length, of: values.length, isFloor: isFloor || known.length < values.length };
}

function queueOf(rows: readonly DeskRow[]): DeskSum {
  const numbers = rows.map((row) => row.numbers.queueDepth);
  const isPartial = numbers.some((one) => isKnown(one) && one.reading.isPartial);
  return sumOf(
    numbers.map((one) => (isKnown(one) ? one.n : null)),
    isPartial,
  );
}

function worstBy(rows: readonly DeskRow[], name: NumberName, isLowWorst: boolean): DeskWorst | null {
  const known = rows.filter((row) => isKnown(row.numbers[name]));
  const sign = isLowWorst ? -1 : 1;
  const valueOf = (row: DeskRow) => sign * (row.numbers[name].n ?? 0);
  const [first, ...others] = known;
  if (!first) return null;
  const row = others.reduce((worst, one) => (valueOf(one) > valueOf(worst) ? one : worst), first);
  return { row, number: row.numbers[name], known: known.length, of: rows.length };
}

/** What is said of some rows of one cluster. */
export function summaryOf(cluster: string, rows: readonly DeskRow[]): GroupSummary {
  const tenants = rows.filter(({ tile }) => !tile.isUnattributed);
  return {
    cluster,
    tenants: tenants.length,
    hasNobodys: tenants.length < rows.length,
    levels: levelCounts(rows.map(({ tile }) => tile)),
    mailboxes: sumOf(
      tenants.map(({ mailboxes }) => mailboxes),
      false,
    ),
    queue: queueOf(rows),
    lag: worstBy(rows, 'lagP95Ms', false),
    spam: worstBy(rows, 'spamPercent', false),
    access: worstBy(rows, 'accessPercent', true),
  };
}

/** `cluster A`, or that there is none. */
export const clusterText = (cluster: string) => (cluster === '' ? 'no cluster' : `cluster ${cluster}`);

/** `12.4 k`, `≥ 12.4 k`; a dash where nothing is known. */
export function sumText({ sum, isFloor, of }: DeskSum): string {
  if (of === 0) return NOTHING;
  return sum === null ? '— no data' : `${isFloor ? '≥ ' : ''}${quantityText(countOf(sum))}`;
}

/** `9 tenants`, `9 tenants and unattributed mail`. */
export function sizeText({ tenants, hasNobodys }: Pick<GroupSummary, 'tenants' | 'hasNobodys'>): string {
  if (tenants === 0 && hasNobodys) return 'unattributed mail';
  return `${tenants} tenant${tenants === 1 ? '' : 's'}${hasNobodys ? ' and unattributed mail' : ''}`;
}

/** `sum of 7/9`: not all are known; else `sum`. */
export const sumWord = ({ known, of }: Pick<DeskSum, 'known' | 'of'>) =>
  known < of ? `sum of ${known}/${of}` : 'sum';

/** The worst number of a group; a dash where none is known. */
export const worstText = (worst: DeskWorst | null) =>
  worst ? readingText(worst.number.reading) : '— no data';
