/** All that the desk shows, as its address says it: `?sort=-queue&level=critical,high&cluster=A&group=cluster&row=t3&alarm=g1`. */
import { LEVELS } from '../../shared/protocol.ts';
import { DEFAULT_SORT, DESK_COLUMNS, type DeskSort } from './desk-columns.ts';
import { NO_DESK_FILTER, type DeskFilter } from './desk-rows.ts';
import type { RawQuery } from './page-query.ts';

export interface DeskQuery {
  readonly sort: DeskSort;
  readonly filter: DeskFilter;
  readonly isGrouped: boolean;
  /** Clusters whose rows are folded away. */
  readonly folded: readonly string[];
  /** The chosen tenant. */
  readonly row: string | null;
  /** The chosen alarm or group of alarms. */
  readonly alarm: string | null;
}
export const DEFAULT_DESK_QUERY: DeskQuery = {
  sort: DEFAULT_SORT,
  filter: NO_DESK_FILTER,
  isGrouped: false,
  folded: [],
  row: null,
  alarm: null,
};

/** Stands for "of no cluster", which has no name; no cluster can be called so. */
const NONE = '~';
const nameOf = (text: string) => (text === NONE ? '' : text);
const textOf = (cluster: string) => (cluster === '' ? NONE : cluster);

function valueIn(raw: RawQuery, name: string): string | null {
  const value = raw[name];
  return (Array.isArray(value) ? value[0] : value) || null;
}

function sortIn(text: string | null, faults: string[]): DeskSort {
  if (text === null) return DEFAULT_SORT;
  const isDesc = text.startsWith('-');
  const column = DESK_COLUMNS.find((known) => known === (isDesc ? text.slice(1) : text));
  if (column) return { column, isDesc };
  faults.push(`“sort” is none of ${DESK_COLUMNS.join(', ')}: ${text}`);
  return DEFAULT_SORT;
}

/** What an address asks for; what could not be understood is told, and the usual is shown there instead. */
export function parseDeskQuery(raw: RawQuery): {
  readonly query: DeskQuery;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const asked = (valueIn(raw, 'level') ?? '').split(',').filter(Boolean);
  const levels = LEVELS.filter((level) => asked.includes(level));
  if (levels.length < new Set(asked).size) faults.push(`“level” knows ${LEVELS.join(', ')} only`);
  const group = valueIn(raw, 'group');
  if (group !== null && group !== 'cluster') faults.push(`“group” is not cluster: ${group}`);
  const cluster = valueIn(raw, 'cluster');
  const query: DeskQuery = {
    sort: sortIn(valueIn(raw, 'sort'), faults),
    filter: { words: valueIn(raw, 'q') ?? '', levels, cluster: cluster === null ? null : nameOf(cluster) },
    isGrouped: group === 'cluster',
    folded: (valueIn(raw, 'fold') ?? '').split(',').filter(Boolean).map(nameOf),
    row: valueIn(raw, 'row'),
    alarm: valueIn(raw, 'alarm'),
  };
  return { query, faults };
}

/** The same in an address, as short as it can be said; `parseDeskQuery` takes it back unchanged. */
export function printDeskQuery({ sort, filter, ...rest }: DeskQuery): Record<string, string> {
  const isUsual = sort.column === DEFAULT_SORT.column && sort.isDesc === DEFAULT_SORT.isDesc;
  return {
    ...(!isUsual && { sort: `${sort.isDesc ? '-' : ''}${sort.column}` }),
    ...(filter.words !== '' && { q: filter.words }),
    ...(filter.levels.length > 0 && { level: filter.levels.join(',') }),
    ...(filter.cluster !== null && { cluster: textOf(filter.cluster) }),
    ...(rest.isGrouped && { group: 'cluster' }),
    ...(rest.folded.length > 0 && { fold: rest.folded.map(textOf).join(',') }),
    ...(rest.row !== null && { row: rest.row }),
    ...(rest.alarm !== null && { alarm: rest.alarm }),
  };
}
