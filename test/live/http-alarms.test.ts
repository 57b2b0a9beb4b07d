import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { localOperator, type Principal } from '../../server/base/permissions.ts';
import { ErrorAnswer } from '../../server/publish/answers.ts';
import { AlarmsForm, KpisForm, RecordForm, ResultForm } from '../../server/publish/answers-alarms.ts';
import {
  BackTestForm,
  FaultsForm,
  IdForm,
  OnCallAnswer,
  RulesForm,
  TakenForm,
  TestForm,
  VersionForm,
} from '../../server/publish/answers-rules.ts';
import { createFakeAlarms, lineOf } from './support/fake-alarms.ts';
import { startPublisher } from './support/test-publisher.ts';

const AT = 1_790_000_000_000;
const CRITICAL = 'lag tenant t1';
const WHO = { by: 'kim', reason: 'looked at it' };

async function start(principal: Principal = localOperator, alarms = createFakeAlarms()) {
  const { url } = await startPublisher({ alarms, principalOf: () => principal });
  const ask = (path: string, method: string, body?: unknown) =>
    fetch(`${url}/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
  return {
    ...{ alarms, url },
    get: (path: string) => ask(path, 'GET'),
    post: (path: string, body: unknown) => ask(path, 'POST', body),
    put: (path: string, body: unknown) => ask(path, 'PUT', body),
  };
}

async function errorOf(response: Response): Promise<readonly [number, string, string]> {
  const { error } = ErrorAnswer.strict().parse(await response.json());
  return [response.status, error.code, [error.message, ...(error.details ?? [])].join('\n')];
}

const tenantOperator: Principal = {
  id: 'lee',
  permissions: ['alarms:view', 'alarms:act', 'alarms:configure'],
  tenants: ['t0'],
};

describe('alarms over HTTP', () => {
  it.each<readonly [string, string, unknown, z.ZodType]>([
    ['GET', 'api/v1/alarms', undefined, AlarmsForm.strict()],
    ['GET', 'api/v1/alarms/record', undefined, RecordForm.strict()],
    ['GET', `api/v1/alarms/kpis?fromMs=${AT}&toMs=${AT + 9}`, undefined, KpisForm.strict()],
    ['POST', 'api/v1/alarms/acknowledge', { ids: [CRITICAL], by: 'kim' }, ResultForm.strict()],
    ['GET', 'api/v1/alarm-rules', undefined, RulesForm.strict()],
    ['POST', 'api/v1/alarm-rules/check', { text: 'bad' }, FaultsForm.strict()],
    ['GET', 'api/v1/alarm-rules/versions/2', undefined, VersionForm.strict()],
    ['PUT', 'api/v1/alarm-rules', { text: '', by: 'kim', note: '', baseVersion: 3 }, RulesForm.strict()],
    ['POST', 'api/v1/alarm-rules/back-tests', { text: '', fromMs: AT, toMs: AT + 9 }, BackTestForm.strict()],
    ['GET', 'api/v1/alarm-rules/back-tests/b1', undefined, BackTestForm.strict()],
    ['POST', 'api/v1/alarm-rules/back-tests/b1/cancel', {}, BackTestForm.strict()],
    ['GET', 'api/v1/on-call', undefined, OnCallAnswer.strict()],
    ['POST', 'api/v1/on-call/overrides/o1/end', { by: 'kim' }, IdForm.strict()],
    ['POST', 'api/v1/alarm-channels/mail/test', { by: 'kim' }, TestForm.strict()],
    ['POST', 'ingest/v1/alertmanager', { version: '4', alerts: [] }, TakenForm.strict()],
  ])('API-31: %s /%s answers in the described form', async (method, path, body, form) => {
    const { url } = await start(localOperator, createFakeAlarms([lineOf(1, { kind: 'platform', id: '' })]));
    const response = await fetch(`${url}/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    expect(response.status).toBe(200);
    expect(form.parse(await response.json())).toBeDefined();
  });

  it.each<readonly [string, object, object]>([
    [
      'alarms/acknowledge',
      { ids: ['a', 'b'], by: ' kim ', note: 'mine' },
      { kind: 'acknowledge', ids: ['a', 'b'], by: 'kim', note: 'mine' },
    ],
    ['alarms/resolve', { ids: ['a'], ...WHO }, { kind: 'resolve', ids: ['a'], ...WHO }],
    [
      'alarms/shelve',
      { ids: ['a'], ...WHO, untilMs: AT },
      { kind: 'shelve', ids: ['a'], ...WHO, untilMs: AT },
    ],
    ['alarms/unshelve', { ids: ['a'], ...WHO }, { kind: 'unshelve', ids: ['a'], ...WHO }],
    ['alarms/out-of-service', { rule: 'lag', ...WHO }, { kind: 'out-of-service', rule: 'lag', ...WHO }],
    [
      'alarms/in-service',
      { rule: 'lag', scope: { kind: 'tenant', id: 't0' }, ...WHO },
      { kind: 'in-service', rule: 'lag', scope: { kind: 'tenant', id: 't0' }, ...WHO },
    ],
    [
      'silences',
      { matcher: { tenants: ['t0'], upTo: 'high' }, ...WHO, fromMs: AT, untilMs: AT + 1 },
      {
        kind: 'silence',
        silence: { matcher: { tenants: ['t0'], upTo: 'high' }, ...WHO, fromMs: AT, untilMs: AT + 1 },
      },
    ],
    ['silences/s1/end', WHO, { kind: 'end-silence', id: 's1', ...WHO }],
    [
      'maintenance',
      { matcher: {}, ...WHO, when: { kind: 'once', fromMs: AT, untilMs: AT + 1 } },
      {
        kind: 'maintain',
        maintenance: { matcher: {}, ...WHO, when: { kind: 'once', fromMs: AT, untilMs: AT + 1 } },
      },
    ],
    ['maintenance/m1/end', WHO, { kind: 'end-maintenance', id: 'm1', ...WHO }],
  ])(
    'API-32: POST /api/v1/%s is passed on as it was meant, and its answer told',
    async (path, body, action) => {
      const { alarms, post } = await start();
      const response = await post(`api/v1/${path}`, body);
      expect(response.status).toBe(200);
      expect(ResultForm.parse(await response.json()).refused).toEqual([{ id: 'x', reason: 'no' }]);
      expect(alarms.calls).toEqual([action]);
    },
  );

  it('API-32: a weekly maintenance window is passed on with its zone', async () => {
    const { alarms, post } = await start();
    const when = {
      kind: 'weekly',
      zone: 'Europe/London',
      weekdays: [2],
      from: '02:00',
      minutes: 90,
      untilMs: AT,
    };
    await post('api/v1/maintenance', { matcher: {}, ...WHO, when });
    expect(alarms.calls).toEqual([{ kind: 'maintain', maintenance: { matcher: {}, ...WHO, when } }]);
  });

  const at = { fromMs: AT, untilMs: AT + 1 };
  const weekly = {
    kind: 'weekly',
    zone: 'Europe/London',
    weekdays: [2],
    from: '02:00',
    minutes: 90,
    untilMs: AT,
  };
  const planned = (change: object) => ({ matcher: {}, ...WHO, when: { ...weekly, ...change } });
  it.each<readonly [string, unknown, RegExp]>([
    ['alarms/acknowledge', { ids: [], by: 'kim' }, /^ids: /m],
    ['alarms/acknowledge', { ids: ['a'], by: '  ' }, /^by: say who you are/m],
    ['alarms/acknowledge', { ids: ['a'], by: 'kim', untilMs: 1 }, /untilMs/],
    ['alarms/resolve', { ids: ['a'], by: 'kim' }, /^reason: /m],
    ['alarms/resolve', { ids: ['a'], by: 'kim', reason: '' }, /^reason: give a reason/m],
    ['alarms/shelve', { ids: ['a'], ...WHO }, /^untilMs: /m],
    ['alarms/shelve', { ids: ['a'], ...WHO, untilMs: 17_000 }, /^untilMs: must be epoch milliseconds/m],
    ['alarms/out-of-service', { rule: 'lag', scope: { kind: 'planet', id: 'x' }, ...WHO }, /^scope\.kind: /m],
    ['silences', { matcher: {}, ...WHO, fromMs: AT, untilMs: AT }, /^untilMs: must be after fromMs/m],
    ['silences', { matcher: { tenant: ['t0'] }, ...WHO, ...at }, /^matcher: .*tenant/m],
    ['silences', { matcher: { tenants: [] }, ...WHO, ...at }, /^matcher\.tenants: /m],
    [
      'maintenance',
      planned({ zone: 'Mars/Olympus' }),
      /^when\.zone: 'Mars\/Olympus' is not a time zone; write/m,
    ],
    ['maintenance', planned({ from: '24:00' }), /^when\.from: must be HH:MM/m],
    ['maintenance', planned({ weekdays: [0] }), /^when\.weekdays/m],
    ['maintenance', planned({ minutes: 721 }), /^when\.minutes: /m],
    [
      'maintenance',
      { matcher: {}, ...WHO, when: { kind: 'once', fromMs: AT, untilMs: AT } },
      /^when\.untilMs: must be after/m,
    ],
    ['alarm-rules/back-tests', { text: '', fromMs: AT, toMs: AT }, /^toMs: must be after fromMs/m],
    [
      'alarm-rules/back-tests',
      { text: '', fromMs: AT - 401 * 86_400_000, toMs: AT },
      /^fromMs: must be at most 400 days/m,
    ],
    ['on-call/overrides', { schedule: 's', person: 'p', ...at, by: 'kim' }, /^reason: /m],
  ])('API-33: POST /api/v1/%s with %j is refused with what is wrong', async (path, body, fault) => {
    const { alarms, post } = await start();
    const [status, code, text] = await errorOf(await post(`api/v1/${path}`, body));
    expect([status, code]).toEqual([400, 'bad-request']);
    expect(text).toMatch(fault);
    expect(alarms.calls).toEqual([]);
  });

  it.each([
    ['alarms?at=1', 400],
    ['alarms/record?kinds=raised,eaten', 400],
    ['alarms/record?scopeId=t0', 400],
    ['alarms/record?scopeKind=tenant', 400],
    ['alarms/record?limit=0', 400],
    [`alarms/record?fromMs=${AT}&toMs=${AT}`, 400],
    [`alarms/kpis?fromMs=${AT}&toMs=${AT}`, 400],
    ['alarm-rules/versions/9', 404],
    ['alarm-rules/back-tests/b9', 404],
  ])('API-33: GET /api/v1/%s is answered with %i', async (path, status) => {
    const { get } = await start();
    expect((await get(`api/v1/${path}`)).status).toBe(status);
  });

  it('API-33: ending what there is not is answered with 404, and rules with faults with each of them', async () => {
    const { alarms, post, put } = await start();
    expect((await post('api/v1/silences/none/end', WHO)).status).toBe(404);
    expect((await post('api/v1/maintenance/none/end', WHO)).status).toBe(404);
    const save = { text: 'bad', by: 'kim', note: '', baseVersion: 3 };
    expect(await errorOf(await put('api/v1/alarm-rules', save))).toEqual([
      ...[400, 'bad-request', 'the rules have 1 fault\nline 1: bad'],
    ]);
    expect(alarms.calls).toEqual([]);
  });

  it('API-34: every field of a search of the record is passed on', async () => {
    const { alarms, get } = await start();
    const search = `rule=lag&scopeKind=tenant&scopeId=t1&alarmId=a&kinds=raised,closed&fromMs=${AT}&toMs=${AT + 9}&limit=5&beforeSeq=77`;
    await get(`api/v1/alarms/record?${search}`);
    expect(alarms.calls).toEqual([
      {
        ...{ rule: 'lag', scope: { kind: 'tenant', id: 't1' }, alarmId: 'a', kinds: ['raised', 'closed'] },
        ...{ fromMs: AT, toMs: AT + 9, limit: 5, beforeSeq: 77 },
      },
    ]);
  });

  it('API-34: the record as CSV holds all pages, and no cell of it is run as a formula', async () => {
    const lines = Array.from({ length: 2_300 }, (_, i) => lineOf(2_300 - i, { kind: 'tenant', id: 't0' }));
    const { get } = await start(localOperator, createFakeAlarms(lines));
    const response = await get('api/v1/alarms/record.csv?limit=5');
    expect(response.headers.get('content-type')).toMatch('text/csv');
    const rows = (await response.text()).trimEnd().split('\r\n');
    expect(rows).toHaveLength(2_301);
    expect(rows[0]).toMatch(/^seq,time,kind,rule,/);
    expect(rows[1]).toContain(`2300,${new Date(AT + 2_300).toISOString()},raised,lag,3,tenant,t0,high`);
    expect(rows[1]).toContain(`"'=lag, ""very"" late"`);
  });

  it('API-35: without a watch they say so and what to do', async () => {
    const { url } = await startPublisher();
    const [status, code, text] = await errorOf(await fetch(`${url}/api/v1/alarms`));
    expect([status, code]).toEqual([503, 'unavailable']);
    expect(text).toMatch(/not watched here; start/);
  });
});

