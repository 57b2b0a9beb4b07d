import { onTestFinished } from 'vitest';
import { openIdentity, type IdentityOptions } from '../../../server/base/identity/identity.ts';
import type { Identity } from '../../../server/base/identity/types.ts';
import { silentLog } from '../../../server/base/log.ts';
import type { Display, PairingStarted } from '../../../shared/screens.ts';
import { createTempDir } from '../../support/temp-dir.ts';

/** Identities in a folder of their own. */
export async function startIdentity(options: Partial<IdentityOptions> = {}): Promise<Identity> {
  const dir = createTempDir('paired');
  const identity = await openIdentity({ dir: dir.path, log: silentLog, ...options });
  onTestFinished(async () => {
    await identity.close();
    dir.remove();
  });
  return identity;
}

export interface Answered<T = unknown> {
  readonly status: number;
  readonly body: T;
  /** Whole `Set-Cookie` lines. */
  readonly cookies: readonly string[];
}

/** HTTP about screens, as a browser with this cookie sends it. */
export async function ask<T = unknown>(url: string, path: string, asking: Asking = {}): Promise<Answered<T>> {
  const { body, cookie, headers = {} } = asking;
  const response = await fetch(`${url}${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'Content-Type': 'application/json', ...(cookie !== undefined && { cookie }), ...headers },
  });
  const answer = (await response.json()) as T;
  return { status: response.status, body: answer, cookies: response.headers.getSetCookie() };
}
interface Asking {
  readonly body?: object;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Paired {
  readonly display: Display;
  /** As a browser sends it back. */
  readonly cookie: string;
}

/** A screen with an identity, by the way that screens go. */
export async function pairOver(url: string, form: object = {}): Promise<Paired> {
  const { body: started } = await ask<PairingStarted>(url, '/api/v1/screens/pairings', { body: {} });
  const approval = { userCode: started.userCode, name: 'Night wall', place: 'hall', by: 'kim', ...form };
  const { body: display } = await ask<Display>(url, '/api/v1/screens/approve', { body: approval });
  const claim = { body: { deviceCode: started.deviceCode } };
  const { cookies } = await ask(url, '/api/v1/screens/pairings/claim', claim);
  return { display, cookie: cookies[0]?.split(';')[0] ?? '' };
}
