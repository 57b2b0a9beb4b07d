import type { IncomingHttpHeaders } from 'node:http';

/** Names under which this machine reaches itself. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export type Refusal = 'foreign-host' | 'foreign-origin';

/** Whether an address to listen on can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase());
}

/**
 * Why a request must not be served, if so. A page of another origin may not talk to us; and as a name that its owner
 * points at 127.0.0.1 makes such a page look like ours (DNS rebinding), a server on loopback answers to known names only.
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  host: string,
  ownHosts: readonly string[],
): Refusal | undefined {
  const asked = headers.host?.toLowerCase() ?? '';
  const name = asked.replace(/:\d*$/, '');
  if (isLoopback(host) && !LOOPBACK.test(name) && !ownHosts.includes(name)) return 'foreign-host';
  if (headers.origin !== undefined && hostOf(headers.origin) !== asked) return 'foreign-origin';
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
