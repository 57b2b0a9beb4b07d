import { readdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenant } from '../../server/attribute/tenants-file.ts';
import { systemClock } from '../../server/base/clock.ts';
import { DEFAULT_THRESHOLDS, SourceConfig } from '../../server/base/config.ts';
import { silentLog } from '../../server/base/log.ts';
import type { Source } from '../../server/collect/source.ts';
import { createForesightFacts } from '../../server/detect/foresight/facts.ts';
import { createLedgerPart } from '../../server/detect/foresight/ledger/part.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import { createSource, reportsOf } from '../../server/sources.ts';
import { NO_SEASON } from '../support/foresight-run.ts';
import { isRoot } from '../support/is-root.ts';
import { startPostfix, type RealPostfix } from '../support/real-postfix.ts';
import { sendMail } from '../support/smtp-client.ts';
import { createSmtpSink, FAST, HARDFAIL, type SmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

/** Seconds instead of minutes, as everything of this Postfix. */
const SETTLE_MS = 3_000;
const TENANTS: readonly Tenant[] = ['aurora', 'blueridge', 'cedar'].map((id) => ({
  ...{ id, name: id, cluster: 'A', domains: [`${id}.example`] },
}));
const KEYS = ['_platform', 'cluster:A', 'aurora', 'blueridge', 'cedar'] as const;

describe.skipIf(!isRoot)('the ledger of a real Postfix', () => {
  let sinks: Record<'aurora' | 'blueridge' | 'cedar', SmtpSink>;
  let postfix: RealPostfix;
  let pipeline: Pipeline;
  const sources: Source[] = [];
  const ledger = createLedgerPart(undefined, SETTLE_MS);

  beforeAll(async () => {
    const [aurora, blueridge, cedar] = await Promise.all([FAST, FAST, HARDFAIL].map(createSmtpSink));
    sinks = { aurora: aurora!, blueridge: blueridge!, cedar: cedar! };
    // Blue Ridge's server answers nobody.
    await Promise.all([sinks.aurora.start(), sinks.cedar.start()]);
    const routes = Object.entries(sinks).map(([name, { port }]) => [`${name}.example`, port] as const);
    postfix = await startPostfix({ routes: Object.fromEntries(routes) });
    pipeline = createPipeline({
      ...{ tenants: TENANTS, clock: systemClock, limits: DEFAULT_THRESHOLDS },
      reports: () => reportsOf(sources, systemClock),
    });
    const deps = { clock: systemClock, sink: pipeline, log: silentLog };
    const configs = [
      { type: 'log', id: 'log', format: 'syslog', paths: [postfix.logPath], initial: 'start' },
      { type: 'postqueue', id: 'queue', command: postfix.queueCommand, intervalMs: 500, host: 'mx1' },
    ].map((config) => SourceConfig.parse({ ...config, cluster: 'A' }));
    sources.push(...configs.map((config) => createSource(config, deps, [])));
    await Promise.all(sources.map((source) => source.start()));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    await postfix?.stop();
    await Promise.all(Object.values(sinks).map((sink) => sink.stop()));
  });

  /** One step; what the ledger says of each scope. */
  function look() {
    const nowMs = Date.now();
    pipeline.tick(nowMs);
    const facts = createForesightFacts({
      ...{ live: pipeline, speed: 1, season: NO_SEASON },
      events: () => [],
      alarms: () => [],
    })(nowMs);
    ledger.advance(facts);
    return Object.fromEntries(
      KEYS.map((key) => {
        const claim = ledger.claim(key, facts);
        // The hour may end while the test runs: what counts is the sum of all.
        const missing = ledger.view().get(key)?.unaccounted ?? 0;
        return [key, { missing, claim: claim.mayBeSaid ? 'may be said' : claim.reason }];
      }),
    );
  }

  const balance = () => pipeline.books.conservation?.balance(pipeline.scopes.platform);
  const closed = { missing: 0, claim: 'may be said' };
  const missing = { missing: 1, claim: '1 recipient is not accounted for' };
  const everywhere = <T>(said: T) => Object.fromEntries(KEYS.map((key) => [key, said]));
  const wait = (wanted: unknown) =>
    until(() => (isSame(look(), wanted) ? true : undefined), {
      what: `the ledger to say ${JSON.stringify(wanted)}`,
      timeoutMs: 40_000,
    });

  it('LED-22: closes for every tenant over mail that is delivered, deferred, bounced, held and deleted', async () => {
    const send = (to: string, from = 'a@aurora.example') => sendMail(postfix.smtpPort, { from, to });
    for (let n = 0; n < 4; n++) {
      await send(`u${n}@aurora.example`);
      await send(`u${n}@blueridge.example`);
      await send(`u${n}@cedar.example`, 'b@blueridge.example');
    }
    await until(() => balance()?.bounced === 4 && balance()?.delivered === 4, { what: 'the first lines' });
    const [one, two] = await waitingIds(2);
    postfix.run('postsuper', '-d', one!);
    postfix.run('postsuper', '-h', two!);
    await until(() => balance()?.deleted === 1, { what: 'the deletion to be read' });
    await wait(everywhere(closed));
    // Four notices of the mail that Cedar's server refused: to Blue Ridge, whose server answers nobody.
    expect(balance()).toMatchObject({
      accepted: 16,
      delivered: 4,
      bounced: 4,
      deleted: 1,
      vanished: 0,
      unseen: 0,
    });
  }, 90_000);

  it('LED-23: one file taken out of its spool is one missing, of its tenants and of nobody else', async () => {
    const [gone] = await waitingIds(1);
    await until(() => remove(join(dirname(postfix.logPath), 'spool', 'deferred'), gone!), {
      what: 'the file in the deferred queue',
    });
    // A notice of Blue Ridge's own mail has no sender; the other mail is of Aurora.
    const isAurora = postfix.log().includes(`${gone}: from=<a@aurora.example>`);
    await wait({ ...everywhere(missing), cedar: closed, ...(!isAurora && { aurora: closed }) });
    // All else arrives after all: it stays one.
    await sinks.blueridge.start();
    postfix.run('postsuper', '-H', 'ALL');
    postfix.run('postqueue', '-f');
    await until(() => (look(), balance()?.delivered === 10), {
      what: 'the rest to be delivered',
      timeoutMs: 60_000,
    });
    await wait({ ...everywhere(missing), cedar: closed, ...(!isAurora && { aurora: closed }) });
    expect(balance()).toMatchObject({ accepted: 16, bounced: 4, deleted: 1, vanished: 1, unseen: 0 });
  }, 90_000);

  async function waitingIds(n: number): Promise<readonly string[]> {
    const deferred = () =>
      postfix
        .queue()
        .filter(({ queue_name, recipients }) => queue_name === 'deferred' && recipients.length === 1)
        .map(({ queue_id }) => queue_id);
    await until(() => deferred().length >= n || undefined, { what: `${n} deferred messages` });
    return deferred().slice(0, n);
  }
});

/** Whether it was there. */
function remove(dir: string, queueId: string): true | undefined {
  const file = readdirSync(dir, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(queueId));
  if (file === undefined) return undefined;
  try {
    unlinkSync(join(dir, file));
    return true;
  } catch {
    // It was on its way into another queue just then.
    return undefined;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
