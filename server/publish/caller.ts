import type { IncomingMessage } from 'node:http';
import { isLoopback } from './request-guard.ts';

/** Where a request comes from, and what identity it brings. */
export interface Caller {
  readonly address: string;
  /** Up to the browser, with whatever stands in between. */
  readonly isHttps: boolean;
  /** Undefined: it brings none. */
  readonly displayCookie: string | undefined;
}

/** One name for all servers of a host: a display that we do not know must never pass for somebody without a cookie. */
const COOKIE = 'mailvigil_display';
const YEAR_SECONDS = 365 * 86_400;
/** The name, if there is one, at the beginning or behind another cookie. */
const IN_HEADER = new RegExp(`(?:^|;)\\s*${COOKIE}=([^;]*)`);

/** A proxy on this machine says who asked it; anybody else could say anything. */
export function callerOf({ headers, socket }: IncomingMessage): Caller {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isProxied = isLoopback(address);
  const forwarded = isProxied ? lastOf(headers['x-forwarded-for']) : undefined;
  return {
    address: (forwarded ?? address).slice(0, 64),
    isHttps: 'encrypted' in socket || (isProxied && lastOf(headers['x-forwarded-proto']) === 'https'),
    displayCookie: IN_HEADER.exec(headers.cookie ?? '')?.[1]?.trim(),
  };
}

/** The header that hands a display its identity: out of reach of scripts, of other sites, and of URLs. */
export function displayCookie(value: string, { isHttps }: Pick<Caller, 'isHttps'>): string {
  return setCookie(value, YEAR_SECONDS, isHttps);
}

/** The header that takes it away. */
export function noDisplayCookie({ isHttps }: Pick<Caller, 'isHttps'>): string {
  return setCookie('', 0, isHttps);
}

function setCookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
  return `${COOKIE}=${value}; ${flags}${isSecure ? '; Secure' : ''}`;
}

/** What the nearest proxy has added. */
function lastOf(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : header?.at(-1);
  const last = text?.split(',').at(-1)?.trim();
  return last === '' ? undefined : last;
}
