import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessagePage, MessageTrace, SeriesAnswer, WallAt } from '../../shared/history.ts';
import { CORPUS, hasCorpus } from '../support/corpus.ts';
import { countsOf, readStore } from '../support/kept.ts';
import { createRandom } from '../support/random.ts';
import { type ServerProcess, startCli, startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

type Counted = Record<string, number>;
interface Truth {
  readonly tenants: readonly { readonly id: string; readonly domains: readonly string[] }[];
  readonly per_minute: { readonly rcpt_domain: Record<string, Record<string, Counted>> };
  readonly queue_depth: readonly { readonly epoch: number; readonly queues: Counted }[];
}
interface Summary {
  readonly lines: number;
  readonly unparsed: number;
  readonly records: number;
  readonly files: readonly { readonly state: string }[];
}

const RUN = join(CORPUS, 'run1');
const LOGS = [join(RUN, 'mail-iso.log.zst'), join(RUN, 'rspamd.log.zst')];
const FROM = Date.parse('2026-11-21T17:20:00Z');
const MINUTES = 18;

async function importLogs(data: string, logs: readonly string[], ...more: readonly string[]) {
  const child = startCli(
    'import',
    ...logs,
    '--tenants',
    join(RUN, 'tenants.json'),
    '--data',
    data,
    '--timezone',
    'UTC',
    '--json',
    ...more,
  );
  await child.exited;
  return {
    code: child.exitCode(),
    stderr: child.stderr(),
    summary: () => JSON.parse(child.stdout()) as Summary,
  };
}

// Skipped where the recorded platform (../shared/corpus) is not beside the repository.
describe.skipIf(!hasCorpus)('an imported log', () => {
  const truth = (hasCorpus ? JSON.parse(readFileSync(join(RUN, 'truth.json'), 'utf8')) : {}) as Truth;
  const dir = createTempDir('import');
  const data = join(dir.path, 'data');
  let server: ServerProcess;
  let first: Summary;

  beforeAll(async () => {
    const { code, summary, stderr } = await importLogs(data, LOGS);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    first = summary();
    const config = join(dir.path, 'mailvigil.yaml');
    writeFileSync(config, JSON.stringify({ tenants: join(RUN, 'tenants.json') }));
    server = await startServer('--config', config, '--data', data, '--port', '0');
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    dir.remove();
  });

  const ask = async <T>(path: string): Promise<T> => {
    const answer = await fetch(server.url + path);
    const body: unknown = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(body));
    return body as T;
  };

  it('CMD-4: every line is worked in, and each tenant shows for each minute what an independent count says', async () => {
    expect(first).toMatchObject({ lines: 531_861, unparsed: 0 });
    const pairs = { delivered: 'delivered', deferred: 'deferred', bounced: 'bounced', rejected: 'rejected' };
    const range = `from=${FROM}&to=${FROM + MINUTES * 60_000}&points=${MINUTES + 1}`;
    for (const { id, domains } of truth.tenants) {
      const path = `/api/v1/tenants/${id}/series?metrics=${Object.keys(pairs).join(',')}&${range}&direction=in`;
      const series = await ask<SeriesAnswer>(path);
      expect(series).toMatchObject({ fromMs: FROM, stepMs: 60_000 });
      for (const [own, theirs] of Object.entries(pairs)) {
        const counted = Array.from({ length: MINUTES }, (_, i) => {
          const minute = new Date(FROM + i * 60_000).toISOString().replace('.000', '');
          const of = (domain: string) => truth.per_minute.rcpt_domain[domain]?.[minute]?.[theirs] ?? 0;
          return domains.reduce((sum, domain) => sum + of(domain), 0);
        });
        expect(series.metrics[own]).toEqual(counted);
      }
    }
  });

  it('CMD-4: the wall at a minute of it shows the rates and the queue of that minute', async () => {
    for (const minute of [6, 10, 15]) {
      const atMs = FROM + minute * 60_000;
      const wall = await ask<WallAt>(`/api/v1/wall?at=${atMs}`);
      expect(wall.tierSeconds).toBe(10);
      expect(atMs - wall.atMs).toBeLessThan(10_000);
      const before = Array.from({ length: 5 }, (_, i) =>
        new Date(atMs - (i + 1) * 60_000).toISOString().replace('.000', ''),
      );
      const delivered = Object.values(truth.per_minute.rcpt_domain)
        .flatMap((minutes) => before.map((at) => minutes[at]?.['delivered'] ?? 0))
        .reduce((a, b) => a + b, 0);
      expect(wall.platform.deliveredPerMinute).toBeCloseTo(delivered / 5, -0.5);
      const snapshot = truth.queue_depth.find(({ epoch }) => epoch * 1_000 >= atMs);
      const { hold = 0, ...queues } = snapshot?.queues ?? {};
      const waiting = Object.values(queues).reduce((a, b) => a + b, 0);
      // Ours are recipients, theirs messages, and a few of these have more than one.
      expect(wall.platform.queueDepth).toBeGreaterThan(0.95 * waiting);
      expect(wall.platform.queueDepth).toBeLessThan(1.2 * waiting + 60);
      expect(hold).toBeGreaterThan(0);
    }
  });

  it('JRN-20: a bounced message is found, and its life is told by its own log lines', async () => {
    const page = await ask<MessagePage>('/api/v1/messages?status=bounced&limit=500');
    // A notice has no client.
    const record = page.records.find(({ from }) => from !== '');
    expect(record?.queueId).toBeDefined();
    const trace = await ask<MessageTrace>(`/api/v1/messages/${record?.host}/${record?.queueId}`);
    expect(trace.records).toContainEqual(expect.objectContaining({ id: record?.id, status: 'bounced' }));
    const lines = trace.lines.map(({ text }) => text);
    expect(lines.filter((line) => !line.includes(record?.queueId ?? '?'))).toEqual([]);
    for (const part of ['client=', 'message-id=', 'queue active', 'status=bounced', 'removed'])
      expect(lines.some((line) => line.includes(part))).toBe(true);
  });

  it('CMD-5: a log that was imported before is known again; numbers of a time that is there already are refused', async () => {
    await server.stop();
    const again = await importLogs(data, LOGS);
    expect(again.summary()).toMatchObject({ records: 0, files: [{ state: 'known' }, { state: 'known' }] });
    const other = await importLogs(data, [join(RUN, 'mail.log.zst')], '--year', '2026');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('--overlap');
    server = await startServer('--config', join(dir.path, 'mailvigil.yaml'), '--data', data, '--port', '0');
  });

  it('CMD-5: numbers that are there of a later part of it are not counted twice either', async () => {
    const lines = execFileSync('zstd', ['-dc', LOGS[0]!], { maxBuffer: 1e9 }).toString().split('\n');
    const later = join(dir.path, 'later.log');
    writeFileSync(later, `${lines.slice(-60_000).join('\n')}\n`);
    const both = join(dir.path, 'both');
    expect(await importLogs(both, [later])).toMatchObject({ code: 0 });
    const before = countsOf(readStore(join(both, 'mailvigil.db')).windows);
    const whole = await importLogs(both, [LOGS[0]!]);
    expect(whole).toMatchObject({ code: 1 });
    expect(whole.stderr).toContain('--overlap');
    const after = new Map(
      countsOf(readStore(join(both, 'mailvigil.db')).windows).map((each) => [each.key, each]),
    );
    // The first slot of the later part may be shared; from the next one on nothing has changed.
    const slotOf = ({ key }: { key: string }) => Number(key.split(' ')[2]);
    const firstMs = Math.min(...before.map(slotOf));
    for (const each of before) if (slotOf(each) > firstMs) expect(after.get(each.key)).toEqual(each);
  });

  it('CMD-6: killed at any moment and started again, it ends with the same store', async () => {
    const random = createRandom(7);
    const killed = join(dir.path, 'killed');
    for (let n = 0; n < 5; n++) {
      const child = startCli('import', LOGS[0]!, '--tenants', join(RUN, 'tenants.json'), '--data', killed);
      const endsAtMs = performance.now() + 400 + random() * 2_500;
      await until(() => performance.now() >= endsAtMs, { what: 'the moment of its death' });
      child.kill('SIGKILL');
      await child.exited;
    }
    const last = await importLogs(killed, [LOGS[0]!]);
    expect(last.code).toBe(0);
    const whole = join(dir.path, 'whole');
    await importLogs(whole, [LOGS[0]!]);
    const [one, other] = [killed, whole].map((path) => readStore(join(path, 'mailvigil.db')));
    expect(other?.records).toBeGreaterThan(30_000);
    expect(one?.records).toBe(other?.records);
    expect(countsOf(one!.windows)).toEqual(countsOf(other!.windows));
  });
});
