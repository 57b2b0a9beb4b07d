import { describe, expect, it } from 'vitest';
import { localOperator, type Principal } from '../../server/base/permissions.ts';
import { ErrorAnswer } from '../../server/publish/answers.ts';
import {
  MatrixForm,
  PageForm,
  ProvidersForm,
  SeriesForm,
  StorageForm,
  TablesForm,
  TopForm,
  TraceForm,
} from '../../server/publish/answers-history.ts';
import { createFakePlatform } from './support/fake-platform.ts';
import { startPublisher } from './support/test-publisher.ts';

const RANGE = 'from=2026-11-21T00:00:00Z&to=2026-11-21T06:00:00Z';
const SERIES = `metrics=queue,lag&${RANGE}`;

async function ask(path: string, principal?: Principal): Promise<Response> {
  const { url } = await startPublisher(principal ? { principalOf: () => principal } : {});
  return fetch(`${url}/api/v1/${path}`);
}

async function refusal(response: Response): Promise<readonly [number, string, string]> {
  const { error } = ErrorAnswer.parse(await response.json());
  return [response.status, error.code, `${error.message}\n${(error.details ?? []).join('\n')}`];
}

describe('questions about the past', () => {
  it.each([
    [`tenants/t1/series?${SERIES}`, SeriesForm],
    [`platform/series?${SERIES}`, SeriesForm],
    [`clusters/A/series?${SERIES}&compare=yesterday,platformMedian`, SeriesForm],
    [`tenants/t1/tables?${RANGE}`, TablesForm],
    [`platform/tables?${RANGE}`, TablesForm],
    [`clusters/A/tables?${RANGE}&limit=3`, TablesForm],
    ['tenants/t1/matrix', MatrixForm],
    ['platform/matrix', MatrixForm],
    [`top?metric=lag&${RANGE}&order=lowest&limit=3&cluster=A`, TopForm],
    ['messages?tenant=t1&status=sent,deferred&words=full&minDelayMs=10&limit=5', PageForm],
    ['messages/mx1/4abc?at=1795222800000', TraceForm],
    ['storage', StorageForm],
    ['providers', ProvidersForm],
  ])('API-11: GET %s answers in the described form', async (path, form) => {
    const response = await ask(path);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(form.strict().parse(await response.json())).toBeDefined();
  });

  it.each([
    [`tenants/t1/series?${SERIES}&compare=tomorrow`, 400, /compare: must be any of yesterday/],
    [`tenants/t1/series?${SERIES}&metric=lag`, 400, /metric/],
    [`platform/tables?from=2026-11-21T06:00:00Z&to=2026-11-21T00:00:00Z`, 400, /to: must be after from/],
    [`top?metric=mood&${RANGE}`, 400, /metric: must be any of/],
    ['messages?tenant=t1&cluster=A', 400, /cluster: give a tenant or a cluster/],
    ['messages?status=lost', 400, /status/],
    ['messages?form=kim@t1.example', 400, /form/],
    ['messages?limit=100000', 400, /limit/],
    ['messages?fromMs=2026-11-21', 400, /fromMs: must be epoch milliseconds/],
    ['messages?tenant=nobody', 404, /no tenant nobody/],
    ['messages/mx1/unknown', 404, /nothing is kept of unknown on mx1/],
    ['tenants/nobody/matrix', 404, /no tenant nobody/],
    ['tenants/t1/matrix?at=1', 400, /at/],
    ['storage?verbose=1', 400, /verbose/],
  ])('API-12: GET %s is refused with %i and what is wrong', async (path, status, message) => {
    const [actual, , text] = await refusal(await ask(path));
    expect(actual).toBe(status);
    expect(text).toMatch(message);
  });

  it('API-13: every field of a search reaches the journal as it was meant', async () => {
    const platform = createFakePlatform(2);
    const asked: unknown[] = [];
    const { search } = platform.query;
    const query = { ...platform.query, search: (each: never) => (asked.push(each), search(each)) };
    const { url } = await startPublisher({ query });
    const fields = {
      ...{ address: 'a@b.example', from: 'f@b.example', to: 't@b.example', domain: 'b.example' },
      ...{
        toDomain: 'c.example',
        provider: 'google',
        queueId: '4abc',
        messageId: 'x@y',
        relay: 'mx.c.example',
      },
      ...{ code: '4.7.1', words: 'rate limit', cursor: 'abc' },
    };
    const more = { tenant: 't1', fromMs: '1795222800000', toMs: '2026-11-21T06:00:00Z', status: 'sent,held' };
    const search1 = new URLSearchParams({ ...fields, ...more, minDelayMs: '60000', limit: '7' });
    await fetch(`${url}/api/v1/messages?${search1}`);
    await fetch(`${url}/api/v1/messages`);
    expect(asked).toEqual([
      {
        ...fields,
        scope: { kind: 'tenant', id: 't1' },
        fromMs: 1_795_222_800_000,
        toMs: Date.parse('2026-11-21T06:00:00Z'),
        status: ['sent', 'held'],
        minDelayMs: 60_000,
        limit: 7,
      },
      { scope: { kind: 'platform' }, limit: 100 },
    ]);
  });
});

