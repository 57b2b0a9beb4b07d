import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openHistoryDatabase, openHistoryReader } from '../../../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../../../server/history/sql/reader.ts';
import { createSqlHistoryWriter, createSyncWriter } from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION } from '../../../../server/history/store.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { describeStore, T } from '../store-contract.ts';

describeStore({
  name: 'SQLite in a file',
  isLasting: true,
  create() {
    const dir = createTempDir('store');
    const path = join(dir.path, 'store.db');
    return {
      async open(retention = DEFAULT_RETENTION) {
        // Steps as short as can be: everything must hold between any two of them.
        const writer = await createSqlHistoryWriter({ path, retention, nowMs: T, stepMs: 0 });
        const file = openHistoryReader(path);
        return {
          writer,
          reader: createSqlWindowReader(file),
          async close() {
            if (file.isOpen) file.close();
            await writer.close();
          },
        };
      },
      remove: () => dir.remove(),
    };
  },
});

describeStore({
  name: 'SQLite in memory',
  isLasting: false,
  create() {
    let db: DatabaseSync | undefined;
    return {
      async open(retention = DEFAULT_RETENTION) {
        db?.close();
        db = await openHistoryDatabase(':memory:', T);
        const writer = createSyncWriter({ db, retention });
        const calls = {
          resume: async () => writer.resume(),
          coverage: async (fromMs: number, toMs: number) => writer.coverage(fromMs, toMs),
          write: async (...[batch]: Parameters<typeof writer.write>) => writer.write(batch),
          care: async (nowMs: number) => writer.care(nowMs),
          rollUp: async (nowMs: number) => writer.rollUp(nowMs),
          report: async () => writer.report(),
          close: async () => undefined,
        };
        return { writer: calls, reader: createSqlWindowReader(db), close: async () => undefined };
      },
      remove: () => db?.close(),
    };
  },
});
