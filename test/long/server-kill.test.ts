import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTenants } from '../../server/attribute/tenants-file.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import { createLineSplitter } from '../../server/collect/lines.ts';
import { createLogReader } from '../../server/collect/reader.ts';
import { createSimulation, type Simulation } from '../../server/demo/simulate.ts';
import { tenantsFile } from '../../server/demo/tenants.ts';
import { createPipeline } from '../../server/pipeline.ts';
import { countsOf, Kept, readStore } from '../support/kept.ts';
import { createRandom } from '../support/random.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** Each is a start, some load, and kill -9. */
const KILLS = Number(process.env['MAILVIGIL_TEST_KILLS'] ?? 100);

let dir: TempDir;
let logPath: string;
let simulation: Simulation;
let writing: NodeJS.Timeout;

beforeEach(() => {
  dir = createTempDir('kill');
  logPath = join(dir.path, 'mail.log');
  simulation = createSimulation({ scenario: 'calm', seed: 3, nowMs: Date.now() });
  writeFileSync(join(dir.path, 'tenants.yaml'), JSON.stringify(tenantsFile(simulation.tenants)));
  const source = { id: 'mx', type: 'log', paths: [logPath], initial: 'start', timezone: 'UTC' };
  const config = { tenants: 'tenants.yaml', sources: [source] };
  writeFileSync(join(dir.path, 'mailvigil.yaml'), JSON.stringify(config));
  writeFileSync(logPath, '');
  writing = setInterval(write, 20);
});
afterEach(() => {
  clearInterval(writing);
  dir.remove();
});

function write(): void {
  simulation.step(Date.now());
  for (const { cluster, syslog } of simulation.take()) if (cluster === 'A') appendFileSync(logPath, syslog);
}

const serve = () =>
  startServer('--config', join(dir.path, 'mailvigil.yaml'), '--port', '0', '--data', join(dir.path, 'data'));

/** What one process that was never killed makes of the whole log. */
function expected(): Kept {
  let nowMs = 0;
  const pipeline = createPipeline({
    tenants: loadTenants(join(dir.path, 'tenants.yaml')),
    limits: DEFAULT_THRESHOLDS,
    clock: { now: () => nowMs, speed: 1 },
    reports: () => [],
    kept: { ledger: [], state: {} },
  });
  const reader = createLogReader({ format: 'syslog', source: 'mx', timezone: 'UTC' });
  const splitter = createLineSplitter((buffer, start, end) => {
    if (reader.read(buffer, start, end) !== 'event') return;
    nowMs = Math.max(nowMs, reader.atMs);
    for (let n = 0; n < reader.repeat; n++) pipeline.event(reader.event, { buffer, start, end });
  });
  splitter.push(readFileSync(logPath));
  const kept = new Kept();
  kept.commit(pipeline.batch([]));
  return kept;
}

async function committedLines(url: string): Promise<number> {
  const answer = (await (await fetch(`${url}/api/v1/sources`)).json()) as {
    sources: { counters: { bytes: number }; state: string }[];
  };
  return answer.sources.every(({ state }) => state === 'ok' || state === 'quiet') ? 1 : 0;
}

describe('a server that dies', () => {
  it(
    `HIS-8: killed ${KILLS} times under load, the store holds each line once, and goes on where it was`,
    { timeout: 60_000 + KILLS * 10_000 },
    async () => {
      const random = createRandom(11);
      for (let n = 0; n < KILLS; n++) {
        const server = await serve();
        const endsAtMs = performance.now() + random() * 1_500;
        await until(() => performance.now() >= endsAtMs, { what: 'the moment of its death' });
        await server.kill();
      }
      clearInterval(writing);
      const last = await serve();
      await until(async () => (await committedLines(last.url)) > 0, { what: 'the log read to its end' });
      await last.stop();
      const truth = expected();
      const found = readStore(join(dir.path, 'data/mailvigil.db'));
      expect(truth.records.length).toBeGreaterThan(KILLS);
      expect(countsOf(found.windows)).toEqual(countsOf(truth.windows));
      expect(found.records).toBe(truth.records.length);
    },
  );
});
