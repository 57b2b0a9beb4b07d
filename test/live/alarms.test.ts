/** Alarms of a whole server in a process of its own: from a line in a log to the call of a webhook, through deaths of ours and of theirs. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../server/detect/alarms/types.ts';
import type { AlarmsSnapshot, RecordPage, RulesAnswer } from '../../shared/alarms.ts';
import type { SeriesAnswer } from '../../shared/history.ts';
import { freePort } from '../support/free-port.ts';
import { type HookServer, startHookServer } from '../support/hook-server.ts';
import { type ServerProcess, startCli, startServer } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const RULE = {
  ...{ id: 'test-queue', title: 'Queue of a tenant', scope: 'tenant' },
  when: { kind: 'level', metric: 'queueDepth' },
  levels: [{ priority: 'critical', above: 10, holdSeconds: 0 }],
  ...{ clearForSeconds: 0, keepFiringSeconds: 0, action: 'Look at the queue.' },
};

let dir: TempDir;
let hook: HookServer;
let server: ServerProcess | undefined;
let serial = 0;

beforeEach(async () => {
  serial = 0;
  dir = createTempDir('alarms');
  hook = await startHookServer();
  writeFileSync(join(dir.path, 'mail.log'), '');
  writeFileSync(join(dir.path, 'rules.yaml'), JSON.stringify({ rules: [RULE] }));
  const tenants = ['aurora', 'blueridge'].map((id) => ({
    id,
    name: id,
    domains: [`${id}.example`],
    mailboxes: 50,
  }));
  writeFileSync(join(dir.path, 'tenants.yaml'), JSON.stringify({ tenants }));
  configure({});
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await hook.stop();
  dir.remove();
});

function configure(more: object): void {
  const config = {
    tenants: 'tenants.yaml',
    sources: [{ id: 'mx', type: 'log', paths: ['mail.log'], initial: 'start' }],
    alarms: { rules: 'rules.yaml' },
    notify: { channels: [{ id: 'hook', type: 'webhook', url: hook.url }], routes: [{ channels: ['hook'] }] },
    ...more,
  };
  writeFileSync(join(dir.path, 'mailvigil.yaml'), JSON.stringify(config));
}

const flags = () => [
  '--config',
  join(dir.path, 'mailvigil.yaml'),
  '--data',
  join(dir.path, 'data'),
  '--port',
  '0',
];
const serve = async (): Promise<ServerProcess> => (server = await startServer(...flags()));
const get = async <T>(path: string): Promise<T> => (await (await fetch(server!.url + path)).json()) as T;
const post = async (path: string, body: object): Promise<Response> =>
  fetch(`${server!.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
/** Of the rule of these tests; stock rules watch as well. */
const alarms = async (rule = RULE.id) =>
  (await get<AlarmsSnapshot>('/api/v1/alarms')).alarms.filter((alarm) => alarm.rule === rule);
/** What the webhook was told of the rule of these tests. */
const kinds = (): readonly string[] =>
  hook.accepted
    .map(({ body }) => JSON.parse(body) as { type: string; data: { alarm: { rule: string } } })
    .flatMap(({ type, data }) => (data.alarm.rule === RULE.id ? [type] : []));

/** So many messages for a tenant that wait in the queue; ends them. */
function accept(tenant: string, count: number): () => void {
  const ids = Array.from({ length: count }, () => `4${String(serial++).padStart(10, '0')}z1`);
  write(
    ids.flatMap((id) => [
      ['smtpd', `${id}: client=far.example[198.51.100.1]`],
      ['qmgr', `${id}: from=<a@far.example>, size=100, nrcpt=1 (queue active)`],
      [
        'lmtp',
        `${id}: to=<u@${tenant}.example>, relay=none, delay=0.1, delays=0.1/0/0/0, dsn=4.4.1, status=deferred (connect to box: Connection refused)`,
      ],
    ]),
  );
  return () =>
    write(
      ids.flatMap((id) => [
        [
          'lmtp',
          `${id}: to=<u@${tenant}.example>, relay=box[192.0.2.1]:24, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 ok)`,
        ],
        ['qmgr', `${id}: removed`],
      ]),
    );
}

function write(lines: readonly (readonly string[])[]): void {
  const stamp = new Date().toISOString();
  const text = lines.map(([service, line]) => `${stamp} mx1 postfix/${service}[1]: ${line}\n`).join('');
  appendFileSync(join(dir.path, 'mail.log'), text);
}

