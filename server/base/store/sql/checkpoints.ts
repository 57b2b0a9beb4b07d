import { AppError } from '../../errors.ts';
import { type Checkpoint, type CheckpointStore, Position } from '../checkpoints.ts';
import type { Driver, Row } from './driver.ts';

const COLUMNS = 'source_id, taken_at_ms, position';
const WRITE = `INSERT INTO checkpoints (${COLUMNS}) VALUES (?, ?, ?)
  ON CONFLICT (source_id) DO UPDATE SET taken_at_ms = excluded.taken_at_ms, position = excluded.position`;

/** Positions in the database. On the driver of a transaction it commits them together with what was read up to them. */
export function createSqlCheckpoints(driver: Driver): CheckpointStore {
  return {
    read: async (sourceId) => {
      const [row] = await driver.all(`SELECT ${COLUMNS} FROM checkpoints WHERE source_id = ?`, [sourceId]);
      return row && toCheckpoint(row);
    },
    list: async () =>
      (await driver.all(`SELECT ${COLUMNS} FROM checkpoints ORDER BY source_id`)).map(toCheckpoint),
    write: (checkpoints) =>
      driver.transaction(async (tx) => {
        for (const { sourceId, takenAtMs, position } of checkpoints) {
          await tx.run(WRITE, [sourceId, takenAtMs, JSON.stringify(position)]);
        }
      }),
    remove: async (sourceId) => {
      await driver.run('DELETE FROM checkpoints WHERE source_id = ?', [sourceId]);
    },
  };
}

function toCheckpoint(row: Row): Checkpoint {
  const sourceId = String(row['source_id']);
  return {
    sourceId,
    takenAtMs: Number(row['taken_at_ms']),
    position: parsePosition(sourceId, String(row['position'])),
  };
}

function parsePosition(sourceId: string, text: string): Position {
  try {
    return Position.parse(JSON.parse(text));
  } catch (cause) {
    const reason = `the position of source ${sourceId} in the store is damaged; restore a backup, or remove it to start afresh`;
    throw new AppError('unavailable', reason, [], { cause });
  }
}
