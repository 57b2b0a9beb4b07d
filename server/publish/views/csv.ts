import type { SeriesAnswer, TablesAnswer } from '../../../shared/history.ts';
import { type CsvCell, toCsv } from '../../base/csv.ts';

/** One line per step: its time, its coverage, each metric, and each of what it is compared with. */
export function seriesCsv(answer: SeriesAnswer): string {
  const { fromMs, stepMs, metrics, coverage, compare = [] } = answer;
  const columns: [string, readonly (number | null)[]][] = [
    ['coverage', coverage],
    ...Object.entries(metrics),
    ...compare.flatMap(({ kind, metrics: others }) =>
      Object.entries(others).map(([name, values]): [string, typeof values] => [`${kind}.${name}`, values]),
    ),
  ];
  const rows = coverage.map((_, i): CsvCell[] => [
    time(fromMs + i * stepMs),
    ...columns.map(([, values]) => values[i]),
  ]);
  return toCsv(['time', ...columns.map(([name]) => name)], rows);
}

export const TABLES = ['destinations', 'providers', 'causes', 'bounces'] as const;

const COLUMNS = {
  destinations: ['destination', 'delivered', 'deferred', 'bounced'],
  providers: ['destination', 'delivered', 'deferred', 'bounced', 'destinations'],
  causes: ['destination', 'reason', 'count'],
  bounces: ['dsn', 'label', 'count'],
} as const;

/** One of the tables, its columns named as in JSON. */
export function tablesCsv(answer: TablesAnswer, table: (typeof TABLES)[number]): string {
  const header = COLUMNS[table];
  const rows: readonly object[] = answer[table];
  const cells = (row: object) => new Map<string, CsvCell>(Object.entries(row));
  return toCsv(
    header,
    rows.map(cells).map((row) => header.map((name) => row.get(name))),
  );
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}
