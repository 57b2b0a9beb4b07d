import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAlertmanager } from '../../server/respond/notify/alertmanager-in.ts';
import { createAlarmPath, type AlarmPath } from '../support/alarm-path.ts';
import { startHookServer, type HookServer } from '../support/hook-server.ts';
import { notice } from '../support/notices.ts';
import { startAlertmanager, type RealAlertmanager } from '../support/real-alertmanager.ts';
import { until } from '../support/until.ts';

describe('a real Alertmanager', () => {
  let hook: HookServer;
  let alertmanager: RealAlertmanager;
  let path: AlarmPath;

  beforeAll(async () => {
    hook = await startHookServer();
    alertmanager = await startAlertmanager(hook.url);
  });
  afterAll(async () => {
    await alertmanager?.stop();
    await hook?.stop();
  });
  beforeEach(() => {
    path = createAlarmPath({
      channels: [{ id: 'am', type: 'alertmanager', url: alertmanager.url }],
      routes: [{ channels: ['am'] }],
    });
  });
  afterEach(() => path.stop());

  /** What it told of one group, as `status priority`, in its order. */
  const told = (group: string): string[] =>
    hook.accepted
      .flatMap(({ body }) => JSON.parse(body).alerts as { status: string; labels: Record<string, string> }[])
      .filter(({ labels }) => labels['mailvigil_group'] === group)
      .map(({ status, labels }) => `${status} ${labels['priority']}`);
  const of = (
    group: string,
    kind: Parameters<typeof notice>[0],
    changes: Parameters<typeof notice>[2] = {},
  ) => {
    const atMs = path.timers.wallMs();
    return notice(
      kind,
      { atMs },
      { id: group, sinceMs: atMs - 60_000, raisedAtMs: atMs - 60_000, ...changes },
    );
  };
  const passing = (probe: () => boolean | Promise<boolean>, what: string) =>
    until(
      () => {
        path.timers.advance(1_000);
        path.tell();
        return probe();
      },
      { what },
    );

  it('gets every change of state exactly once through a restart of ours, and no acknowledgement [NTF-4]', async () => {
    path.tell(of('a', 'raised'));
    await until(() => told('a').length === 1, { what: 'the alert' });
    path.tell(of('a', 'priority', { priority: 'critical' }));
    await until(() => told('a').length === 3, { what: 'the rise' });
    await path.settled();
    await path.restart();
    path.tell(of('a', 'acknowledged', { priority: 'critical', state: 'acknowledged' }));
    path.tell(of('a', 'closed', { priority: 'critical', state: 'normal', active: 0 }));
    await until(() => told('a').length === 4, { what: 'the end' });
    const [first, ...others] = told('a');
    expect(first).toBe('firing high');
    expect([...others].sort()).toEqual(['firing critical', 'resolved critical', 'resolved high']);
    expect(others.at(-1)).toBe('resolved critical');
  });

  it('gets every change of state exactly once through an outage of its own, and what holds again after it [NTF-4]', async () => {
    path.tell(of('held', 'raised'), of('ended', 'raised'));
    await until(() => told('held').length === 1 && told('ended').length === 1, { what: 'the alerts' });
    await alertmanager.halt();
    path.tell(of('ended', 'closed', { state: 'normal', active: 0 }), of('new', 'raised'));
    await until(() => path.responder().report(0).channels[0]!.reason.includes('ECONNREFUSED'), {
      what: 'a call in vain',
    });
    await path.restart();
    await alertmanager.resume();
    await passing(() => told('new').length === 1 && told('ended').length === 2, 'what happened meanwhile');
    await passing(async () => (await alertmanager.firing()).length === 2, 'what holds to be said again');
    await path.settled();
    expect(path.rows.size).toBe(0);
    expect(told('held')).toEqual(['firing high']);
    expect(told('ended')).toEqual(['firing high', 'resolved high']);
    expect(told('new')).toEqual(['firing high']);
  });

  it('sends a webhook that we read, from which what came from us is left out [NTF-29]', async () => {
    const startsAt = new Date().toISOString();
    const labels = { alertname: 'DiskFull', severity: 'page', instance: 'mx3' };
    const annotations = { summary: 'Disk of mx3 is full', runbook_url: 'https://wiki.example/disk' };
    const alerts = [
      { labels, annotations, startsAt },
      { labels: { ...labels, mailvigil_group: 'x' }, annotations, startsAt },
    ];
    await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    const bodies = () =>
      hook.accepted.filter(({ body }) => body.includes('DiskFull')).map(({ body }) => JSON.parse(body));
    await until(() => bodies().length === 2, { what: 'both webhooks' });
    const found = bodies().flatMap((body) => parseAlertmanager(body, Date.now()));
    expect(found).toMatchObject([
      {
        name: 'DiskFull',
        isFiring: true,
        priority: 'critical',
        summary: 'Disk of mx3 is full',
        runbook: annotations.runbook_url,
      },
    ]);
  });
});
