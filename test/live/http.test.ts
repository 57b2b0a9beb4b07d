import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localOperator, type Principal } from '../../server/base/permissions.ts';
import { ErrorAnswer, SourcesAnswer, TenantsAnswer, WallAnswer } from '../../server/publish/answers.ts';
import { SeriesForm } from '../../server/publish/answers-history.ts';
import { until } from '../support/until.ts';
import { createFakePlatform } from './support/fake-platform.ts';
import { rawRequest } from './support/raw-request.ts';
import { metric, startPublisher } from './support/test-publisher.ts';

async function errorOf(response: Response): Promise<readonly [number, string, readonly string[]]> {
  const { error } = ErrorAnswer.strict().parse(await response.json());
  return [response.status, error.code, error.details ?? []];
}
const SERIES = 'api/v1/tenants/t1/series?metrics=queue,lag&from=2026-11-21T00:00:00Z&to=1795222800000';

describe('the probes', () => {
  it('answer 200 while all is well, and 503 with the reasons when not', async () => {
    const { url, platform } = await startPublisher();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true, reasons: [] });
    const failing = { ok: false, reasons: ['source mx1 has been lost for 70 s: is rsyslog running there?'] };
    platform.health.ready = () => failing;
    const [healthz, readyz] = [await fetch(`${url}/healthz`), await fetch(`${url}/readyz`)];
    expect([healthz.status, readyz.status]).toEqual([200, 503]);
    expect(await readyz.json()).toEqual(failing);
  });
});

