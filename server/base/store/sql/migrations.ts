import type { Migration } from './migrate.ts';

/** Every version of the store, oldest first; version n stands at place n - 1. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'checkpoints',
    sql: [
      `CREATE TABLE checkpoints (source_id TEXT PRIMARY KEY, taken_at_ms BIGINT NOT NULL, position TEXT NOT NULL)`,
    ],
  },
  {
    version: 2,
    name: 'windows',
    sql: [
      // Numbers of names, so that keys are short: of scopes, and of destinations, reasons and codes inside windows.
      'CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
      'CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
      ...['10s', '1m', '1h'].map(windowsTable),
      `CREATE TABLE coverage_runs (source TEXT NOT NULL, state TEXT NOT NULL, from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL, feeds TEXT NOT NULL, cluster TEXT NOT NULL,
        PRIMARY KEY (source, state, from_ms)) WITHOUT ROWID`,
      'CREATE INDEX coverage_runs_by_end ON coverage_runs (to_ms)',
      `CREATE TABLE ledger (host TEXT NOT NULL, queue_id TEXT NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (host, queue_id)) WITHOUT ROWID`,
      'CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
      `CREATE TABLE rollups_due (tier INTEGER NOT NULL, slot INTEGER NOT NULL, scope INTEGER NOT NULL,
        PRIMARY KEY (tier, slot, scope)) WITHOUT ROWID`,
      'CREATE TABLE history_numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID',
    ],
  },
  {
    version: 3,
    name: 'journal',
    sql: [
      // Tables and indexes of entries, journal_<n> and journal_index_<n>, are made and dropped as segments come and go.
      `CREATE TABLE journal_segments (n INTEGER PRIMARY KEY AUTOINCREMENT, day INTEGER NOT NULL, state TEXT NOT NULL,
        base INTEGER NOT NULL, first_place INTEGER NOT NULL, last_place INTEGER NOT NULL,
        first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, stray_seconds INTEGER NOT NULL,
        records INTEGER NOT NULL, bytes INTEGER NOT NULL, is_merged INTEGER NOT NULL)`,
      'CREATE TABLE journal_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)',
      `CREATE TABLE line_sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, max_span_ms INTEGER NOT NULL,
        blocks INTEGER NOT NULL, bytes INTEGER NOT NULL)`,
      `CREATE TABLE line_blocks (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, from_ms INTEGER NOT NULL,
        to_ms INTEGER NOT NULL, is_small INTEGER NOT NULL, raw_bytes INTEGER NOT NULL, bytes BLOB NOT NULL)`,
      'CREATE INDEX line_blocks_by_time ON line_blocks (source_id, to_ms, from_ms)',
      'CREATE INDEX line_blocks_by_end ON line_blocks (to_ms)',
      'CREATE INDEX line_blocks_small ON line_blocks (source_id, to_ms) WHERE is_small = 1',
    ],
  },
  {
    version: 4,
    name: 'wall pictures',
    // The short columns first: a sparkline reads many rows and needs no picture.
    sql: [
      `CREATE TABLE wall_pictures (at_ms INTEGER PRIMARY KEY, tenants_hash TEXT NOT NULL, depths BLOB NOT NULL,
        picture BLOB NOT NULL)`,
    ],
  },
  {
    version: 5,
    name: 'alarms',
    sql: [
      'CREATE TABLE alarm_points (key TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID',
      // Only ever added to, and shortened at its old end. Numbers are never given twice.
      `CREATE TABLE alarm_record (seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
        alarm_id TEXT NOT NULL, rule TEXT NOT NULL, rule_version INTEGER NOT NULL, scope_kind TEXT NOT NULL,
        scope_id TEXT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, priority TEXT NOT NULL,
        group_id TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, value REAL)`,
      'CREATE INDEX alarm_record_by_time ON alarm_record (at_ms)',
      'CREATE INDEX alarm_record_by_rule ON alarm_record (rule, seq)',
      'CREATE INDEX alarm_record_by_scope ON alarm_record (scope_kind, scope_id, seq)',
      'CREATE INDEX alarm_record_by_alarm ON alarm_record (alarm_id, seq)',
      `CREATE TRIGGER alarm_record_stays BEFORE UPDATE ON alarm_record
        BEGIN SELECT RAISE(ABORT, 'the record of alarms is only added to'); END`,
      // In the order in which they were put: a row that is put anew keeps its place.
      `CREATE TABLE alarm_outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        channel TEXT NOT NULL, created_at_ms INTEGER NOT NULL, text TEXT NOT NULL)`,
      'CREATE TABLE alarm_kept (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID',
    ],
  },
  {
    version: 6,
    name: 'digests',
    // Of blocks of windows, see digest.ts: tier, scope and block in one number, so that those of a scope lie together in time.
    sql: ['CREATE TABLE digests (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)'],
  },
  {
    version: 7,
    name: 'foresight',
    sql: [
      // Texts are packed where they are long.
      `CREATE TABLE foresight_rows (kind TEXT NOT NULL, scope TEXT NOT NULL, at_ms INTEGER NOT NULL, text BLOB NOT NULL,
        UNIQUE (kind, scope, at_ms))`,
      'CREATE INDEX foresight_rows_by_time ON foresight_rows (at_ms)',
      'CREATE INDEX foresight_rows_by_kind ON foresight_rows (kind, at_ms)',
      'CREATE TABLE foresight_kept (name TEXT PRIMARY KEY, text BLOB NOT NULL) WITHOUT ROWID',
    ],
  },
];

/** Ten slots of a scope lie together: one scope over time and all scopes at one time are both short ways. */
function windowsTable(tier: string): string {
  return `CREATE TABLE windows_${tier} (grp INTEGER NOT NULL, scope INTEGER NOT NULL, slot INTEGER NOT NULL,
    w_in BLOB, w_out BLOB, PRIMARY KEY (grp, scope, slot)) WITHOUT ROWID`;
}
