import { userInfo } from 'node:os';
import type { Display, DisplayView, ScreensAnswer } from '../../shared/screens.ts';
import { AppError, messageOf } from '../base/errors.ts';
import type { CommandIo } from './io.ts';

export interface ScreenFlags {
  /** Of the running server. */
  readonly url: string;
  /** Who does it; the user of this machine when absent. */
  readonly by?: string;
}
export interface ApproveFlags extends ScreenFlags {
  readonly name: string;
  readonly place?: string;
  readonly cluster?: string;
  /** Comma-separated ids. */
  readonly tenants?: string;
}
export interface RevokeFlags extends ScreenFlags {
  readonly reason: string;
}

type Out = Pick<CommandIo, 'stdout'>;

/** Displays, and the codes that wait, of the running server. */
export async function runScreenList({ url }: ScreenFlags, { stdout }: Out): Promise<void> {
  const { displays, pairings, listening } = await call<ScreensAnswer>(url, '');
  for (const { userCode, address } of pairings)
    stdout.write(`${userCode}  waits to be approved, ${address}\n`);
  for (const display of displays) stdout.write(`${lineOf(display)}\n`);
  if (displays.length + pairings.length === 0)
    stdout.write(`no screen is paired; open ${url}/pair on one (the server listens on ${listening})\n`);
}

/** Lets the screen in that shows the code. */
export async function runScreenApprove(code: string, flags: ApproveFlags, { stdout }: Out): Promise<void> {
  const { url, name, place = '', cluster, tenants } = flags;
  const scope = { cluster: cluster ?? null, tenants: tenants?.split(',').map((id) => id.trim()) ?? null };
  const body = { userCode: code, name, place, scope, by: byOf(flags) };
  const display = await call<Display>(url, '/approve', body);
  stdout.write(`${display.id}  ${display.name}: approved; it shows the wall in a moment\n`);
}

/** Blanks a display at once and for good. */
export async function runScreenRevoke(id: string, flags: RevokeFlags, { stdout }: Out): Promise<void> {
  const body = { by: byOf(flags), reason: flags.reason };
  const { name } = await call<Display>(flags.url, `/${encodeURIComponent(id)}/revoke`, body);
  stdout.write(`${id}  ${name}: revoked\n`);
}

function lineOf({ id, name, place, state, reason }: DisplayView): string {
  return `${id}  ${name}${place === '' ? '' : ` (${place})`}: ${state}, ${reason}`;
}

function byOf({ by }: ScreenFlags): string {
  return by ?? userInfo().username;
}

async function call<T>(url: string, path: string, body?: object): Promise<T> {
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(new URL(`/api/v1/screens${path}`, url), body ? post : {}).catch(
    (cause: unknown) => {
      const why = messageOf(cause instanceof Error && cause.cause ? cause.cause : cause);
      throw new AppError(
        'unavailable',
        `no server answers at ${url} (${why}); start it, or name it with --url`,
      );
    },
  );
  const answer = (await response.json()) as
    T | { readonly error: { readonly message: string; readonly details?: string[] } };
  if (typeof answer === 'object' && answer && 'error' in answer) {
    throw new AppError('bad-request', answer.error.message, answer.error.details);
  }
  return answer;
}