describe('an address of no page', () => {
  it('is told to people as a page that leads to the wall, and to programs as JSON', async () => {
    const { url } = await startPublisher();
    const page = await fetch(`${url}/nonsense`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<a href="/">To the wall</a>');
    expect(await errorOf(await fetch(`${url}/nonsense`))).toEqual([404, 'not-found', []]);
  });
});

describe('/metrics', () => {
  it('has a series where there is a number and none where there is no data', async () => {
    const { url, platform, tick } = await startPublisher();
    platform.set(0, { queueDepth: 12, lagP95Ms: 1_500, isLagFloor: true });
    platform.set(1, { queueDepth: null });
    tick();
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('mailvigil_tenant_queue_depth{tenant="t0"} 12\n');
    expect(text).toContain('mailvigil_tenant_lag_p95_seconds{tenant="t0"} 1.5\n');
    expect(text).toContain('mailvigil_tenant_lag_p95_is_floor{tenant="t0"} 1\n');
    expect(text).not.toMatch(/mailvigil_tenant_\w+{tenant="t1"}/);
    expect(text).not.toMatch(/mailvigil_tenant_(spam|access)_percent{/);
    expect(text).toMatch(/^mailvigil_live_screens 0$/m);

    platform.set(0, { queueDepth: null });
    tick();
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('depth{tenant="t0"}');
  });
});

describe('the questions', () => {
  it.each([
    ['/api/v1/tenants', TenantsAnswer.strict()],
    ['/api/v1/wall', WallAnswer.strict()],
    ['/api/v1/sources', SourcesAnswer.strict()],
    [`/${SERIES}`, SeriesForm.strict()],
  ])('GET %s answers in the described form and is never cached', async (path, form) => {
    const { url } = await startPublisher();
    const response = await fetch(url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(form.parse(await response.json())).toBeDefined();
  });

  it('pass times, names and limits on as they were meant', async () => {
    const platform = createFakePlatform(2);
    const { series } = platform.query;
    const asked: unknown[] = [];
    platform.query.series = (query) => (asked.push(query), series(query));
    const { url } = await startPublisher({}, platform);
    await fetch(`${url}/${SERIES}&points=10&direction=in`);
    const fromMs = Date.parse('2026-11-21T00:00:00Z');
    expect(asked).toEqual([
      {
        scope: { kind: 'tenant', id: 't1' },
        metrics: ['queue', 'lag'],
        fromMs,
        toMs: 1_795_222_800_000,
        points: 10,
        direction: 'in',
      },
    ]);
  });

  it.each([
    ['api/v1/wall?at=yesterday', 400, 'bad-request', /^at: must be epoch milliseconds/],
    ['api/v1/wall?at=2026-11-21T00:00:00', 400, 'bad-request', /with a zone/],
    ['api/v1/wall?when=2026-11-21T00:00:00Z', 400, 'bad-request', /when/],
    ['api/v1/wall?at=2026-11-21T00:00:00Z', 503, 'unavailable', null],
    [`${SERIES}&points=0`, 400, 'bad-request', /^points: /],
    [SERIES.replace('lag', 'mood'), 400, 'bad-request', /^metrics: must be any of queue, lag/],
    [SERIES.replace(/to=\d+/, 'to=1000000000000'), 400, 'bad-request', /^to: must be after from/],
    [SERIES.replace('/t1/', '/nobody/'), 404, 'not-found', null],
    [SERIES.replace('/t1/', '/%zz/'), 400, 'bad-request', null],
    [SERIES.replace('/t1/', '/a%20b/'), 400, 'bad-request', /^id: /],
    ['api/v1/nothing', 404, 'not-found', null],
    ['ingest/v1/nothing', 404, 'not-found', null],
    ['nothing', 404, 'not-found', null],
  ])('answer GET /%s with %i %s', async (path, status, code, detail) => {
    const { url } = await startPublisher();
    const [actualStatus, actualCode, details] = await errorOf(await fetch(`${url}/${path}`));
    expect([actualStatus, actualCode]).toEqual([status, code]);
    if (detail) expect(details.join('\n')).toMatch(detail);
  });

  it('answer a fault of ours with an id that is in the log, and nothing else of it', async () => {
    const platform = createFakePlatform(1);
    platform.query.sources = () => {
      throw new Error('/secret/path');
    };
    const { url, registry } = await startPublisher({}, platform);
    const response = await fetch(`${url}/api/v1/sources`);
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(
      /^{"error":{"code":"internal","message":"internal error, see the log at [0-9a-f]{12}"}}$/,
    );
    expect(
      await metric(registry, 'mailvigil_handler_failures_total', { handler: 'GET /api/v1/sources' }),
    ).toBe(1);
    const labels = { route: '/api/v1/sources', status: '500' };
    const answered = () => metric(registry, 'mailvigil_http_requests_total', labels);
    expect(await until(answered, { what: 'the answer to be counted', everyMs: 5 })).toBe(1);
  });
});

describe('permission', () => {
  const provider: Principal = { id: 'provider', permissions: ['tenant:view', 'wall:view'], tenants: ['t1'] };

  it('limits a caller to the tenants it was granted', async () => {
    const { url } = await startPublisher({ principalOf: () => provider });
    expect(await (await fetch(`${url}/api/v1/tenants`)).json()).toEqual({
      tenants: [{ id: 't1', name: 'Tenant 1' }],
    });
    expect((await fetch(`${url}/${SERIES}`)).status).toBe(200);
    for (const path of [
      SERIES.replace('t1', 't0'),
      SERIES.replace('t1', 'nobody'),
      'api/v1/wall',
      'api/v1/sources',
    ]) {
      expect((await errorOf(await fetch(`${url}/${path}`))).slice(0, 2)).toEqual([403, 'forbidden']);
    }
  });

  it('is asked for by every route, before any body is read', async () => {
    const asked: unknown[] = [];
    const { url } = await startPublisher({
      principalOf: () => ({ ...localOperator, permissions: [] }),
      ingest: { acceptRspamd: (report) => asked.push(report) > 0 },
    });
    const { paths } = (await (await fetch(`${(await startPublisher()).url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [path, method.toUpperCase()] as const),
    );
    const all = [...described, ...['/healthz', '/readyz', '/metrics'].map((path) => [path, 'GET'] as const)];
    for (const [path, method] of all) {
      const headers = { 'content-type': 'application/json' };
      const init = method === 'GET' ? {} : { method, body: '{', headers };
      const response = await fetch(url + path.replaceAll(/\{\w+\}/g, '1'), init);
      expect([method, path, ...(await errorOf(response)).slice(0, 2)]).toEqual([
        method,
        path,
        403,
        'forbidden',
      ]);
    }
    expect(asked).toEqual([]);
  });
});

describe('POST /ingest/v1/rspamd', () => {
  const post = (url: string, body: string, type = 'application/json') =>
    fetch(`${url}/ingest/v1/rspamd`, { method: 'POST', body, headers: { 'content-type': type } });

  it.each(['application/json', 'text/plain', 'application/json; charset=utf-8'])(
    'takes a report sent as %s',
    async (type) => {
      const reports: unknown[] = [];
      const { url } = await startPublisher({
        ingest: { acceptRspamd: (report) => reports.push(report) > 0 },
      });
      const response = await post(url, '{"qid":"4bX","score":12.5}', type);
      expect([response.status, await response.json()]).toEqual([200, { accepted: true }]);
      expect(reports).toEqual([{ qid: '4bX', score: 12.5 }]);
    },
  );

  it('answers 200 to a report that the source does not understand, as rspamd can do nothing about it', async () => {
    const { url } = await startPublisher({ ingest: { acceptRspamd: () => false } });
    const response = await post(url, '{}');
    expect([response.status, await response.json()]).toEqual([200, { accepted: false }]);
  });

  it.each([
    { what: 'malformed JSON', body: '{"qid":', status: 400, code: 'bad-request' },
    { what: 'something that is no object', body: '[1]', status: 400, code: 'bad-request' },
    { what: 'too large a body', body: `{"x":"${'x'.repeat(1_100_000)}"}`, status: 413, code: 'too-large' },
    {
      what: 'another content type',
      body: '<qid/>',
      type: 'application/xml',
      status: 415,
      code: 'unsupported',
    },
    {
      what: 'another charset',
      body: '{}',
      type: 'text/plain; charset=koi8-r',
      status: 415,
      code: 'unsupported',
    },
  ])('refuses $what with $status', async ({ body, type, status, code }) => {
    const { url } = await startPublisher({ ingest: { acceptRspamd: () => true } });
    expect((await errorOf(await post(url, body, type))).slice(0, 2)).toEqual([status, code]);
  });

  it('says so when no such source is configured', async () => {
    const { url } = await startPublisher();
    expect((await errorOf(await post(url, '{}'))).slice(0, 2)).toEqual([503, 'unavailable']);
  });
});

describe('every answer', () => {
  it.each(['/', '/healthz', '/api/v1/wall', '/api/v1/nothing'])(
    'to GET %s carries the security headers',
    async (path) => {
      const { url } = await startPublisher();
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).toContain("connect-src 'self' ws:");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each([{ host: 'evil.example' }, { host: 'evil.example:8025' }, { origin: 'https://evil.example' }])(
    'is a refusal when asked with %o',
    async (headers) => {
      const { url } = await startPublisher();
      expect((await rawRequest(`${url}/api/v1/wall`, headers)).status).toBe(403);
      expect((await rawRequest(`${url}/`, headers)).status).toBe(403);
    },
  );

  it('comes under each name of this machine and each that was configured', async () => {
    const { url } = await startPublisher({ ownHosts: ['wall.example'] });
    for (const host of ['localhost:8025', '127.0.0.1', '[::1]:9', 'wall.example']) {
      expect((await rawRequest(`${url}/healthz`, { host })).status).toBe(200);
    }
  });
});

describe('the client', () => {
  async function startWithClient() {
    const distDir = await mkdtemp(join(tmpdir(), 'mailvigil-dist-'));
    onTestFinished(() => rm(distDir, { recursive: true }));
    await mkdir(join(distDir, 'assets'));
    await writeFile(join(distDir, 'index.html'), '<p>wall</p>');
    await writeFile(join(distDir, 'favicon.svg'), '<svg/>');
    await writeFile(join(distDir, 'assets', 'index-abc123.js'), 'let wall;');
    return startPublisher({ distDir });
  }

  it.each(['/', '/tenant/t1', '/tenant/t1/lines', '/sources'])(
    'is what %s shows, asked for each time',
    async (path) => {
      const { url } = await startWithClient();
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([200, '<p>wall</p>']);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    },
  );

  it('keeps its hashed files for ever, and no others', async () => {
    const { url } = await startWithClient();
    const asset = await fetch(`${url}/assets/index-abc123.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${url}/favicon.svg`)).headers.get('cache-control')).toBeNull();
  });

  it.each([
    '/wall.php',
    '/assets/none.js',
    '/index.html/../../package.json',
    '/%2e%2e/package.json',
    '/sources/x',
  ])('is not what %s shows', async (path) => {
    const { url } = await startWithClient();
    expect((await rawRequest(url + path, {})).status).toBe(404);
  });

  it('says how to build it when it is not there', async () => {
    const { url } = await startPublisher();
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});
