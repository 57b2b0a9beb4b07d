import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replay } from '../../detect/alarms/replay.ts';
import { createSyncAlarms } from '../../../../server/history/alarms/sql-alarms.ts';
import { openHistoryDatabase } from '../../../../server/history/sql/open.ts';
import { type Child, startChild } from '../../../support/child.ts';
import { createRandom } from '../../../support/random.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const KILLS = Number(process.env['MAILVIGIL_TEST_KILLS'] ?? 10);

const dir = createTempDir('kill-alarms');
const path = join(dir.path, 'store.db');
afterAll(() => dir.remove());

/** What the last whole line says is committed. */
function acknowledged(child: Child): { records: number; clockMs: number } {
  const [records = 0, clockMs = 0] = (child.stdout().split('\n').at(-2) ?? '').split(' ').map(Number);
  return { records, clockMs };
}

async function runAndKill(seed: number, random: () => number): Promise<ReturnType<typeof acknowledged>> {
  const child = startChild(process.execPath, [
    join(import.meta.dirname, 'kill-child.ts'),
    path,
    String(seed),
  ]);
  const turns = 1 + Math.floor(random() * 60);
  await until(() => child.stdout().split('\n').length > turns || child.exitCode() !== null, {
    what: 'turns acknowledged by the child',
    timeoutMs: 30_000,
  });
  expect(child.stderr()).toBe('');
  child.kill('SIGKILL');
  await child.exited;
  return acknowledged(child);
}

describe('a server with alarms under way that is killed', () => {
  it(
    `ALM-27: after each of ${KILLS} kills no line of the record is lost or doubled, and states agree with it`,
    async () => {
      const random = createRandom(KILLS);
      for (let kill = 1; kill <= KILLS; kill++) {
        const { records, clockMs } = await runAndKill(kill, random);
        const db = await openHistoryDatabase(path, 0);
        const { recent, points, kept, outbox } = createSyncAlarms(db).load(0);
        db.close();
        const name = `kill ${kill}`;
        expect(
          recent.map(({ seq }) => seq),
          name,
        ).toEqual(recent.map((_, i) => i + 1));
        // What was committed and not yet acknowledged is one turn at most.
        expect(recent.length, name).toBeGreaterThanOrEqual(records);
        const storedMs = Number(kept['desk.clock']);
        expect(storedMs, name).toBeGreaterThanOrEqual(clockMs);
        expect(storedMs, name).toBeLessThanOrEqual(clockMs + 1_000);
        const lines = recent.map((line) => JSON.stringify({ ...line, seq: 0 }));
        expect(new Set(lines).size, name).toBe(lines.length);
        const replayed = replay(recent);
        expect(Object.keys(points).sort(), name).toEqual([...replayed.keys()].sort());
        for (const [key, text] of Object.entries(points)) {
          const { alarmId, state } = replayed.get(key)!;
          expect(JSON.parse(text), name).toMatchObject({ id: alarmId, state });
        }
        // Only what the last turn planned still waits.
        expect(
          outbox.every(({ createdAtMs }) => createdAtMs === storedMs),
          name,
        ).toBe(true);
      }
    },
    60_000 + KILLS * 10_000,
  );
});
