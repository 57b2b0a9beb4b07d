import type { ForesightBatch, ForesightQuery, ForesightRow, ForesightStore } from '../foresight-store.ts';

/** Rows held; the oldest go first. */
const MAX_ROWS = 20_000;

/** For as long as the process lives: where the history cannot be used. */
export function createMemoryForesight(): ForesightStore {
  const rows = new Map<string, ForesightRow>();
  const kept: Record<string, string> = {};
  return {
    load: async () => ({ ...kept }),
    async write(batch: ForesightBatch) {
      for (const row of batch.rows) rows.set(`${row.kind} ${row.scope} ${row.atMs}`, row);
      for (const key of rows.keys()) {
        if (rows.size <= MAX_ROWS) break;
        rows.delete(key);
      }
      Object.assign(kept, batch.kept);
    },
    rows: async (query: ForesightQuery) =>
      [...rows.values()]
        .filter((row) => isOf(row, query))
        .sort((a, b) => a.atMs - b.atMs)
        .slice(-query.limit),
  };
}

function isOf(row: ForesightRow, { kind, scope, fromMs, toMs }: ForesightQuery): boolean {
  return (
    row.kind === kind && (scope === undefined || row.scope === scope) && row.atMs >= fromMs && row.atMs < toMs
  );
}
