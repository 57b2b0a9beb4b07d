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
import { compareValues, COLUMNS, DESK_COLUMNS, type DeskColumn } from '../stores/desk-columns.ts';
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
type Column = ColumnDef<typeof features, DeskRow>;

type Value = number | string;

/** Sorted before the column itself, always upwards: what has no value comes last whichever way is sorted. */
const rankId = (id: string) => `${id}-rank`;

/** A group without a name, of those of no cluster, comes last; a group has no rank. */
function compareWith(a: Value, b: Value): number {
  return Number(a === '') - Number(b === '') || compareValues(a, b);
}

function columnsOf({ id, valueOf, rankOf }: DeskColumn): readonly Column[] {
  const sortFn: Column['sortFn'] = (a, b, columnId) =>
    compareWith(a.getValue<Value>(columnId), b.getValue<Value>(columnId));
  return [
    { id, accessorFn: valueOf, sortFn, enableGrouping: id === 'cluster' },
    { id: rankId(id), accessorFn: rankOf, sortFn, enableGrouping: false },
  ];
}
const columns = DESK_COLUMNS.flatMap((id) => columnsOf(COLUMNS[id]));

function stateOf({ sort, isGrouped, folded }: DeskQuery, clusters: readonly string[]) {
  const byColumn = [
    { id: rankId(sort.column), desc: false },
    { id: sort.column, desc: sort.isDesc },
  ];
  // Groups keep their places by name; what is sorted is within them.
  const isByCluster = isGrouped && sort.column !== 'cluster';
  const byCluster = [rankId('cluster'), 'cluster'].map((id) => ({ id, desc: false }));
  const open = clusters.filter((cluster) => !folded.includes(cluster));
  return {
    sorting: isByCluster ? [...byCluster, ...byColumn] : byColumn,
    grouping: isGrouped ? ['cluster'] : [],
    expanded: Object.fromEntries(open.map((cluster) => [`cluster:${cluster}`, true])),
  };
}

/** The lines of the table: sorted, stable where equal, and by cluster when asked. */
export function useDeskTable(
  rows: Readonly<Ref<readonly DeskRow[]>>,
  query: Readonly<Ref<DeskQuery>>,
): ComputedRef<readonly DeskLine[]> {
  const state = computed(() => stateOf(query.value, clustersOf(rows.value)));
  const table = useTable({
    features,
    columns,
    data: rows,
    state,
    getRowId: (row: DeskRow) => row.id,
    autoResetExpanded: false,
  });
  return computed(() =>
    table.getRowModel().rows.map((line): DeskLine => {
      const { id, original } = line;
      if (!line.getIsGrouped()) return { kind: 'row', id, row: original };
      const leaves = line.subRows.map((leaf) => leaf.original);
      return {
        kind: 'group',
        id,
        summary: summaryOf(original.cluster, leaves),
        isOpen: line.getIsExpanded(),
      };
    }),
  );
}
