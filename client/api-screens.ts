/** What this screen asks and does about screens over HTTP. Answers are `shared/screens.ts`. */
import type {
  Display,
  DisplayScope,
  DisplaySettings,
  PairingClaim,
  PairingStarted,
  ScreenIdentity,
  ScreensAnswer,
} from '../shared/screens.ts';
import { request, type ApiResult } from './api.ts';

/** What the operator says of a display, when it is approved and whenever it is changed. */
export interface DisplayInput {
  readonly name: string;
  readonly place: string;
  readonly scope: DisplayScope;
  readonly settings: DisplaySettings;
}

const ROOT = '/api/v1/screens';
const post = <T>(path: string, body: object, signal?: AbortSignal) =>
  request<T>(`${ROOT}/${path}`, signal, { method: 'POST', body });
const one = (id: string) => encodeURIComponent(id);

/** Asks for a code to show. */
export function startPairing(signal?: AbortSignal): Promise<ApiResult<PairingStarted>> {
  return post('pairings', {}, signal);
}

/** Asks whether somebody has approved it. The secret goes in the body: an address would be written into logs. */
export function claimPairing(deviceCode: string, signal?: AbortSignal): Promise<ApiResult<PairingClaim>> {
  return post('pairings/claim', { deviceCode }, signal);
}

/** Who this screen is. */
export function fetchIdentity(signal?: AbortSignal): Promise<ApiResult<ScreenIdentity>> {
  return request(`${ROOT}/me`, signal);
}

/** Gives up the name of this screen: it is what it was before it was paired. */
export function leaveDisplay(): Promise<ApiResult<unknown>> {
  return post('me/leave', {});
}

/** Displays, codes that wait, and what else is connected. */
export function fetchScreens(signal?: AbortSignal): Promise<ApiResult<ScreensAnswer>> {
  return request(ROOT, signal);
}

/** Lets the screen in that shows this code. */
export function approvePairing(
  userCode: string,
  by: string,
  input: DisplayInput,
): Promise<ApiResult<Display>> {
  return post('approve', { userCode, by, ...input });
}

/** Sends the screen away that shows this code. */
export function denyPairing(userCode: string, by: string): Promise<ApiResult<unknown>> {
  return post('deny', { userCode, by });
}

/** Names it anew, or gives it other tenants or settings. */
export function changeDisplay(id: string, by: string, input: DisplayInput): Promise<ApiResult<unknown>> {
  return post(`${one(id)}/change`, { by, ...input });
}

/** Asks it to load its page anew, or to sound once. */
export function askDisplay(
  id: string,
  what: 'reload' | 'test-sound',
  by: string,
): Promise<ApiResult<unknown>> {
  return post(`${one(id)}/ask`, { what, by });
}

/** It shows nothing any more, at once and for good. */
export function revokeDisplay(id: string, by: string, reason: string): Promise<ApiResult<unknown>> {
  return post(`${one(id)}/revoke`, { by, reason });
}
