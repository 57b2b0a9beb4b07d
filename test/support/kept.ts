import { decodeWindow } from '../../server/history/codec.ts';
import { openHistoryReader } from '../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../server/history/sql/reader.ts';
import type { Batch, LedgerEntry, NewRecord, Resumption } from '../../server/history/store.ts';
import { COUNTERS, merge, Window } from '../../shared/window.ts';

/** What a store would hold after these batches. */
export class Kept {
  readonly windows = new Map<string, Window>();
  readonly ledger = new Map<string, LedgerEntry>();
  readonly records: NewRecord[] = [];
  lines = 0;
  state: Resumption['state'] = {};

  commit(batch: Batch): void {
    for (const { scope, direction, slotMs, bytes } of batch.windows) {
      const key = `${scope} ${direction} ${slotMs}`;
      this.windows.set(key, merge(this.windows.get(key) ?? new Window(), decodeWindow(bytes)));
    }
    for (const { host, queueId } of batch.ledger.gone) this.ledger.delete(`${host} ${queueId}`);
    for (const entry of batch.ledger.alive) this.ledger.set(`${entry.host} ${entry.queueId}`, entry);
    this.records.push(...batch.records);
    for (const { bytes } of batch.lines) this.lines += Buffer.from(bytes).toString().split('\n').length - 1;
    this.state = batch.state;
  }
}

/** What was counted, in a form that compares: by scope, direction and slot, without gauges, which depend on when one looked. */
export function countsOf(windows: ReadonlyMap<string, Window>) {
  return [...windows]
    .map(([key, { counts, lag, effectiveLag, destinations, causes }]) => ({
      key,
      counts: COUNTERS.map((name) => counts[name]),
      lag: lag.encode(),
      effectiveLag: effectiveLag.encode(),
      destinations: [...(destinations ?? [])].sort(),
      causes: [...(causes ?? [])].sort(),
    }))
    .filter(({ counts }) => counts.some((n) => n > 0))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The finest windows of a store on disk, and the number of its journal entries. */
export function readStore(path: string): { windows: Map<string, Window>; records: number } {
  const db = openHistoryReader(path);
  try {
    const windows = new Map<string, Window>();
    const everything = { lag: true, gauges: true, tables: true };
    for (const { scope, slotMs, parts } of createSqlWindowReader(db).instant(10, 0, 4e12, everything)) {
      parts.forEach((window, direction) => window && windows.set(`${scope} ${direction} ${slotMs}`, window));
    }
    const tables = db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'journal_[0-9]*'")
      .all();
    const count = (name: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.['n']);
    return { windows, records: tables.reduce((sum, { name }) => sum + count(String(name)), 0) };
  } finally {
    db.close();
  }
}
