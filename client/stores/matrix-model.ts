/** The waiting matrix as it is shown. All pure. */
import { AGE_MINUTES, type WaitingMatrix } from '../../shared/history.ts';
import { messagesLink } from '../links.ts';

/** Shades of a cell; the number stands in it as well. */
export const SHADES = 5;

/** Shade of a count among others, by the share of its logarithm: one of ten thousand must still be seen. */
export function shadeOf(count: number, largest: number): number {
  if (count <= 0 || largest <= 0) return 0;
  if (largest === 1) return SHADES;
  return Math.max(1, Math.min(SHADES, Math.ceil((SHADES * Math.log1p(count)) / Math.log1p(largest))));
}

/** Heads of the columns, in minutes as `qshape` has them. */
export const AGE_HEADS: readonly { readonly head: string; readonly speech: string }[] = [
  ...AGE_MINUTES.map((minutes, i) => ({
    head: `< ${minutes} min`,
    speech: `${AGE_MINUTES[i - 1] ?? 0} to ${minutes} minutes`,
  })),
  { head: `≥ ${AGE_MINUTES.at(-1)} min`, speech: `${AGE_MINUTES.at(-1)} minutes or longer` },
];

export interface MatrixCell {
  readonly count: number;
  readonly shade: number;
  /** Absent: nothing to list. */
  readonly href?: string;
}
export interface MatrixRow {
  readonly destination: string;
  readonly total: number;
  readonly cells: readonly MatrixCell[];
  readonly href?: string;
}

/** Postfix gives a message up after five days unless told otherwise. */
const LONGEST_MS = 5 * 86_400_000;

/** Rows that stand for no one domain. */
const isDomain = (destination: string) => destination !== 'other' && !destination.startsWith('(');

/** Attempts to a destination that may be behind a cell: since mail of that age came in. */
function cellHref(matrix: WaitingMatrix, tenant: string, destination: string, column: number): string {
  const minutes = AGE_MINUTES[column];
  const longestMs = minutes === undefined ? LONGEST_MS : minutes * 60_000;
  const fromMs = matrix.atMs - longestMs;
  return messagesLink({
    tenant,
    fromMs,
    toMs: matrix.atMs,
    status: ['deferred'],
    ...(isDomain(destination) && { toDomain: destination }),
  });
}

/** Rows with their shades and with links to the messages behind. */
export function matrixRows(matrix: WaitingMatrix, tenant: string): readonly MatrixRow[] {
  const largest = Math.max(0, ...matrix.rows.flatMap(({ ages }) => ages));
  return matrix.rows.map(({ destination, total, ages }) => ({
    destination,
    total,
    ...(total > 0 && { href: cellHref(matrix, tenant, destination, AGE_MINUTES.length) }),
    cells: ages.map((count, column) => ({
      count,
      shade: shadeOf(count, largest),
      ...(count > 0 && { href: cellHref(matrix, tenant, destination, column) }),
    })),
  }));
}