describe('alarms of a running server', () => {
  it('ALM-41: an alarm goes from the log to the webhook, and every change of it exactly once through kill -9 of ours and an outage of theirs', async () => {
    await serve();
    const deliver = accept('aurora', 20);
    await until(() => kinds().length === 1, { what: 'the call of the webhook' });
    expect(kinds()).toEqual(['alarm.raised']);
    const [alarm] = await alarms();
    expect(alarm).toMatchObject({ state: 'unacknowledged', priority: 'critical', mailboxes: 50 });

    // Theirs is away: what happens now waits.
    hook.answer((response) => response.writeHead(503).end());
    const answer = await post('alarms/acknowledge', { ids: [alarm!.id], by: 'Kim', note: 'on it' });
    expect((await answer.json()) as ActionResult).toMatchObject({ done: [alarm!.id], refused: [] });
    await server!.kill();
    await serve();
    expect((await alarms())[0]).toMatchObject({ id: alarm!.id, state: 'acknowledged' });
    deliver();
    await until(async () => (await alarms()).length === 0, {
      what: 'the alarm to be over',
      timeoutMs: 60_000,
    });
    hook.answer((response) => response.end());
    await until(() => kinds().includes('alarm.closed'), { what: 'the end told', timeoutMs: 60_000 });
    expect(kinds()).toEqual(['alarm.raised', 'alarm.acknowledged', 'alarm.closed']);

    const { records } = await get<RecordPage>(`/api/v1/alarms/record?alarmId=${alarm!.id}&limit=50`);
    // While the server is away nothing is known of it; how long is the machine's affair.
    const told = records.map(({ kind }) => kind).filter((kind) => !/data/.test(kind));
    expect(told.reverse()).toEqual(['raised', 'acknowledged', 'closed']);
    expect(records.every(({ reason }) => reason.length > 0)).toBe(true);
    const series = await get<SeriesAnswer>(
      `/api/v1/tenants/aurora/series?metrics=queueDepth&from=${Date.now() - 600_000}&to=${Date.now()}&points=100`,
    );
    expect(series.marks).toMatchObject([
      { kind: 'alarm', text: expect.stringContaining('Queue of a tenant') },
    ]);
  });

  it('ALM-42: rules that are saved are in force at once; those with faults are refused, and the ones before go on', async () => {
    await serve();
    const { version } = await get<RulesAnswer>('/api/v1/alarm-rules');
    const put = (text: string) =>
      fetch(`${server!.url}/api/v1/alarm-rules`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, by: 'Kim', note: 'a try', baseVersion: version }),
      });
    const refused = await put(
      JSON.stringify({ rules: [{ ...RULE, when: { kind: 'level', metric: 'mood' } }] }),
    );
    expect(refused.status).toBe(400);
    expect(JSON.stringify(await refused.json())).toContain('mood');
    accept('aurora', 20);
    await until(async () => (await alarms()).length === 1, { what: 'the alarm by the rules before' });
    const stricter = { ...RULE, levels: [{ priority: 'low', above: 100, holdSeconds: 0 }] };
    expect((await put(JSON.stringify({ rules: [stricter] }))).status).toBe(200);
    await until(async () => (await alarms()).every(({ isActive }) => isActive === false), {
      what: 'the alarm to be over by the new rules',
      timeoutMs: 60_000,
    });
  });

  it('NTF-30: a configuration whose only way to tell runs through the watched platform is refused with the reason', async () => {
    configure({
      notify: {
        channels: [
          {
            id: 'mail',
            type: 'email',
            host: 'relay.aurora.example',
            from: 'v@far.example',
            to: ['kim@far.example'],
          },
        ],
        routes: [{ channels: ['mail'] }],
      },
    });
    const child = startCli('serve', ...flags());
    await child.exited;
    expect(child.exitCode()).toBe(1);
    expect(child.stderr()).toContain('only through the watched platform');
    const check = startCli('check-config', join(dir.path, 'mailvigil.yaml'));
    await check.exited;
    expect(check.exitCode()).toBe(1);
    expect(check.stderr()).toContain('only through the watched platform');
  });

  it('NTF-31: alerts of an Alertmanager become alarms, and end when it says so', async () => {
    await serve();
    const push = (status: 'firing' | 'resolved') =>
      fetch(`${server!.url}/ingest/v1/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ version: '4', status },
          alerts: [
            {
              ...{ status, fingerprint: 'abc123', startsAt: new Date().toISOString() },
              labels: { alertname: 'DiskFull', severity: 'critical', instance: 'store1' },
              annotations: { summary: 'the disk of store1 is full' },
            },
          ],
        }),
      });
    expect((await push('firing')).status).toBeLessThan(300);
    await until(async () => (await alarms('alertmanager:DiskFull')).length === 1, {
      what: 'the alarm of another system',
    });
    expect((await alarms('alertmanager:DiskFull'))[0]).toMatchObject({
      title: 'DiskFull',
      priority: 'critical',
      scopeName: 'store1',
    });
    await server!.stop();
    await serve();
    await until(async () => (await alarms('alertmanager:DiskFull')).length === 1, {
      what: 'the alarm after a restart',
    });
    await push('resolved');
    await until(
      async () => (await alarms('alertmanager:DiskFull')).every(({ isActive }) => isActive === false),
      {
        what: 'its end',
      },
    );
  });

  it('NTF-32: a port that nobody listens on is told in the state of the alarm path', async () => {
    const port = await freePort();
    configure({
      notify: {
        channels: [{ id: 'hook', type: 'webhook', url: `http://127.0.0.1:${port}/` }],
        routes: [{ channels: ['hook'] }],
      },
    });
    await serve();
    const path = async () => (await get<AlarmsSnapshot>('/api/v1/alarms')).path;
    await until(async () => (await path()).state === 'failing', { what: 'the path to be failing' });
    expect((await path()).channels[0]!.reason).not.toBe('');
  });
});
