import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { DEFAULT_RETENTION_CONFIG, DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import { createLog } from '../../server/base/log.ts';
import type { Attempt } from '../../server/collect/event.ts';
import { openHistory } from '../../server/history/thread/open.ts';
import { createPipeline } from '../../server/pipeline.ts';
import { createRandom } from '../support/random.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { percentile, table } from './child.ts';

const MAILS_PER_TENANT = 4;
/** Not counted: the code of a server that has run for a while is compiled. */
const WARM_UP_SECONDS = 10;
/** Of each kind, in turns. */
const ROUNDS = 2;

/** How long the main thread is kept from sending frames: a tick each second of real time, without a store and with one. */
export async function benchLiveFrames(tenantCount: number, seconds: number): Promise<void> {
  const bare: number[] = [];
  const kept: number[] = [];
  const batches: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(...(await run(tenantCount, seconds, false)).longestMs);
    const withStore = await run(tenantCount, seconds, true);
    kept.push(...withStore.longestMs);
    batches.push(...withStore.batches);
  }
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const row = (name: string, q: number) => [name, ms(percentile(bare, q)), ms(percentile(kept, q))];
  const head = `main thread, ${tenantCount} tenants, ${MAILS_PER_TENANT} mails a second each, ${bare.length} seconds`;
  console.log(
    table([
      [head, 'without store', 'with store'],
      ['batch made and handed over, p99', '', ms(percentile(batches, 0.99))],
      row('longest turn of each second, median', 0.5),
      row('the same, p99', 0.99),
      row('the same, largest', 1),
    ]),
  );
  console.log('target: a store adds <= 50 ms to any live frame');
}

async function run(tenantCount: number, seconds: number, isKept: boolean) {
  const dir = createTempDir('bench-live-frames');
  const tenants = Array.from({ length: tenantCount }, (_, n) => ({
    id: `tenant-${n}`,
    name: `Tenant ${n}`,
    domains: [`t${n}.example`],
    cluster: 'ABC'[n % 3] ?? 'A',
  }));
  const log = createLog('bench', { level: 'error' });
  const path = join(dir.path, 'mailvigil.db');
  const history = await openHistory({ path, tenants, keep: DEFAULT_RETENTION_CONFIG, log });
  const clock = { now: () => Date.now(), speed: 1 };
  const pipeline = createPipeline({
    tenants,
    limits: DEFAULT_THRESHOLDS,
    clock,
    reports: () => [],
    ...(isKept ? { kept: { ledger: [], state: {} } } : {}),
  });
  const random = createRandom(9);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const batches: number[] = [];
  const longestMs: number[] = [];
  let writing: Promise<void> = Promise.resolve();
  for (let second = -WARM_UP_SECONDS; second < seconds; second++) {
    feed(pipeline, tenantCount, second, random);
    // Reading lines happens in small pieces; what is measured is the tick and the batch.
    delay.reset();
    delay.enable();
    pipeline.tick(Date.now());
    if (isKept) {
      await writing;
      const startedMs = performance.now();
      const batch = pipeline.batch([]);
      writing = history.writer?.write(batch) ?? writing;
      if (second >= 0) batches.push(performance.now() - startedMs);
    }
    await wait(1_000 - (Date.now() % 1_000));
    delay.disable();
    if (second >= 0) longestMs.push(delay.max / 1e6);
  }
  await writing;
  await history.writer?.close();
  await history.close();
  dir.remove();
  return { batches, longestMs };
}

function feed(
  pipeline: ReturnType<typeof createPipeline>,
  tenants: number,
  second: number,
  random: () => number,
): void {
  const atMs = Date.now();
  const origin = { atMs, host: 'mx1', source: 'log', instance: 'postfix' };
  for (let n = 0; n < tenants * MAILS_PER_TENANT; n++) {
    const queueId = `4${second + WARM_UP_SECONDS}X${n}`;
    const domain = `t${n % tenants}.example`;
    const from = `a${n}@t${Math.floor(random() * tenants)}.example`;
    pipeline.event({ ...origin, kind: 'accepted', queueId, via: 'smtpd', clientIp: '198.51.100.7' });
    pipeline.event({
      ...origin,
      kind: 'queue-active',
      queueId,
      from,
      fromDomain: from.slice(from.indexOf('@') + 1),
      sizeBytes: 4_000,
      recipientCount: 1,
    });
    const attempt: Attempt = {
      ...origin,
      kind: 'attempt',
      queueId,
      to: `u${n % 500}@${domain}`,
      toDomain: domain,
      relay: 'box[192.0.2.1]:24',
      delayMs: Math.round(1e4 * random() ** 4),
      dsn: '2.0.0',
      status: 'sent',
      reason: '250 2.0.0 Ok',
      service: 'lmtp',
    };
    pipeline.event(attempt);
    pipeline.event({ ...origin, kind: 'removed', queueId, by: 'qmgr' });
  }
}
