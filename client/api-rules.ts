/** What this screen asks and saves of alarm rules over HTTP. Answers are `shared/alarms.ts`. */
import type { BackTestReport, BackTestRequest, RulesAnswer } from '../shared/alarms.ts';
import { request, type ApiResult } from './api.ts';

const BASE = '/api/v1/alarm-rules';
const sent = (method: 'POST' | 'PUT', body: object) => ({ method, body }) as const;
const one = (id: string | number) => encodeURIComponent(id);

/** The rules in force, their file and its versions, and the metrics that rules may name. */
export function fetchRules(signal?: AbortSignal): Promise<ApiResult<RulesAnswer>> {
  return request(BASE, signal);
}

/** The file as a whole, made from the version `baseVersion`. */
export interface RulesSave {
  readonly text: string;
  readonly by: string;
  readonly note: string;
  readonly baseVersion: number;
}

/** Puts it in force; refused with every fault, or when another version is in force by now. */
export function saveRules(save: RulesSave): Promise<ApiResult<RulesAnswer>> {
  return request(BASE, undefined, sent('PUT', save));
}

/** Every fault of a file, with its line. */
export function checkRules(
  text: string,
  signal?: AbortSignal,
): Promise<ApiResult<{ readonly faults: readonly string[] }>> {
  return request(`${BASE}/check`, signal, sent('POST', { text }));
}

/** The file as it was. */
export function fetchRulesVersion(
  version: number,
  signal?: AbortSignal,
): Promise<ApiResult<{ readonly version: number; readonly text: string }>> {
  return request(`${BASE}/versions/${one(version)}`, signal);
}

/** Begins a back-test; its report is asked for until it is done. */
export function startBackTest(
  asked: BackTestRequest,
  signal?: AbortSignal,
): Promise<ApiResult<BackTestReport>> {
  const whole = { ...asked, fromMs: Math.floor(asked.fromMs), toMs: Math.ceil(asked.toMs) };
  return request(`${BASE}/back-tests`, signal, sent('POST', whole));
}

/** How far it is, and what it found. */
export function fetchBackTest(id: string, signal?: AbortSignal): Promise<ApiResult<BackTestReport>> {
  return request(`${BASE}/back-tests/${one(id)}`, signal);
}

/** Ends it; what it found so far stays. */
export function cancelBackTest(id: string): Promise<ApiResult<BackTestReport>> {
  return request(`${BASE}/back-tests/${one(id)}/cancel`, undefined, sent('POST', {}));
}
