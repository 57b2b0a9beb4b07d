import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  fetchMatrix,
  fetchMessages,
  fetchSeries,
  fetchTables,
  fetchTrace,
  seriesCsvUrl,
} from '../../client/api.ts';

const asked = {
  tenantId: 'a/b',
  metrics: ['lagP95Ms', 'accepted'],
  fromMs: 1,
  toMs: 2,
  points: 50,
  compare: [] as const,
};
function answer(body: unknown, status = 200) {
  const fetcher = vi.fn((path: string, init?: RequestInit) => {
    expect([typeof path, typeof init]).toEqual(['string', 'object']);
    return Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
  });
  vi.stubGlobal('fetch', fetcher);
  return fetcher;
}
const pathOf = (fetcher: ReturnType<typeof answer>) => fetcher.mock.calls[0]?.[0];

describe('a question to the server', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('names metrics, stretch and points, and leaves out what is usual', async () => {
    const fetcher = answer({ fromMs: 1 });
    expect(await fetchSeries(asked)).toEqual({ ok: true, data: { fromMs: 1 } });
    expect(pathOf(fetcher)).toBe(
      '/api/v1/tenants/a%2Fb/series?metrics=lagP95Ms%2Caccepted&from=1&to=2&points=50',
    );
  });

  it('names whole milliseconds, whatever a reckoned clock says: the server refuses others', async () => {
    const fetcher = answer({});
    await fetchTables({ tenantId: 'a', fromMs: 1.5, toMs: 2.5 });
    expect(pathOf(fetcher)).toBe('/api/v1/tenants/a/tables?from=1&to=3');
  });

  it('is given up after 20 s without an answer, and says so', async () => {
    const late = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal);
    vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => {
      return new Promise((_answer, reject) => {
        signal!.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    });
    const answered = fetchSeries(asked);
    late.abort();
    expect(await answered).toMatchObject({
      ok: false,
      isAborted: false,
      error: { message: 'No answer within 20 s.' },
    });
    expect(timeout).toHaveBeenCalledWith(20_000);
    timeout.mockRestore();
  });

  it('names direction and what to compare with when asked', async () => {
    const fetcher = answer({});
    await fetchSeries({ ...asked, direction: 'in', compare: ['yesterday', 'platformMedian'] });
    expect(pathOf(fetcher)).toContain('&direction=in&compare=yesterday%2CplatformMedian');
  });

  it('asks for the same as CSV at the same address but its ending', () => {
    expect(seriesCsvUrl(asked)).toBe(
      '/api/v1/tenants/a%2Fb/series.csv?metrics=lagP95Ms%2Caccepted&from=1&to=2&points=50',
    );
  });

  it('goes to tables, matrix, messages and traces', async () => {
    for (const [ask, path] of [
      [() => fetchTables({ tenantId: 'a', fromMs: 1, toMs: 2 }), '/api/v1/tenants/a/tables?from=1&to=2'],
      [() => fetchMatrix('a'), '/api/v1/tenants/a/matrix'],
      [
        () => fetchMessages({ scope: { kind: 'tenant', id: 'a' }, status: ['sent'], fromMs: 1, limit: 5 }),
        '/api/v1/messages?tenant=a&fromMs=1&status=sent&limit=5',
      ],
      [() => fetchTrace('mx1', '3F2A1'), '/api/v1/messages/mx1/3F2A1'],
    ] as const) {
      const fetcher = answer({});
      await ask();
      expect(pathOf(fetcher)).toBe(path);
    }
  });

  it("passes on what the server says is wrong, in the server's own words", async () => {
    const error = { code: 'unavailable', message: 'the disk is full', details: ['0 bytes free'] };
    answer({ error }, 503);
    expect(await fetchMatrix('a')).toEqual({ ok: false, isAborted: false, error });
  });

  it('says in words that a refusal had no words', async () => {
    answer({}, 502);
    expect(await fetchMatrix('a')).toMatchObject({
      ok: false,
      error: { message: 'The server answered 502.' },
    });
  });

  it('tells a page of something in between from an answer', async () => {
    answer('<html>Sign in to the Wi-Fi</html>');
    expect(await fetchMatrix('a')).toMatchObject({
      ok: false,
      isAborted: false,
      error: { code: 'internal' },
    });
  });

  it('says that the server could not be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect(await fetchMatrix('a')).toMatchObject({
      ok: false,
      isAborted: false,
      error: { code: 'unavailable' },
    });
  });

  it('is no failure when nobody waits for it any more', async () => {
    const abort = new AbortController();
    vi.stubGlobal('fetch', () => {
      abort.abort();
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    });
    expect(await fetchMatrix('a', abort.signal)).toMatchObject({ ok: false, isAborted: true });
  });
});
