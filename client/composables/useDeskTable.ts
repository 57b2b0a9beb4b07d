import {
  columnGroupingFeature,
  createExpandedRowModel,
  createGroupedRowModel,
  createSortedRowModel,
  rowExpandingFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/vue-table';
import { computed, type ComputedRef, type Ref } from 'vue';
import { compareValues, COLUMNS } from '../stores/desk-columns.ts';
import { summaryOf, type GroupSummary } from '../stores/desk-groups.ts';
import type { DeskQuery } from '../stores/desk-query.ts';
import { clustersOf, type DeskRow } from '../stores/desk-rows.ts';

/** One line of the table. */
export type DeskLine =
  | { readonly kind: 'row'; readonly id: string; readonly row: DeskRow }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly summary: GroupSummary;
      readonly isOpen: boolean;
    };

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnGroupingFeature,
  groupedRowModel: createGroupedRowModel(),
  rowExpandingFeature,
  expandedRowModel: createExpandedRowModel(),
});

/**
 * What the table library keeps of a tenant: only what stays. Rows change every second, and with them it would build all of
 * its own anew; it is told to sort again instead, and asks for the row of now.
 */
interface Kept {
  readonly id: string;
  readonly cluster: string;
}
type Column = ColumnDef<typeof features, Kept>;

/** A row with what the sorted column makes of it. */
interface Keyed {
  readonly row: DeskRow;
  readonly rank: number;
  readonly value: number | string;
}

/** The same list of tenants stays the same list. */
function keptOf(rows: readonly DeskRow[], known: readonly Kept[] | undefined): readonly Kept[] {
  const isKnown =
    known?.length === rows.length &&
    rows.every(({ id, cluster }, at) => known[at]?.id === id && known[at]?.cluster === cluster);
  return isKnown ? known : rows.map(({ id, cluster }) => ({ id, cluster }));
}

/** What has no value comes last whichever way is sorted. */
function compareKeyed(a: Keyed | undefined, b: Keyed | undefined, isDesc: boolean): number {
  if (!a || !b) return 0;
  const byRank = a.rank - b.rank;
  // The library turns the result round.
  if (byRank !== 0) return isDesc ? -byRank : byRank;
  return compareValues(a.value, b.value);
}

/** A group without a name, of those of no cluster, comes last whichever way is sorted. */
function compareClusters(a: string, b: string, isDesc: boolean): number {
  const byName = Number(a === '') - Number(b === '');
  if (byName !== 0) return isDesc ? -byName : byName;
  return compareValues(a, b);
}

const CLUSTER = 'cluster';
const SORTED = 'sorted';

/** The lines of the table: sorted, stable where equal, and by cluster when asked. */
export function useDeskTable(
  rows: Readonly<Ref<readonly DeskRow[]>>,
  query: Readonly<Ref<DeskQuery>>,
): ComputedRef<readonly DeskLine[]> {
  const keyed = computed<ReadonlyMap<string, Keyed>>(() => {
    const { rankOf, valueOf } = COLUMNS[query.value.sort.column];
    return new Map(rows.value.map((row) => [row.id, { row, rank: rankOf(row), value: valueOf(row) }]));
  });
  const kept = computed<readonly Kept[]>((known) => keptOf(rows.value, known));
  const isByClusterDesc = () => query.value.sort.column === CLUSTER && query.value.sort.isDesc;
  const columns: Column[] = [
    {
      id: CLUSTER,
      accessorFn: ({ cluster }) => cluster,
      sortFn: (a, b) => compareClusters(a.original.cluster, b.original.cluster, isByClusterDesc()),
    },
    {
      id: SORTED,
      accessorFn: () => 0,
      enableGrouping: false,
      sortFn: (a, b) =>
        compareKeyed(keyed.value.get(a.original.id), keyed.value.get(b.original.id), query.value.sort.isDesc),
    },
  ];
  const grouping = computed(() => (query.value.isGrouped ? [CLUSTER] : []));
  const expanded = computed(() => {
    const { folded } = query.value;
    const open = clustersOf(kept.value).filter((cluster) => !folded.includes(cluster));
    return Object.fromEntries(open.map((cluster) => [`${CLUSTER}:${cluster}`, true]));
  });
  const sorting = computed(() => {
    // Another list each time there are other values: then it is sorted again.
    void keyed.value;
    const { sort, isGrouped } = query.value;
    // Groups keep their places by name; what is sorted is within them.
    const groups = isGrouped ? [{ id: CLUSTER, desc: isByClusterDesc() }] : [];
    return [...groups, { id: SORTED, desc: sort.isDesc }];
  });
  const state = computed(() => ({
    sorting: sorting.value,
    grouping: grouping.value,
    expanded: expanded.value,
  }));
  const table = useTable({
    features,
    columns,
    data: kept,
    state,
    getRowId: (row: Kept) => row.id,
    autoResetExpanded: false,
  });
  return computed(() => linesOf(table.getRowModel().rows, (id) => keyed.value.get(id)?.row));
}

/** What the table library gives of one line, as far as it is used. */
interface ModelRow {
  readonly id: string;
  readonly original: Kept;
  readonly subRows: readonly ModelRow[];
  getIsGrouped(): boolean;
  getIsExpanded(): boolean;
}

function linesOf(
  model: readonly ModelRow[],
  rowOf: (id: string) => DeskRow | undefined,
): readonly DeskLine[] {
  return model.flatMap((line): DeskLine | readonly DeskLine[] => {
    const { id, original } = line;
    if (!line.getIsGrouped()) {
      const row = rowOf(id);
      return row ? { kind: 'row', id, row } : [];
    }
    const leaves = line.subRows.flatMap((leaf) => rowOf(leaf.original.id) ?? []);
    return { kind: 'group', id, summary: summaryOf(original.cluster, leaves), isOpen: line.getIsExpanded() };
  });
}
