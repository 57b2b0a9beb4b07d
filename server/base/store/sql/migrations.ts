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
];
