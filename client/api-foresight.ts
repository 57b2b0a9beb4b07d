/** What this screen asks about what is coming. Answers are `shared/foresight.ts`. */
import type {
  AnomaliesView,
  ForesightSnapshot,
  LedgerView,
  MovedView,
  ScopeForesight,
} from '../shared/foresight.ts';
import { queryText, request, type ApiResult } from './api.ts';

/** A tenant, a cluster or the platform, as the server's addresses name it. */
export interface ForesightPlace {
  readonly kind: 'tenant' | 'cluster' | 'platform';
  readonly id: string;
}

const HOUR_MS = 3_600_000;
const rootOf = ({ kind, id }: ForesightPlace) =>
  kind === 'platform' ? '/api/v1/platform' : `/api/v1/${kind}s/${encodeURIComponent(id)}`;

/** Forecasts, estimates, causes and campaigns of everything, as of now; or as they were said at a past moment. */
export function fetchForesight(
  signal?: AbortSignal,
  atMs: number | null = null,
): Promise<ApiResult<ForesightSnapshot>> {
  return request(`/api/v1/foresight${queryText({ at: atMs ?? undefined })}`, signal);
}

/** What was strange, and when anybody looked. */
export function fetchAnomalies(
  place: ForesightPlace,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  signal?: AbortSignal,
): Promise<ApiResult<AnomaliesView>> {
  return request(
    `${rootOf(place)}/anomalies${queryText({ from: Math.floor(fromMs), to: Math.ceil(toMs) })}`,
    signal,
  );
}

/** What else moved then, ranked. */
export function fetchMoved(
  place: ForesightPlace,
  asked: { readonly metric: string | null; readonly fromMs: number; readonly toMs: number },
  signal?: AbortSignal,
): Promise<ApiResult<MovedView>> {
  const { metric, fromMs, toMs } = asked;
  const query = { from: Math.floor(fromMs), to: Math.ceil(toMs), metric: metric ?? undefined };
  return request(`${rootOf(place)}/moved${queryText(query)}`, signal);
}

/** What is foreseen of one scope; `told` null: nothing is foreseen of it (unattributed mail). */
export async function fetchScopeForesight(
  place: ForesightPlace,
  signal?: AbortSignal,
): Promise<ApiResult<{ readonly told: ScopeForesight | null }>> {
  const result = await request<ScopeForesight>(`${rootOf(place)}/foresight`, signal);
  if (result.ok) return { ok: true, data: { told: result.data } };
  return result.error.code === 'not-found' ? { ok: true, data: { told: null } } : result;
}

/** Where the mail of the hour before `nowMs` went, and whether "no mail lost" may be said. */
export function fetchLedger(
  place: ForesightPlace,
  nowMs: number,
  signal?: AbortSignal,
): Promise<ApiResult<LedgerView>> {
  const to = Math.ceil(nowMs);
  return request(`${rootOf(place)}/ledger${queryText({ from: to - HOUR_MS, to })}`, signal);
}
