import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnomaliesView, ForesightSnapshot, LedgerView, MovedView } from '../../shared/foresight.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const dir = createTempDir('foresight');
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer('--demo', 'backlog-2008', '--speed', '60', '--port', '0', '--data', dir.path);
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await dir.remove();
});

async function get<T>(path: string): Promise<{ readonly status: number; readonly body: T }> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, body: (await response.json()) as T };
}
async function post(path: string, body: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('foresight of a running server', () => {
  it('FOR-12: tells in the night of 2008 that the queue grows, what is held, who is hit and why', async () => {
    await until(
      async () => {
        const { body } = await get<ForesightSnapshot>('/api/v1/foresight');
        const cluster = body.clusters?.find(({ scope }) => scope.id === 'A');
        const waits = body.causes?.find(({ symptom }) => symptom === 'mail waits');
        return (
          cluster?.held.state === 'estimate' &&
          cluster.affected !== null &&
          cluster.drain.state === 'growing' &&
          waits?.candidates[0]?.id === 'cluster:A'
        );
      },
      { what: 'the trouble of cluster A', timeoutMs: 120_000, everyMs: 500 },
    );
    const tenant = await get<{ readonly scope: { readonly id: string } }>('/api/v1/tenants/virgo/foresight');
    expect(tenant.body.scope.id).toBe('virgo');
    // Of one that is calm as well: its page may not take silence for calm.
    const calm = await get<{ readonly drain: { readonly state: string } }>(
      '/api/v1/tenants/aurora/foresight',
    );
    expect(calm.status).toBe(200);
    expect(calm.body.drain.state).toBeTypeOf('string');
    expect((await get('/api/v1/tenants/nobody/foresight')).status).toBe(404);
    expect((await get('/api/v1/clusters/Z/foresight')).status).toBe(404);
  }, 180_000);

  it('FOR-13: keeps what was said, and answers for a past moment', async () => {
    const { body: now } = await get<ForesightSnapshot>('/api/v1/foresight');
    await until(async () => (await get(`/api/v1/foresight?at=${now.atMs}`)).status === 200, {
      what: 'a picture of that moment',
      timeoutMs: 30_000,
    });
    const { body: then } = await get<ForesightSnapshot>(`/api/v1/foresight?at=${now.atMs}`);
    expect(then.atMs).toBeLessThanOrEqual(now.atMs);
    expect(then.platform.held.state).toBe('estimate');
    expect((await get(`/api/v1/foresight?at=${now.atMs - 86_400_000}`)).status).toBe(404);
  }, 60_000);

  it('FOR-14: the ledger of a scope closes by the hour, and says whether “no mail lost” may be said', async () => {
    const { body: now } = await get<ForesightSnapshot>('/api/v1/foresight');
    const range = `from=${now.atMs - 3_600_000}&to=${now.atMs + 3_600_000}`;
    const { body } = await get<LedgerView>(`/api/v1/clusters/A/ledger?${range}`);
    const hour = body.hours.at(-1);
    expect(hour?.accepted).toBeGreaterThan(100);
    expect(typeof body.claim.mayBeSaid).toBe('boolean');
    expect((await get(`/api/v1/platform/ledger?from=${now.atMs}&to=${now.atMs}`)).status).toBe(400);
    expect((await get(`/api/v1/tenants/nobody/ledger?${range}`)).status).toBe(404);
  });

  it('ANO-43: tells what was strange in a scope and when anybody looked, and what else moved then', async () => {
    await until(
      async () => {
        const { body: now } = await get<ForesightSnapshot>('/api/v1/foresight');
        const range = `from=${now.atMs - 3_600_000}&to=${now.atMs + 60_000}`;
        return (
          (await get<AnomaliesView>(`/api/v1/tenants/virgo/anomalies?${range}`)).body.findings.length > 0
        );
      },
      { what: 'something strange at virgo', timeoutMs: 60_000, everyMs: 500 },
    );
    const { body: now } = await get<ForesightSnapshot>('/api/v1/foresight');
    const range = `from=${now.atMs - 3_600_000}&to=${now.atMs + 60_000}`;
    const { body: odd } = await get<AnomaliesView>(`/api/v1/tenants/virgo/anomalies?${range}`);
    const [first] = odd.findings;
    expect(first).toMatchObject({ scope: { id: 'virgo' }, label: expect.any(String) });
    expect(odd.metrics).toContain('queueDepth');
    const at = first?.fromMs ?? 0;
    const asked = `from=${at}&to=${at + 60_000}&metric=${first?.metric}`;
    const { body: moved } = await get<MovedView>(`/api/v1/tenants/virgo/moved?${asked}`);
    expect(moved.moved.length).toBeGreaterThan(0);
    expect(moved.moved.some(({ id }) => id === first?.id)).toBe(false);
    const scores = moved.moved.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect((await get(`/api/v1/tenants/nobody/anomalies?${range}`)).status).toBe(404);
    expect((await get(`/api/v1/tenants/virgo/moved?from=${at}&to=${at}`)).status).toBe(400);
  }, 90_000);

  it('CAN-33: takes a report of abuse as mail once, hashes who complained, and says why one is refused', async () => {
    const send = async (mail: string, type = 'message/rfc822') => {
      const response = await fetch(`${server.url}/ingest/v1/arf`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: mail,
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const address = 'Someone@virgo-net.example';
    const part = `--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <${address}>\n--b--\n`;
    const mail = `From: fbl@provider.example\nMessage-ID: <1@p>\nContent-Type: multipart/report; boundary=b\n\n${part}`;
    expect((await send(mail)).body).toEqual({ accepted: 1, refused: [] });
    expect((await send(mail)).body).toMatchObject({ accepted: 0, refused: [{ reason: 'known already' }] });
    expect((await send(part, 'multipart/report; boundary=b')).body).toMatchObject({ accepted: 1 });
    expect((await send('From: a@b.example\n\nhello')).body).toMatchObject({
      refused: [{ reason: 'no report in it' }],
    });
    expect((await send(mail, 'text/html')).status).toBe(415);
  });

  it('FOR-15: takes events of other systems once each, and says why one is refused', async () => {
    const { body: now } = await get<ForesightSnapshot>('/api/v1/foresight');
    const event = {
      id: 'CHG-7',
      kind: 'change',
      atMs: Math.round(now.atMs),
      text: 'rules',
      components: ['cluster:A'],
    };
    expect((await post('/ingest/v1/events', event)).body).toEqual({ accepted: 1, refused: [] });
    expect((await post('/ingest/v1/events', [event, { ...event, id: 'old', atMs: 1_000 }])).body).toEqual({
      accepted: 0,
      refused: [
        { id: 'CHG-7', reason: 'known already' },
        { id: 'old', reason: 'older than a day' },
      ],
    });
    expect((await post('/ingest/v1/events', { ...event, kind: 'rumour' })).status).toBe(400);
  });
});
