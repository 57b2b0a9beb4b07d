import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LineBlock, Retention } from '../store.ts';

const DAY_MS = 86_400_000;
/** Neighbours are joined up to that size and span: larger ones compress better, smaller ones are faster to look into. */
const JOINED_BYTES = 1024 * 1024;
const JOINED_SPAN_MS = 600_000;
const MOST_JOINED = 1_000;
const DELETED_A_STEP = 200;
/** No block is opened that would be larger; writers stay far below. */
export const MAX_BLOCK_BYTES = 64 * 1024 * 1024;
/** While batches wait for it; a fifth larger in a fifth of the time. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const TIGHT = { params: { [constants.ZSTD_c_compressionLevel]: 6 } };

export interface LineWriter {
  write(blocks: readonly LineBlock[]): void;
}

interface NewBlock {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: Uint8Array;
}

const ADD_SOURCE = `INSERT INTO line_sources (name, max_span_ms, blocks, bytes) VALUES (?, 0, 0, 0)
  ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`;
const ADD_BLOCK = `INSERT INTO line_blocks (source_id, from_ms, to_ms, is_small, raw_bytes, bytes) VALUES (?, ?, ?, ?, ?, ?)`;
const COUNT = `UPDATE line_sources SET blocks = blocks + ?, bytes = bytes + ?, max_span_ms = max(max_span_ms, ?) WHERE id = ?`;

/** Compresses and writes blocks of lines. */
export function createLineWriter(db: DatabaseSync): LineWriter {
  let statements: { readonly source: StatementSync } | undefined;
  return {
    write: (blocks) => {
      statements ??= { source: db.prepare(ADD_SOURCE) };
      for (const block of blocks) {
        if (block.bytes.length === 0) continue;
        const sourceId = Number(statements.source.get(block.source)?.['id']);
        addBlock(db, sourceId, block, block.bytes.length < JOINED_BYTES / 2);
      }
    },
  };
}

function addBlock(db: DatabaseSync, sourceId: number, block: NewBlock, isSmall: boolean): void {
  addCompressed(db, sourceId, block, { bytes: zstdCompressSync(block.bytes, FAST), isSmall });
}

interface Compressed {
  readonly bytes: Uint8Array;
  readonly isSmall: boolean;
}

function addCompressed(
  db: DatabaseSync,
  sourceId: number,
  block: NewBlock,
  { bytes, isSmall }: Compressed,
): void {
  const { fromMs, toMs } = block;
  db.prepare(ADD_BLOCK).run(sourceId, fromMs, toMs, isSmall ? 1 : 0, block.bytes.length, bytes);
  db.prepare(COUNT).run(1, bytes.length, toMs - fromMs, sourceId);
}

/** The lines of a stored block. */
export function openBlock(bytes: Uint8Array): Buffer {
  return zstdDecompressSync(bytes, { maxOutputLength: MAX_BLOCK_BYTES });
}

/** One step for the lines: delete some that are too old or too many, or join small neighbours. */
export function careForLines(db: DatabaseSync, nowMs: number, retention: Retention): boolean {
  const oldestMs = nowMs - retention.linesDays * DAY_MS;
  if (deleteWhere(db, 'to_ms < ?', oldestMs) > 0) return true;
  const total = Number(db.prepare('SELECT sum(bytes) AS bytes FROM line_sources').get()?.['bytes'] ?? 0);
  if (total > retention.linesBytes) return deleteOldest(db, total - retention.linesBytes) > 0;
  return joinSome(db, nowMs);
}

interface Small {
  readonly id: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rawBytes: number;
}

function deleteOldest(db: DatabaseSync, excessBytes: number): number {
  const rows = db
    .prepare(`SELECT to_ms, length(bytes) AS size FROM line_blocks ORDER BY to_ms LIMIT ${DELETED_A_STEP}`)
    .all();
  let freed = 0;
  for (const row of rows) {
    freed += Number(row['size']);
    if (freed >= excessBytes) return deleteWhere(db, 'to_ms <= ?', Number(row['to_ms']));
  }
  const last = rows.at(-1);
  return last ? deleteWhere(db, 'to_ms <= ?', Number(last['to_ms'])) : 0;
}

/** Deletes the oldest of those that meet the condition. */
function deleteWhere(db: DatabaseSync, condition: string, limitMs: number): number {
  const rows = db
    .prepare(
      `DELETE FROM line_blocks WHERE id IN
        (SELECT id FROM line_blocks WHERE ${condition} ORDER BY to_ms LIMIT ${DELETED_A_STEP})
       RETURNING source_id, length(bytes) AS size`,
    )
    .all(limitMs);
  const count = db.prepare(COUNT);
  for (const row of rows) count.run(-1, -Number(row['size']), 0, Number(row['source_id']));
  return rows.length;
}

function joinSome(db: DatabaseSync, nowMs: number): boolean {
  const sources = db.prepare('SELECT DISTINCT source_id FROM line_blocks WHERE is_small = 1').all();
  return sources.some((row) => joinOf(db, Number(row['source_id']), nowMs));
}

/** Joins the oldest small blocks of a source, once they are a megabyte or no more are to be expected. */
function joinOf(db: DatabaseSync, sourceId: number, nowMs: number): boolean {
  const run = oldestRun(db, sourceId);
  const [first] = run;
  if (!first) return false;
  const size = run.reduce((sum, { rawBytes }) => sum + rawBytes, 0);
  const isDone = size >= JOINED_BYTES || run.length >= MOST_JOINED || first.toMs < nowMs - 2 * JOINED_SPAN_MS;
  if (!isDone) return false;
  if (run.length > 1) join(db, sourceId, run);
  else db.prepare('UPDATE line_blocks SET is_small = 0 WHERE id = ?').run(first.id);
  return true;
}

function oldestRun(db: DatabaseSync, sourceId: number): Small[] {
  const rows = db
    .prepare(
      `SELECT id, from_ms, to_ms, raw_bytes FROM line_blocks WHERE source_id = ? AND is_small = 1
       ORDER BY to_ms, id LIMIT ${MOST_JOINED}`,
    )
    .all(sourceId);
  const run: Small[] = [];
  let fromMs = Infinity;
  let size = 0;
  for (const row of rows) {
    const block = {
      id: Number(row['id']),
      fromMs: Number(row['from_ms']),
      toMs: Number(row['to_ms']),
      rawBytes: Number(row['raw_bytes']),
    };
    fromMs = Math.min(fromMs, block.fromMs);
    size += block.rawBytes;
    const isTooMuch = block.toMs - fromMs > JOINED_SPAN_MS || size > 2 * JOINED_BYTES;
    if (run.length > 0 && isTooMuch) break;
    run.push(block);
    if (size >= JOINED_BYTES) break;
  }
  return run;
}

function join(db: DatabaseSync, sourceId: number, run: readonly Small[]): void {
  const take = db.prepare('DELETE FROM line_blocks WHERE id = ? RETURNING bytes');
  const parts: Buffer[] = [];
  let freed = 0;
  for (const { id } of run) {
    const bytes = take.get(id)?.['bytes'];
    if (!(bytes instanceof Uint8Array)) continue;
    freed += bytes.length;
    parts.push(openBlock(bytes));
  }
  db.prepare(COUNT).run(-parts.length, -freed, 0, sourceId);
  const fromMs = Math.min(...run.map((block) => block.fromMs));
  const toMs = Math.max(...run.map((block) => block.toMs));
  const joined = Buffer.concat(parts);
  const bytes = zstdCompressSync(joined, TIGHT);
  addCompressed(db, sourceId, { fromMs, toMs, bytes: joined }, { bytes, isSmall: false });
}
