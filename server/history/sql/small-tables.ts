import type { DatabaseSync } from 'node:sqlite';
import type { CoverageRun } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { Position } from '../../base/store/checkpoints.ts';
import type { Batch, Resumption } from '../store.ts';

/** Runs of coverage kept; the oldest go first. */
export const MAX_COVERAGE_RUNS = 200_000;

/** Writers of everything in a batch that is one row each; what is there of the same key is replaced. */
export function createSmallTables(db: DatabaseSync): (batch: Batch) => void {
  const upsert = (table: string, keys: string, values: readonly string[]) => {
    const columns = [...keys.split(', '), ...values];
    const set = values.map((name) => `${name} = excluded.${name}`).join(', ');
    return db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
      ON CONFLICT (${keys}) DO UPDATE SET ${set}`);
  };
  const run = upsert('coverage_runs', 'source, state, from_ms', ['to_ms', 'feeds', 'cluster']);
  const alive = upsert('ledger', 'host, queue_id', ['state']);
  const gone = db.prepare('DELETE FROM ledger WHERE host = ? AND queue_id = ?');
  const checkpoint = upsert('checkpoints', 'source_id', ['taken_at_ms', 'position']);
  const state = upsert('state', 'name', ['value']);
  return (batch) => {
    for (const { source, state: how, fromMs, toMs, feeds, cluster } of batch.coverage)
      run.run(source, how, fromMs, toMs, feeds.join(' '), cluster);
    for (const { host, queueId } of batch.ledger.gone) gone.run(host, queueId);
    for (const entry of batch.ledger.alive) alive.run(entry.host, entry.queueId, entry.state);
    for (const { sourceId, takenAtMs, position } of batch.checkpoints)
      checkpoint.run(sourceId, takenAtMs, JSON.stringify(position));
    for (const [name, value] of Object.entries(batch.state)) state.run(name, JSON.stringify(value));
  };
}

/** Everything a new process goes on from. */
export function readResumption(db: DatabaseSync, committedAtMs: number | null): Resumption {
  const checkpoints = db.prepare('SELECT * FROM checkpoints ORDER BY source_id').all();
  const ledger = db.prepare('SELECT * FROM ledger').all();
  const state = db.prepare('SELECT * FROM state').all();
  return {
    checkpoints: checkpoints.map((row) => ({
      sourceId: String(row['source_id']),
      takenAtMs: Number(row['taken_at_ms']),
      position: parse(`the position of source ${String(row['source_id'])}`, row['position']),
    })),
    ledger: ledger.map((row) => ({
      host: String(row['host']),
      queueId: String(row['queue_id']),
      state: String(row['state']),
    })),
    state: Object.fromEntries(
      state.map((row) => [String(row['name']), parse(`the state ${String(row['name'])}`, row['value'])]),
    ),
    committedAtMs,
  };
}

/** Runs that touch [fromMs, toMs), by source and time. */
export function readCoverage(db: DatabaseSync): (fromMs: number, toMs: number) => readonly CoverageRun[] {
  const touching = db.prepare(`SELECT source, state, from_ms, to_ms, feeds, cluster FROM coverage_runs
    WHERE to_ms > ? AND from_ms < ? ORDER BY source, from_ms, to_ms`);
  return (fromMs, toMs) =>
    touching.all(fromMs, toMs).map((row) => ({
      source: String(row['source']),
      state: String(row['state']) as CoverageRun['state'],
      fromMs: Number(row['from_ms']),
      toMs: Number(row['to_ms']),
      feeds: String(row['feeds']).split(' ') as unknown as CoverageRun['feeds'],
      cluster: String(row['cluster']),
    }));
}

function parse(what: string, text: unknown): Position {
  try {
    return Position.parse(JSON.parse(String(text)));
  } catch (cause) {
    const reason = `${what} in the store is damaged; restore a backup, or move the file away to start afresh`;
    throw new AppError('unavailable', reason, [], { cause });
  }
}
