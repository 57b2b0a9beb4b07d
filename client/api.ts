/** Every question this screen asks over HTTP. Answers are `shared/history.ts`; what goes wrong is a value, told in words. */
import type {
  CompareKind,
  DirectionName,
  MessagePage,
  MessageQuery,
  MessageTrace,
  SeriesAnswer,
  StorageReport,
  TablesAnswer,
  WaitingMatrix,
  WallAt,
} from '../shared/history.ts';
import type { Failure } from '../shared/protocol.ts';

/** `isAborted`: nobody waits for the answer any more; there is nothing to tell. */
export type ApiResult<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly isAborted: boolean; readonly error: Failure };

/** A tenant's range of time. */
export interface TenantRange {
  readonly tenantId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent: both. */
  readonly direction?: DirectionName;
}
export interface SeriesQuestion extends TenantRange {
  readonly metrics: readonly string[];
  readonly points: number;
  readonly compare: readonly CompareKind[];
}

type Value = string | number | readonly string[] | undefined;

/** A query string; what is absent or empty is left out, lists are joined by commas. */
export function queryText(values: Readonly<Record<string, Value>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    if (text !== '') params.set(name, text);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

function failed(code: Failure['code'], message: string, isAborted = false): ApiResult<never> {
  return { ok: false, isAborted, error: { code, message } };
}

/** What the server said was wrong, if it said so in its own form. */
function failureOf(body: unknown): Failure | null {
  const error = (body as { error?: Partial<Failure> } | null)?.error;
  return error?.code && typeof error.message === 'string' ? (error as Failure) : null;
}

/** What is sent with a question that changes something. */
export interface Sent {
  readonly method: 'POST' | 'PUT';
  readonly body: object;
}

function initOf(sent: Sent | undefined, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (sent) headers['content-type'] = 'application/json';
  return {
    signal,
    headers,
    ...(sent && { method: sent.method, body: JSON.stringify(sent.body) }),
  };
}

/** A connection that only seems to stand keeps a question for minutes; what is asked again by itself must end. */
const ANSWER_MS = 20_000;

/** One question to the server; everything that can go wrong with it is a value. */
export async function request<T>(path: string, signal?: AbortSignal, sent?: Sent): Promise<ApiResult<T>> {
  let response: Response;
  const late = AbortSignal.timeout(ANSWER_MS);
  try {
    response = await fetch(path, initOf(sent, signal ? AbortSignal.any([signal, late]) : late));
    const body: unknown = await response.json();
    if (response.ok) return { ok: true, data: body as T };
    const error = failureOf(body) ?? { code: 'internal', message: `The server answered ${response.status}.` };
    return { ok: false, isAborted: false, error };
  } catch (thrown) {
    if (signal?.aborted) return failed('unavailable', 'No longer asked.', true);
    if (late.aborted) return failed('unavailable', `No answer within ${ANSWER_MS / 1_000} s.`);
    // A body that is no JSON comes from something between us and the server, or from a server that broke off.
    if (thrown instanceof SyntaxError)
      return failed('internal', 'What came back could not be read: it is not what this server sends.');
    return failed('unavailable', 'The server could not be reached.');
  }
}

/** Status of the answer to a question for the page itself; 0: none came within the time. Never fails. */
export async function probePage(timeoutMs: number): Promise<number> {
  try {
    const answer = await fetch('/', {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return answer.status;
  } catch {
    return 0;
  }
}

const get = <T>(path: string, signal?: AbortSignal) => request<T>(path, signal);

const tenantPath = (id: string, what: string) => `/api/v1/tenants/${encodeURIComponent(id)}/${what}`;

/** The server's clock as a screen reckons it has fractions; the server takes whole milliseconds. */
const wholeMs = ({ fromMs, toMs }: Pick<TenantRange, 'fromMs' | 'toMs'>) => ({
  from: Math.floor(fromMs),
  to: Math.ceil(toMs),
});

function seriesQuery(asked: SeriesQuestion): string {
  const { metrics, fromMs, toMs, points, direction, compare } = asked;
  return queryText({ metrics, ...wholeMs({ fromMs, toMs }), points, direction, compare });
}

/** Aligned series of one tenant. */
export function fetchSeries(asked: SeriesQuestion, signal?: AbortSignal): Promise<ApiResult<SeriesAnswer>> {
  return get(tenantPath(asked.tenantId, 'series') + seriesQuery(asked), signal);
}

/** Where the same series are to be had as CSV. */
export function seriesCsvUrl(asked: SeriesQuestion): string {
  return tenantPath(asked.tenantId, 'series.csv') + seriesQuery(asked);
}

/** The tables behind a range of time. */
export function fetchTables(asked: TenantRange, signal?: AbortSignal): Promise<ApiResult<TablesAnswer>> {
  const { fromMs, toMs, direction } = asked;
  return get(
    tenantPath(asked.tenantId, 'tables') + queryText({ ...wholeMs({ fromMs, toMs }), direction }),
    signal,
  );
}

/** Who waits now, by destination and age. */
export function fetchMatrix(tenantId: string, signal?: AbortSignal): Promise<ApiResult<WaitingMatrix>> {
  return get(tenantPath(tenantId, 'matrix'), signal);
}

/** The wall as it was. */
export function fetchWallAt(atMs: number, signal?: AbortSignal): Promise<ApiResult<WallAt>> {
  return get(`/api/v1/wall${queryText({ at: Math.round(atMs) })}`, signal);
}

function messageQueryText(query: MessageQuery): string {
  const { scope, fromMs, toMs, ...rest } = query;
  const tenant = scope.kind === 'tenant' ? scope.id : undefined;
  const cluster = scope.kind === 'cluster' ? scope.id : undefined;
  return queryText({ tenant, cluster, fromMs, toMs, ...rest });
}

/** One page of the message journal, newest first. */
export function fetchMessages(query: MessageQuery, signal?: AbortSignal): Promise<ApiResult<MessagePage>> {
  return get(`/api/v1/messages${messageQueryText(query)}`, signal);
}

/** Where the same records are to be had as CSV. */
export function messagesCsvUrl(query: MessageQuery): string {
  return `/api/v1/messages.csv${messageQueryText(query)}`;
}

/** The whole life of one queue id. */
export function fetchTrace(
  host: string,
  queueId: string,
  signal?: AbortSignal,
  /** Near this time: queue ids are used again. */
  atMs?: number,
): Promise<ApiResult<MessageTrace>> {
  const path = `/api/v1/messages/${encodeURIComponent(host)}/${encodeURIComponent(queueId)}`;
  return get(path + queryText({ at: atMs }), signal);
}

/** What is stored, how well, and since when. */
export function fetchStorage(signal?: AbortSignal): Promise<ApiResult<StorageReport>> {
  return get('/api/v1/storage', signal);
}

/** Aligned series of the whole platform. */
export function fetchPlatformSeries(
  asked: Pick<SeriesQuestion, 'metrics' | 'fromMs' | 'toMs' | 'points'>,
  signal?: AbortSignal,
): Promise<ApiResult<SeriesAnswer>> {
  const { metrics, fromMs, toMs, points } = asked;
  return get(
    `/api/v1/platform/series${queryText({ metrics, ...wholeMs({ fromMs, toMs }), points })}`,
    signal,
  );
}
