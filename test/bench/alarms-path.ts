/** From a line in a log to the decision, and from there to the first byte at a webhook: a whole server, 1,000 tenants, real time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { startHookServer } from '../support/hook-server.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { median, percentile, table } from './child.ts';
import { createLivePlatform } from './live-platform.ts';

const TENANTS = 1_000;
const PER_SECOND = 200;
/** Not more than ten groups in ten minutes: the eleventh would be a flood. */
const TRIALS = 10;
const RECIPIENTS = 400;
/** A rule without a hold time: what is measured is the way, not the patience. */
const RULE = {
  ...{
    id: 'bench-queue',
    title: 'Queue of a tenant',
    scope: 'tenant',
    clearForSeconds: 0,
    keepFiringSeconds: 0,
  },
  when: { kind: 'level', metric: 'queueDepth' },
  levels: [{ priority: 'critical', above: RECIPIENTS / 2, holdSeconds: 0 }],
  action: 'none',
};

interface Call {
  readonly data: {
    readonly alarm: {
      readonly rule: string;
      readonly tenants: readonly string[];
      readonly raisedAtMs: number;
    };
  };
}

export async function benchPath(): Promise<void> {
  const dir = createTempDir('bench-alarms');
  const platform = createLivePlatform(dir.path, TENANTS, PER_SECOND);
  const hook = await startHookServer();
  const received = new Map<string, { readonly atMs: number; readonly raisedAtMs: number }>();
  hook.answer((response, { body }) => {
    const { alarm } = (JSON.parse(body) as Call).data;
    const [tenant] = alarm.tenants;
    if (alarm.rule === RULE.id && tenant !== undefined && !received.has(tenant))
      received.set(tenant, { atMs: Date.now(), raisedAtMs: alarm.raisedAtMs });
    response.end();
  });
  separate(`${dir.path}/tenants.json`);
  const config = JSON.parse(readFileSync(platform.configPath, 'utf8')) as object;
  writeFileSync(`${dir.path}/rules.yaml`, JSON.stringify({ rules: [RULE] }));
  const notify = {
    channels: [{ id: 'hook', type: 'webhook', url: hook.url }],
    routes: [{ channels: ['hook'] }],
  };
  writeFileSync(platform.configPath, JSON.stringify({ ...config, alarms: { rules: 'rules.yaml' }, notify }));
  const server = await startServer(
    '--config',
    platform.configPath,
    '--data',
    `${dir.path}/data`,
    '--port',
    '0',
  );
  try {
    platform.start();
    await wait(10_000);
    const decided: number[] = [];
    const told: number[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      const tenant = platform.tenantIds[trial * 7] ?? '';
      const message = platform.accept(tenant, RECIPIENTS);
      const call = await until(() => received.get(tenant), { what: 'the call of the webhook', everyMs: 5 });
      decided.push(call.raisedAtMs - message.writtenMs);
      told.push(call.atMs - call.raisedAtMs);
      message.deliver();
      await wait(400 + 37 * trial);
    }
    const row = (name: string, times: readonly number[], goal: string) => [
      name,
      `${median(times).toFixed(0)} ms`,
      `${percentile(times, 0.99).toFixed(0)} ms`,
      goal,
    ];
    console.log(
      table([
        [`${TENANTS} tenants, ${PER_SECOND} mails a second, ${TRIALS} trials`, 'median', 'highest', 'goal'],
        row('line written to decision', decided, '<= 2 s'),
        row('decision to first byte at the webhook', told, '<= 1 s'),
      ]),
    );
  } finally {
    platform.stop();
    await server.stop();
    await hook.stop();
    dir.remove();
  }
}

/** Alarms of one rule and cluster within two minutes are one group, told of once: here each is to be told of. */
function separate(path: string): void {
  const { tenants } = JSON.parse(readFileSync(path, 'utf8')) as { tenants: { id: string }[] };
  const apart = tenants.map((tenant) => ({ ...tenant, cluster: `c-${tenant.id}` }));
  writeFileSync(path, JSON.stringify({ tenants: apart }));
}
