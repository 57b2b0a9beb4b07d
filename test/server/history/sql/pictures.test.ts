import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatabaseSync } from 'node:sqlite';
import { zstdCompressSync } from 'node:zlib';
import { openHistoryDatabase } from '../../../../server/history/sql/open.ts';
import { createPictureReader, createPictureWriter } from '../../../../server/history/sql/pictures.ts';
import { DEFAULT_RETENTION, type WallPicture } from '../../../../server/history/store.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-11-21T00:00:00Z');

let db: DatabaseSync;
beforeEach(async () => {
  db = await openHistoryDatabase(':memory:', 0);
});
afterEach(() => db.close());

const picture = (atMs: number, depths: readonly (number | null)[] = [1], tenantsHash = 'a'): WallPicture => ({
  atMs,
  tenantsHash,
  depths,
  text: JSON.stringify({ shownAt: atMs }),
});

describe('pictures of the wall', () => {
  it('HIS-12: the picture that stood at a moment is found; where none stood there is none', () => {
    const writer = createPictureWriter(db, DEFAULT_RETENTION);
    writer.write([picture(START), picture(START + 10_000)]);
    const read = createPictureReader(db);
    expect(read(START - 1)).toBeUndefined();
    expect(read(START + 9_999)).toMatchObject({ atMs: START, text: JSON.stringify({ shownAt: START }) });
    expect(read(START + 10_000)?.atMs).toBe(START + 10_000);
    expect(read(START + 10_000 + 70_001)).toBeUndefined();
  });

  it('HIS-13: sparklines are made of the pictures before; gaps, and other lists of tenants, are gaps', () => {
    const writer = createPictureWriter(db, DEFAULT_RETENTION);
    const depths = (n: number) => [n, n === 5 ? null : 100 * n];
    writer.write(
      Array.from({ length: 30 }, (_, n) => picture(START + n * 10_000, depths(n), n < 3 ? 'b' : 'a')),
    );
    const sparks = createPictureReader(db)(START + 290_000)?.sparks;
    expect(sparks).toHaveLength(2);
    const [first = [], second = []] = sparks ?? [];
    expect(first).toHaveLength(60);
    expect(first.slice(-4)).toEqual([27, 28, 28, 29]);
    expect(first.slice(0, 8)).toEqual([...new Array<null>(7).fill(null), 3]);
    expect(second.slice(9, 15)).toEqual([400, 400, null, null, 600, 600]);
  });

  it('lists of depths that were written compressed are read for ever', () => {
    createPictureWriter(db, DEFAULT_RETENTION).write([picture(START, [7, null, 4_294_967_294])]);
    const read = createPictureReader(db);
    const last = () => read(START)?.sparks.map((spark) => spark.at(-1));
    expect(last()).toEqual([7, null, 4_294_967_294]);
    const compressed = zstdCompressSync(new Uint8Array(Uint32Array.of(7, 0xffff_ffff, 4_294_967_294).buffer));
    db.prepare('UPDATE wall_pictures SET depths = ?').run(compressed);
    expect(last()).toEqual([7, null, 4_294_967_294]);
  });

  it('HIS-14: after two days one picture a minute stays, and none beyond the time minutes are kept', () => {
    const writer = createPictureWriter(db, DEFAULT_RETENTION);
    const old = START - 100 * DAY;
    const tens = (from: number) => Array.from({ length: 12 }, (_, n) => picture(from + n * 10_000));
    writer.write([...tens(old), ...tens(START), ...tens(START + 3 * DAY)]);
    while (writer.care(START + 3 * DAY + 120_000));
    const kept = db
      .prepare('SELECT at_ms FROM wall_pictures ORDER BY at_ms')
      .all()
      .map((row) => Number(row['at_ms']));
    expect(kept).toEqual([START, START + 60_000, ...tens(START + 3 * DAY).map(({ atMs }) => atMs)]);
  });
});
