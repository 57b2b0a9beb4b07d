import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarmPath, type AlarmPath } from '../../support/alarm-path.ts';
import { startHookServer, type HookServer } from '../../support/hook-server.ts';
import { notice } from '../../support/notices.ts';
import { until } from '../../support/until.ts';

describe('a webhook', () => {
  let hook: HookServer;
  let path: AlarmPath;
  const begin = (channel: object = {}, config: object = {}): void => {
    path = createAlarmPath({
      channels: [
        { id: 'hook', type: 'webhook', url: hook.url, secret: 'whsec_c2VjcmV0', timeoutMs: 500, ...channel },
      ],
      routes: [{ channels: ['hook'] }],
      ...config,
    });
  };
  const bodies = () => hook.accepted.map(({ body }) => JSON.parse(body));
  const kinds = () => bodies().map(({ type }) => type);
  /** Waits for what the real network does, and lets the time of the retries pass meanwhile. */
  const going = (probe: () => boolean, what: string) =>
    until(
      () => {
        path.timers.advance(1_000);
        return probe();
      },
      { what, everyMs: 20 },
    );

  beforeEach(async () => {
    hook = await startHookServer();
  });
  afterEach(async () => {
    await path?.stop();
    await hook.stop();
  });

  it('gets a body that is signed as Standard Webhooks has it, and says all there is to know [NTF-22]', async () => {
    begin();
    path.tell(notice('raised'));
    await until(() => hook.accepted.length === 1, { what: 'the call' });
    const { headers, body } = hook.accepted[0]!;
    const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']];
    const expected = createHmac('sha256', Buffer.from('secret'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(id).toBe('g1-raised');
    expect(JSON.parse(body)).toMatchObject({
      type: 'alarm.raised',
      data: { phase: 'firing', alarm: { groupId: 'g1', priority: 'high', names: ['Aurora Broadband'] } },
    });
  });

  it('gets every change of state exactly once, in order, through a restart of ours and ten minutes of its outage [NTF-12]', async () => {
    begin();
    path.tell(notice('raised'));
    await until(() => hook.accepted.length === 1, { what: 'the first call' });
    await path.settled();
    hook.answer((response) => response.writeHead(503).end());
    path.tell(notice('joined'));
    path.tell(notice('priority', {}, { priority: 'critical' }));
    await until(() => hook.calls.length >= 2, { what: 'a call in vain' });
    for (let minute = 0; minute < 5; minute++) path.timers.advance(60_000);
    await path.restart();
    path.tell(notice('acknowledged', {}, { priority: 'critical', state: 'acknowledged' }));
    for (let minute = 0; minute < 5; minute++) path.timers.advance(60_000);
    path.tell(notice('closed', {}, { priority: 'critical', state: 'normal', active: 0 }));
    expect(path.rows.size).toBe(4);
    hook.answer((response) => response.end());
    await going(() => hook.accepted.length >= 5, 'the rest');
    await path.settled();
    expect(path.rows.size).toBe(0);
    await path.restart();
    path.timers.advance(60_000);
    expect(kinds()).toEqual([
      'alarm.raised',
      'alarm.joined',
      'alarm.priority',
      'alarm.acknowledged',
      'alarm.closed',
    ]);
  });

  it('gets a message again under the same id when we died between its acceptance and our commit [NTF-12]', async () => {
    begin();
    path.tell(notice('raised'));
    await until(() => hook.accepted.length === 1, { what: 'the call' });
    await path.restart();
    await until(() => hook.accepted.length === 2, { what: 'the same again' });
    const [first, second] = hook.accepted;
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.body).toBe(first!.body);
  });

  it('may hang: it is called again later, and others are told meanwhile [NTF-23]', async () => {
    const other = await startHookServer();
    begin(
      {},
      {
        channels: [
          { id: 'hook', type: 'webhook', url: hook.url, timeoutMs: 500 },
          { id: 'other', type: 'webhook', url: other.url, timeoutMs: 500 },
        ],
        routes: [{ channels: ['hook', 'other'] }],
      },
    );
    hook.answer(() => undefined);
    path.tell(notice('raised'));
    await until(() => other.accepted.length === 1, { what: 'the other one' });
    await until(() => path.responder().report(0).channels[0]!.reason.includes('no answer within 0.5 s'), {
      what: 'the report of it',
    });
    hook.answer((response) => response.end());
    await going(() => hook.accepted.length === 1, 'the call again');
    await other.stop();
  });

  it('may answer 500, 408, 425 or 429: it is called again [NTF-23]', async () => {
    begin();
    const statuses = [500, 408, 425, 429];
    hook.answer((response) => response.writeHead(statuses.shift() ?? 200).end());
    path.tell(notice('raised'));
    await going(() => hook.accepted.length === 1, 'the call that worked');
    expect(hook.calls).toHaveLength(5);
  });

  it.each([
    [301, 'redirect (301 to elsewhere.example)'],
    [307, 'redirect (307 to elsewhere.example)'],
    [400, 'it answered 400 (no such hook)'],
    [410, 'it answered 410 (no such hook)'],
  ])('may answer %i: that is its last word, counted and shown [NTF-23]', async (status, reason) => {
    begin();
    hook.answer((response) =>
      response.writeHead(status, { location: 'https://elsewhere.example/s3cret' }).end('no such hook'),
    );
    path.tell(notice('raised'));
    const report = () => path.responder().report(0).channels[0]!;
    await until(() => report().dead === 1, { what: 'the refusal' });
    path.timers.advance(3_600_000);
    expect(hook.calls).toHaveLength(1);
    expect(report()).toMatchObject({ state: 'failing', waiting: 0, sent: 0 });
    expect(report().reason).toContain(reason);
    expect(report().reason).not.toContain('s3cret');
  });

  it('may answer with a gigabyte: a little of it is read, and the message is told [NTF-23]', async () => {
    begin({ timeoutMs: 20_000 });
    const chunk = Buffer.alloc(65_536, 'x');
    let written = 0;
    let isClosed = false;
    hook.answer((response) => {
      response.writeHead(200, { 'content-length': 2 ** 30 });
      const more = (): void => {
        while (!isClosed && written < 2 ** 30) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
      };
      response.once('close', () => (isClosed = true));
      more();
    });
    path.tell(notice('raised'));
    await until(() => path.responder().report(0).channels[0]!.sent === 1, { what: 'it to count as told' });
    await until(() => isClosed, { what: 'the connection to be closed' });
    expect(written).toBeLessThan(2 ** 27);
    await path.settled();
    expect(path.rows.size).toBe(0);
  });

  it('is not there: the alarm is told in another way as well when that lasts a minute [NTF-9]', async () => {
    const other = await startHookServer();
    await hook.stop();
    begin(
      {},
      {
        channels: [
          { id: 'hook', type: 'webhook', url: hook.url },
          { id: 'other', type: 'webhook', url: other.url },
        ],
        routes: [{ channels: ['hook'] }],
      },
    );
    path.tell(notice('raised'));
    await until(() => path.responder().report(0).channels[0]!.reason.includes('ECONNREFUSED'), {
      what: 'a call in vain',
    });
    await going(() => {
      path.tell();
      return other.accepted.length === 1;
    }, 'the other way');
    expect(JSON.parse(other.accepted[0]!.body).data.text).toContain('could not be told through hook');
    await other.stop();
  });

  it('is tried by a test message, whose outcome is said at once [NTF-24]', async () => {
    begin();
    expect(await path.responder().test('hook', 'Ana')).toEqual({ ok: true, reason: '' });
    expect(bodies()[0]).toMatchObject({
      type: 'alarm.test',
      data: { subject: expect.stringContaining('Ana') },
    });
    hook.answer((response) => response.writeHead(404).end());
    expect(await path.responder().test('hook', 'Ana')).toEqual({ ok: false, reason: 'it answered 404' });
    await expect(path.responder().test('nowhere', 'Ana')).rejects.toThrow("no channel 'nowhere'");
  });
});

describe('services that cannot run here: their published forms are played by a webhook', () => {
  let hook: HookServer;
  let path: AlarmPath;
  beforeEach(async () => {
    hook = await startHookServer();
  });
  afterEach(async () => {
    await path.stop();
    await hook.stop();
  });
  const bodies = () => hook.accepted.map(({ body }) => JSON.parse(body));
  const ONCE = notice('raised', {}, { text: 'Lag <!channel> & more: noc@aurora.example' });

  it('PagerDuty Events v2 gets trigger, acknowledge and resolve under one key, and is called again after 429 [NTF-25]', async () => {
    const key = 'R'.repeat(32);
    path = createAlarmPath({
      channels: [{ id: 'pd', type: 'pagerduty', url: hook.url, routingKey: key }],
      routes: [{ channels: ['pd'] }],
    });
    let calls = 0;
    hook.answer((response) => response.writeHead(calls++ === 0 ? 429 : 202).end('{"status":"success"}'));
    path.tell(notice('raised'));
    path.tell(notice('acknowledged', {}, { state: 'acknowledged' }));
    path.tell(notice('closed', {}, { state: 'normal', active: 0 }));
    await until(
      () => {
        path.timers.advance(1_000);
        return hook.accepted.length === 3;
      },
      { what: 'three events' },
    );
    expect(bodies().map((event) => event.event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    for (const event of bodies()) expect(event).toMatchObject({ routing_key: key, dedup_key: 'g1' });
    expect(bodies()[0].payload).toMatchObject({ severity: 'error', source: 'A', class: 'lag' });
    expect(bodies()[0].payload.summary).toContain('Aurora Broadband');
  });

  it('PagerDuty gets an incident of its own for what pages after an acknowledgement, and the end of the one before [NTF-37]', async () => {
    path = createAlarmPath({
      channels: [{ id: 'pd', type: 'pagerduty', url: hook.url, routingKey: 'R'.repeat(32) }],
      routes: [{ channels: ['pd'] }],
    });
    hook.answer((response) => response.writeHead(202).end('{"status":"success"}'));
    path.tell(notice('raised'));
    path.tell(notice('acknowledged', {}, { state: 'acknowledged' }));
    path.tell(notice('priority', {}, { priority: 'critical' }));
    path.tell(notice('closed', {}, { state: 'normal', active: 0 }));
    await until(() => hook.accepted.length === 5, { what: 'five events' });
    expect(bodies().map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`)).toEqual([
      'trigger g1',
      'acknowledge g1',
      'trigger g1#1',
      'resolve g1',
      'resolve g1#1',
    ]);
  });

  it('Slack gets text in which no name can call a channel, and no address [NTF-25]', async () => {
    path = createAlarmPath({
      channels: [{ id: 'slack', type: 'slack', url: hook.url }],
      routes: [{ channels: ['slack'] }],
    });
    path.tell(ONCE);
    await until(() => hook.accepted.length === 1, { what: 'the message' });
    const { text, blocks } = bodies()[0];
    expect(text).toBe('HIGH: Lag &lt;!channel&gt; &amp; more: [address]');
    expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['section', 'section']);
    expect(hook.accepted[0]!.body).not.toContain('noc@aurora.example');
  });
});