describe('tables to be saved', () => {
  it('API-14: are CSV under a name, in which no cell is run as a formula', async () => {
    const series = await ask(`tenants/t1/series.csv?${SERIES}`);
    expect(series.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(series.headers.get('content-disposition')).toBe('attachment; filename=t1-series.csv');
    expect(await series.text()).toBe(
      'time,coverage,queue,lag\r\n2026-11-21T00:00:00.000Z,1,1,1\r\n2026-11-21T00:00:01.000Z,,,\r\n',
    );
    const tables = await ask(`platform/tables.csv?${RANGE}&table=destinations`);
    expect(await tables.text()).toBe("destination,delivered,deferred,bounced\r\n'=cmd|x.example,1,2,3\r\n");
  });

  it('API-14: a search as CSV goes through all of its pages', async () => {
    const platform = createFakePlatform(2);
    const { search } = platform.query;
    const cursors: (string | undefined)[] = [];
    const query: typeof platform.query = {
      ...platform.query,
      search: async (asked) => {
        cursors.push(asked.cursor);
        const page = (await search(asked))!;
        return asked.cursor === 'b' ? page : { ...page, cursor: asked.cursor === 'a' ? 'b' : 'a' };
      },
    };
    const { url } = await startPublisher({ query });
    const text = await (await fetch(`${url}/api/v1/messages.csv`)).text();
    expect(cursors).toEqual([undefined, 'a', 'b']);
    expect(text.trimEnd().split('\r\n')).toHaveLength(4);
  });
});

describe('who may see what', () => {
  const clerk = (over: Partial<Principal>): Principal => ({ ...localOperator, id: 'clerk', ...over });
  const without = (...names: string[]) => localOperator.permissions.filter((name) => !names.includes(name));

  it('API-15: addresses are masked for those who may not see them, in entries, reasons, lines and CSV', async () => {
    const principal = clerk({ permissions: without('addresses:view') });
    for (const path of ['messages', 'messages.csv', 'messages/mx1/4abc']) {
      const text = await (await ask(path, principal)).text();
      expect(text).toContain('@t0.example');
      expect(text).not.toMatch(/kim|lee/);
    }
    expect(await (await ask('messages/mx1/4abc')).text()).toMatch(/kim@t1.*lee@t0.*sasl_username=kim/s);
  });

  it.each([
    ['messages?tenant=t0', 200],
    ['messages?tenant=t1', 403],
    ['messages', 403],
    ['messages?cluster=A', 403],
    ['messages.csv?tenant=t1', 403],
    ['messages/mx1/4abc', 200],
    [`tenants/t0/series?${SERIES}`, 200],
    [`tenants/t1/series?${SERIES}`, 403],
    [`tenants/t1/tables.csv?${RANGE}&table=causes`, 403],
    [`clusters/A/series?${SERIES}`, 403],
    [`platform/tables?${RANGE}`, 403],
    [`top?metric=lag&${RANGE}`, 403],
    ['storage', 403],
    ['providers', 403],
  ])('API-16: somebody of tenant t0 who asks GET %s is answered %i', async (path, status) => {
    const response = await ask(path, clerk({ tenants: ['t0'] }));
    await response.body?.cancel();
    expect(response.status).toBe(status);
  });

  it('API-16: a message of other tenants is not there for somebody', async () => {
    const [status, code] = await refusal(await ask('messages/mx1/4abc', clerk({ tenants: ['t5'] })));
    expect([status, code]).toEqual([404, 'not-found']);
  });

  it.each([
    ['messages', 'messages:search'],
    ['messages/mx1/4abc', 'messages:search'],
    ['storage', 'storage:view'],
  ])('API-16: GET %s needs %s', async (path, permission) => {
    const [status, , text] = await refusal(await ask(path, clerk({ permissions: without(permission) })));
    expect([status, text]).toEqual([403, expect.stringContaining(`needs ${permission}`)]);
  });
});

describe('the list of providers', () => {
  const put = (url: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/api/v1/providers`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ text: 'providers: [] # none\n' }),
    });

  it('API-17: is replaced by those who may, from a page of ours or no page', async () => {
    const { url } = await startPublisher();
    expect(await (await put(url)).json()).toEqual({ text: 'providers: [] # none\n' });
    expect(await (await fetch(`${url}/api/v1/providers`)).json()).toEqual({ text: 'providers: [] # none\n' });
    expect((await put(url, { origin: 'http://evil.example' })).status).toBe(403);
  });

  it('API-17: needs providers:edit', async () => {
    const principal = { ...localOperator, permissions: ['storage:view'] as const };
    const { url } = await startPublisher({ principalOf: () => principal });
    expect((await put(url)).status).toBe(403);
  });
});