describe('somebody who may see one tenant', () => {
  it('API-36: sees its alarms, groups and silences, and nothing that names or counts others', async () => {
    const { get } = await start(tenantOperator);
    const text = await (await get('api/v1/alarms')).text();
    const seen = AlarmsForm.strict().parse(JSON.parse(text));
    expect(seen.alarms.map(({ id }) => id)).toEqual(['lag tenant t0']);
    expect(seen.groups).toMatchObject([
      { members: ['lag tenant t0'], priority: 'medium', state: 'acknowledged', active: 1, mailboxes: 100 },
    ]);
    expect(seen.silences).toMatchObject([{ id: 's0', hides: ['lag tenant t0'] }]);
    expect(seen).toMatchObject({ maintenance: [], onCall: [], flood: null, path: { channels: [] } });
    expect(seen.kpis).toMatchObject({ coveredFromMs: seen.kpis.toMs, kpis: [], contributors: [] });
    expect(text).not.toMatch(/t1/i);
  });

  it('API-36: sees its lines of the record, through pages that hold those of others', async () => {
    const lines = Array.from({ length: 2_500 }, (_, i) =>
      lineOf(2_500 - i, { kind: 'tenant', id: i % 500 === 7 ? 't0' : 't1' }),
    );
    const { get } = await start(tenantOperator, createFakeAlarms(lines));
    const page = RecordForm.parse(await (await get('api/v1/alarms/record?limit=3')).json());
    expect(page.records.map(({ seq }) => seq)).toEqual([2_493, 1_993, 1_493]);
    const rest = await get(`api/v1/alarms/record?limit=3&beforeSeq=${page.nextBeforeSeq}`);
    expect(await rest.json()).toMatchObject({ records: [{ seq: 993 }, { seq: 493 }], nextBeforeSeq: null });
    const rows = (await (await get('api/v1/alarms/record.csv')).text()).trimEnd().split('\r\n');
    expect(rows).toHaveLength(6);
  });

  it('API-37: acts on its alarms only; those of others are not there', async () => {
    const { alarms, post } = await start(tenantOperator);
    const body = { ids: ['lag tenant t0', CRITICAL, 'nothing'], by: 'lee', note: '' };
    const answer = ResultForm.parse(await (await post('api/v1/alarms/acknowledge', body)).json());
    expect(alarms.calls).toEqual([{ kind: 'acknowledge', ids: ['lag tenant t0'], by: 'lee', note: '' }]);
    const reason = 'there is no such alarm';
    expect(answer.refused).toEqual(
      expect.arrayContaining([CRITICAL, 'nothing'].map((id) => ({ id, reason }))),
    );
    const none = await post('api/v1/alarms/acknowledge', { ids: [CRITICAL], by: 'lee' });
    expect(await none.json()).toEqual({ done: [], refused: [{ id: CRITICAL, reason }] });
    expect(alarms.calls).toHaveLength(1);
  });

  it.each<readonly [string, object, number]>([
    ['silences', { matcher: {}, ...WHO, fromMs: AT, untilMs: AT + 1 }, 403],
    ['silences', { matcher: { tenants: ['t0', 't1'] }, ...WHO, fromMs: AT, untilMs: AT + 1 }, 403],
    ['silences', { matcher: { tenants: ['t0'] }, ...WHO, fromMs: AT, untilMs: AT + 1 }, 200],
    ['silences/s0/end', WHO, 200],
    ['silences/s1/end', WHO, 404],
    ['maintenance/m1/end', WHO, 404],
    ['alarms/out-of-service', { rule: 'lag', ...WHO }, 403],
    ['alarms/out-of-service', { rule: 'lag', scope: { kind: 'tenant', id: 't1' }, ...WHO }, 403],
    ['alarms/out-of-service', { rule: 'lag', scope: { kind: 'tenant', id: 't0' }, ...WHO }, 200],
    ['alarm-rules/check', { text: '' }, 403],
    ['on-call/overrides/o1/end', { by: 'lee' }, 403],
  ])('API-37: POST /api/v1/%s with %j is answered with %i', async (path, body, status) => {
    const { alarms, post } = await start(tenantOperator);
    expect((await post(`api/v1/${path}`, body)).status).toBe(status);
    expect(alarms.calls).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each([
    'alarm-rules',
    'alarm-rules/versions/2',
    'alarm-rules/back-tests/b1',
    'on-call',
    `alarms/kpis?fromMs=${AT}&toMs=${AT + 1}`,
  ])('API-37: is refused /api/v1/%s, which is of the whole platform', async (path) => {
    const { get } = await start(tenantOperator);
    expect((await get(`api/v1/${path}`)).status).toBe(403);
  });
});

describe('somebody who may only look', () => {
  const viewer: Principal = { id: 'v', permissions: ['alarms:view'], tenants: 'all' };
  it.each<readonly [string, object]>([
    ['api/v1/alarms/acknowledge', { ids: ['a'], by: 'v' }],
    ['api/v1/silences', { matcher: {}, ...WHO, fromMs: AT, untilMs: AT + 1 }],
    ['api/v1/maintenance/m1/end', WHO],
    ['api/v1/alarm-rules/back-tests', { text: '', fromMs: AT, toMs: AT + 9 }],
    ['api/v1/on-call/overrides/o1/end', { by: 'v' }],
    ['api/v1/alarm-channels/mail/test', { by: 'v' }],
    ['ingest/v1/alertmanager', { version: '4' }],
  ])('API-38: is refused POST /%s', async (path, body) => {
    const { alarms, post, get } = await start(viewer);
    expect((await post(path, body)).status).toBe(403);
    expect(alarms.calls).toEqual([]);
    expect((await get('api/v1/alarms')).status).toBe(200);
  });
});

describe('who is on call', () => {
  it('API-39: is told as the live room tells it, and by the schedule for a time asked for', async () => {
    const { alarms, get, post } = await start();
    const now = OnCallAnswer.parse(await (await get('api/v1/on-call')).json());
    expect(now).toMatchObject({
      now: [{ person: 'kim' }],
      people: [{ id: 'kim' }],
      overrides: [{ id: 'o1' }],
    });
    const then = await get(`api/v1/on-call?at=${AT}`);
    expect(await then.json()).toMatchObject({ now: [{ person: null, reason: `at ${AT}` }] });
    const override = {
      schedule: 'night',
      person: 'kim',
      fromMs: AT,
      untilMs: AT + 1,
      by: 'lee',
      reason: 'ill',
    };
    expect(await (await post('api/v1/on-call/overrides', override)).json()).toEqual({ id: 'o2' });
    expect(alarms.calls).toEqual([override]);
  });
});
