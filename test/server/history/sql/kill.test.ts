import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openHistoryReader } from '../../../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../../../server/history/sql/reader.ts';
import { createSqlHistoryWriter } from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION, TIERS } from '../../../../server/history/store.ts';
import { type Child, startChild } from '../../../support/child.ts';
import { createRandom } from '../../../support/random.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';
import { careAll, T } from '../store-contract.ts';

const KILLS = Number(process.env['MAILVIGIL_TEST_KILLS'] ?? 10);
const SCOPES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const dir = createTempDir('kill-store');
const path = join(dir.path, 'store.db');
afterAll(() => dir.remove());

/** Of the last whole line: what was told before it was ended in the middle of a word does not count. */
function acknowledged(child: Child): number {
  return Number(child.stdout().split('\n').at(-2) ?? 0);
}

async function runAndKill(random: () => number): Promise<number> {
  const child = startChild(process.execPath, [
    join(import.meta.dirname, 'kill-child.ts'),
    path,
    SCOPES.join(','),
    String(T),
  ]);
  const batches = 1 + Math.floor(random() * 60);
  await until(() => child.stdout().split('\n').length > batches || child.exitCode() !== null, {
    what: 'batches acknowledged by the child',
    timeoutMs: 30_000,
  });
  expect(child.stderr()).toBe('');
  child.kill('SIGKILL');
  await child.exited;
  return acknowledged(child);
}

describe('a writer that is killed', () => {
  it(
    `HIS-28: after each of ${KILLS} kills positions and counts agree, and nothing acknowledged is lost or there in part`,
    async () => {
      const random = createRandom(KILLS);
      for (let kill = 1; kill <= KILLS; kill++) {
        const last = await runAndKill(random);
        const writer = await createSqlHistoryWriter({ path, retention: DEFAULT_RETENTION, nowMs: T });
        const { checkpoints, state, ledger } = await writer.resume();
        const n = Number(checkpoints[0]?.position ?? 0);
        expect(n, `kill ${kill}`).toBeGreaterThanOrEqual(last);
        expect(n).toBeLessThanOrEqual(last + 1);
        expect([state['n'], ledger[0]?.state]).toEqual([n, String(n)]);
        await careAll(writer, T + (n + 1) * 7_000 + 3 * 3_600_000);
        const file = openHistoryReader(path);
        const reader = createSqlWindowReader(file);
        for (const tier of TIERS)
          for (const [i, scope] of SCOPES.entries()) {
            const windows = reader
              .range(tier, scope, 0, T * 2, { lag: true })
              .map(({ parts }) => parts[i % 2]!);
            const sum = windows.reduce((all, { counts, lag }) => all + counts.delivered + lag.count, 0);
            expect(sum, `kill ${kill}, ${tier} s, ${scope}`).toBe(2 * n);
          }
        file.close();
        await writer.close();
      }
    },
    60_000 + KILLS * 10_000,
  );
});
