/** What this screen asks and does about alarms over HTTP. Answers are `shared/alarms.ts`. */
import type {
  AlarmScope,
  Maintenance,
  OnCallView,
  RecordPage,
  RecordQuery,
  ShiftKpis,
  Silence,
} from '../shared/alarms.ts';
import type { SeriesAnswer } from '../shared/history.ts';
import { queryText, request, type ApiResult } from './api.ts';

/** What people did: by alarm, whether it took effect, and why not. */
export interface ActionResult {
  readonly done: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/** What can be done to alarms. `ids` are of alarms; a group is its members. */
export type AlarmDeed =
  | {
      readonly kind: 'acknowledge';
      readonly ids: readonly string[];
      readonly by: string;
      readonly note: string;
    }
  | {
      readonly kind: 'resolve' | 'unshelve';
      readonly ids: readonly string[];
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'shelve';
      readonly ids: readonly string[];
      readonly by: string;
      readonly reason: string;
      readonly untilMs: number;
    }
  | {
      readonly kind: 'out-of-service' | 'in-service';
      readonly rule: string;
      /** Absent: the rule everywhere. */
      readonly scope?: AlarmScope;
      readonly by: string;
      readonly reason: string;
    };

const post = <T>(path: string, body: object) =>
  request<T>(`/api/v1/${path}`, undefined, { method: 'POST', body });
const one = (id: string) => encodeURIComponent(id);

/** Acknowledges, resolves, shelves or takes out of service. */
export function sendDeed({ kind, ...body }: AlarmDeed): Promise<ApiResult<ActionResult>> {
  return post(`alarms/${kind}`, body);
}

/** Withholds notifications. */
export function sendSilence(silence: Omit<Silence, 'id'>): Promise<ApiResult<ActionResult>> {
  return post('silences', silence);
}

/** Ends it now. */
export function endSilence(id: string, by: string, reason: string): Promise<ApiResult<ActionResult>> {
  return post(`silences/${one(id)}/end`, { by, reason });
}

/** Plans work whose alarms are not to be annunciated. */
export function sendMaintenance(window: Omit<Maintenance, 'id'>): Promise<ApiResult<ActionResult>> {
  return post('maintenance', window);
}

/** Ends it now, with all its coming occurrences. */
export function endMaintenance(id: string, by: string, reason: string): Promise<ApiResult<ActionResult>> {
  return post(`maintenance/${one(id)}/end`, { by, reason });
}

function recordText(query: Omit<RecordQuery, 'limit'> & { readonly limit?: number }): string {
  const { scope, kinds, fromMs, toMs, ...rest } = query;
  return queryText({
    ...rest,
    scopeKind: scope?.kind,
    scopeId: scope?.id,
    kinds,
    fromMs: fromMs === undefined ? undefined : Math.floor(fromMs),
    toMs: toMs === undefined ? undefined : Math.ceil(toMs),
  });
}

/** One page of what happened, newest first. */
export function fetchRecord(query: RecordQuery, signal?: AbortSignal): Promise<ApiResult<RecordPage>> {
  return request(`/api/v1/alarms/record${recordText(query)}`, signal);
}

/** Where the same lines are to be had as CSV. */
export function recordCsvUrl(query: Omit<RecordQuery, 'limit' | 'beforeSeq'>): string {
  return `/api/v1/alarms/record.csv${recordText(query)}`;
}

/** Figures of a shift against the published limits. */
export function fetchKpis(fromMs: number, toMs: number, signal?: AbortSignal): Promise<ApiResult<ShiftKpis>> {
  const within = { fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) };
  return request(`/api/v1/alarms/kpis${queryText(within)}`, signal);
}

/** Somebody else takes a part of a schedule. */
export interface OnCallOverride {
  readonly schedule: string;
  readonly person: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly by: string;
  readonly reason: string;
}
export interface OnCallAnswer {
  readonly now: readonly OnCallView[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly overrides: readonly (OnCallOverride & { readonly id: string })[];
}

/** Who is on call now, who may be put in, and which overrides there are. */
export function fetchOnCall(signal?: AbortSignal): Promise<ApiResult<OnCallAnswer>> {
  return request('/api/v1/on-call', signal);
}

/** Puts somebody in. */
export function sendOverride(override: OnCallOverride): Promise<ApiResult<{ readonly id: string }>> {
  return post('on-call/overrides', override);
}

/** The schedule is as it was without it. */
export function endOverride(id: string, by: string): Promise<ApiResult<unknown>> {
  return post(`on-call/overrides/${one(id)}/end`, { by });
}

/** Sends a test through one channel. */
export function testChannel(
  id: string,
  by: string,
): Promise<ApiResult<{ readonly ok: boolean; readonly reason: string }>> {
  return post(`alarm-channels/${one(id)}/test`, { by });
}

/** Series of one metric where an alarm is: the same as its charts show. */
export function fetchAlarmSeries(
  asked: {
    readonly scope: AlarmScope;
    readonly metric: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly points: number;
  },
  signal?: AbortSignal,
): Promise<ApiResult<SeriesAnswer>> {
  const { scope, metric, fromMs, toMs, points } = asked;
  const place = scope.kind === 'platform' ? 'platform' : `${scope.kind}s/${one(scope.id)}`;
  const within = { from: Math.floor(fromMs), to: Math.ceil(toMs) };
  return request(`/api/v1/${place}/series${queryText({ metrics: metric, ...within, points })}`, signal);
}
