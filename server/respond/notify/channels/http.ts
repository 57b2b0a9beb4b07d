import { messageOf } from '../../../base/errors.ts';
import { withoutAddresses } from '../addresses.ts';
import { OK, type Outcome } from './channel.ts';

export interface HttpPost {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it, the answer's body included. */
  readonly timeoutMs: number;
}

/** Enough to say why something was refused; what is beyond is not read. */
const MAX_ANSWER_BYTES = 65_536;
const MAX_SAID = 200;
/** Statuses that pass: request timeout, too early, too many requests (RFC 9110, RFC 8470, RFC 6585). */
const PASSING = new Set([408, 425, 429]);

/** Posts JSON once. A redirect is not followed: where a message with a secret in it goes is the configuration's to say. */
export async function postJson({ url, headers, body, timeoutMs }: HttpPost): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'mailvigil', ...headers },
      body,
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    return {
      kind: 'retry',
      reason: signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : faultOf(error),
    };
  }
  const said = await readStart(response);
  return outcomeOf(response, said);
}

function outcomeOf(response: Response, said: string): Outcome {
  const { status } = response;
  if (response.ok) return OK;
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      reason: `it answered with a redirect (${status}${whereTo(response)}): put the address it leads to into the configuration`,
    };
  const reason = `it answered ${status}${said === '' ? '' : ` (${said})`}`;
  if (status < 500 && !PASSING.has(status)) return { kind: 'refused', reason };
  const afterMs = retryAfterMs(response.headers.get('retry-after'));
  return { kind: 'retry', reason, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** The host only: a path may be a secret. */
function whereTo(response: Response): string {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, response.url)) return '';
  return ` to ${new URL(location, response.url).host}`;
}

/** Reads a little of the answer and cancels the rest. The status counts whatever becomes of the body. */
async function readStart(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    while (bytes < MAX_ANSWER_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      if (text.length < MAX_SAID) text += decoder.decode(value.subarray(0, 4 * MAX_SAID), { stream: true });
    }
    await reader.cancel();
  } catch {
    // Broken off or too slow: the status has said what there is to know.
  }
  return withoutAddresses(text.replace(/[\s\p{Cc}]+/gu, ' '))
    .trim()
    .slice(0, MAX_SAID);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(value: string | null, nowMs = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value) * 1_000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** `fetch failed` says nothing; what caused it does. */
function faultOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  if (cause === undefined) return messageOf(error);
  const text = messageOf(cause);
  return text === '' || text.includes(code) ? text || code : `${code}: ${text}`;
}
